using Shop.Localization;

namespace Shop.Domain.Tests;

public class TextsTests
{
    [Theory]
    [InlineData("en", "Cart")]
    [InlineData("de", "Warenkorb")]
    [InlineData("fr", "Panier")]
    [InlineData("it", "Cart")]
    public void Texts_follow_the_language(string language, string expected) =>
        Assert.Equal(expected, Texts.Get(TextKey.Cart, Languages.Find(language)));

    [Fact]
    public void Every_key_has_a_text_in_every_language()
    {
        foreach (var language in Languages.All)
        {
            Assert.All(Enum.GetValues<TextKey>(), key => Assert.NotEmpty(Texts.Get(key, language)));
        }
    }
}
