using System.Globalization;
using System.Resources;

namespace Shop.Localization;

public static class Texts
{
    private static readonly ResourceManager Resources =
        new("Shop.Localization.Resources.Texts", typeof(Texts).Assembly);

    public static string Get(TextKey key, CultureInfo? culture = null) =>
        Resources.GetString(key.ToString(), culture ?? CultureInfo.CurrentUICulture) ?? key.ToString();

    public static string Format(TextKey key, CultureInfo culture, params object?[] values) =>
        string.Format(culture, Get(key, culture), values);
}
