namespace Shop.Domain;

public sealed record Customer(CustomerId Id, string Name, Address Address)
{
    public string Country => Address.Country;
}
