using System.Globalization;

namespace Shop.Localization;

public static class Languages
{
    public static IReadOnlyList<CultureInfo> All { get; } =
        [CultureInfo.GetCultureInfo("en"), CultureInfo.GetCultureInfo("de"), CultureInfo.GetCultureInfo("fr")];

    public static CultureInfo Find(string? name) =>
        All.FirstOrDefault(language => language.Name == name) ?? All[0];
}
