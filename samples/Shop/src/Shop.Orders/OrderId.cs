using Shop.Generators;

namespace Shop.Orders;

[TypedId("ORD")]
public readonly partial struct OrderId;
