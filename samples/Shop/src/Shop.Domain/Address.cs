namespace Shop.Domain;

public sealed class Address : IEquatable<Address>
{
    public Address(string street, string postCode, string city, string country)
    {
        Street = street;
        PostCode = postCode;
        City = city;
        Country = country.ToUpperInvariant();
    }

    public string Street { get; }

    public string PostCode { get; }

    public string City { get; }

    public string Country { get; }

    public bool Equals(Address? other) =>
        other is not null
        && Street == other.Street
        && PostCode == other.PostCode
        && City == other.City
        && Country == other.Country;

    public override bool Equals(object? obj) => Equals(obj as Address);

    public override int GetHashCode() => HashCode.Combine(Street, PostCode, City, Country);

    public override string ToString() => $"{Street}, {PostCode} {City}, {Country}";
}
