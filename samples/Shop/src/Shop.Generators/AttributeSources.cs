namespace Shop.Generators;

internal static class AttributeSources
{
    public const string TypedIdName = "Shop.Generators.TypedIdAttribute";

    public const string LabelsName = "Shop.Generators.LabelsAttribute";

    // The attributes are internal to each project that uses the generators, and Embedded keeps
    // two such projects from seeing each other's copy.
    public const string TypedId = """
        namespace Shop.Generators
        {
            [global::Microsoft.CodeAnalysis.Embedded]
            [global::System.AttributeUsage(global::System.AttributeTargets.Struct)]
            internal sealed class TypedIdAttribute : global::System.Attribute
            {
                public TypedIdAttribute(string prefix) => Prefix = prefix;

                public string Prefix { get; }
            }
        }

        """;

    public const string Labels = """
        namespace Shop.Generators
        {
            [global::Microsoft.CodeAnalysis.Embedded]
            [global::System.AttributeUsage(global::System.AttributeTargets.Enum)]
            internal sealed class LabelsAttribute : global::System.Attribute
            {
            }
        }

        """;
}
