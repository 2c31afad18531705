using Shop.Generators;

namespace Shop.Domain;

[TypedId("PRD")]
public readonly partial struct ProductId;

[TypedId("CAT")]
public readonly partial struct CategoryId;

[TypedId("CUS")]
public readonly partial struct CustomerId;
