namespace Shop.Domain.Tests;

public class IdTests
{
    [Fact]
    public void An_id_survives_its_text() =>
        Assert.Equal(new ProductId(42), ProductId.Parse(new ProductId(42).ToString()));

    [Theory]
    [InlineData("PRD42")]
    [InlineData("CUS-0042")]
    [InlineData("PRD--042")]
    [InlineData("")]
    public void Other_texts_are_no_ids(string text) => Assert.False(ProductId.TryParse(text, out _));

    [Fact]
    public void Labels_are_words() => Assert.Equal("Fresh food", ProductKind.FreshFood.ToLabel());
}
