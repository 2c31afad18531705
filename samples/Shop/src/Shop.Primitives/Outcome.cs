namespace Shop.Primitives;

/// <summary>A value, or the reason why there is none.</summary>
public sealed class Outcome<T>
    where T : class
{
    private Outcome(T? value, string? reason)
    {
        Value = value;
        Reason = reason;
    }

    public T? Value { get; }

    public string? Reason { get; }

    public bool Succeeded => Value is not null;

    public static Outcome<T> Of(T value) => new(value, null);

    public static Outcome<T> Failed(string reason) => new(null, reason);

    public T OrThrow() => Value ?? throw new InvalidOperationException(Reason);
}
