using System.Globalization;
using Shop.Primitives;

namespace Shop.Localization;

public static class MoneyText
{
    public static string For(Money money, CultureInfo? culture = null)
    {
        var amount = money.Amount.ToString("N" + money.Currency.Decimals, culture ?? CultureInfo.CurrentCulture);
        return $"{amount} {money.Currency.Symbol}";
    }
}
