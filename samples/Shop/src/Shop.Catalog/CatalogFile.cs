using Newtonsoft.Json;

namespace Shop.Catalog;

internal sealed class CategoryEntry
{
    [JsonProperty("id", Required = Required.Always)]
    public string Id { get; init; } = "";

    [JsonProperty("name", Required = Required.Always)]
    public string Name { get; init; } = "";
}

internal sealed class ProductEntry
{
    [JsonProperty("id", Required = Required.Always)]
    public string Id { get; init; } = "";

    [JsonProperty("category", Required = Required.Always)]
    public string Category { get; init; } = "";

    [JsonProperty("name", Required = Required.Always)]
    public string Name { get; init; } = "";

    [JsonProperty("kind")]
    public string Kind { get; init; } = "General";

    [JsonProperty("price", Required = Required.Always)]
    public decimal Price { get; init; }

    [JsonProperty("currency")]
    public string Currency { get; init; } = "EUR";
}
