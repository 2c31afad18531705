using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Shop.Generators;

[Generator(LanguageNames.CSharp)]
public sealed class TypedIdGenerator : IIncrementalGenerator
{
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        context.RegisterPostInitializationOutput(static output =>
        {
            output.AddEmbeddedAttributeDefinition();
            output.AddSource("TypedIdAttribute.g.cs", AttributeSources.TypedId);
        });

        var ids = context.SyntaxProvider.ForAttributeWithMetadataName(
            AttributeSources.TypedIdName,
            static (node, _) => node is StructDeclarationSyntax,
            static (match, _) => Describe(match));

        context.RegisterSourceOutput(ids, static (output, id) =>
            output.AddSource(id.Name + ".g.cs", Write(id)));
    }

    private static TypedId Describe(GeneratorAttributeSyntaxContext match)
    {
        var prefix = match.Attributes[0].ConstructorArguments[0].Value as string ?? "";
        return new TypedId(
            match.TargetSymbol.ContainingNamespace.ToDisplayString(),
            match.TargetSymbol.Name,
            prefix);
    }

    private static string Write(TypedId id)
    {
        var source = new SourceWriter();
        source.Header(id.Namespace);
        source.Open($"readonly partial struct {id.Name} : global::System.IEquatable<{id.Name}>, global::System.IComparable<{id.Name}>");
        source.Line($"private const string Prefix = \"{id.Prefix}-\";");
        source.Line();
        source.Line($"public {id.Name}(int number) => Number = number;");
        source.Line();
        source.Line("public int Number { get; }");
        source.Line();
        source.Open($"public static bool TryParse(string? text, out {id.Name} id)");
        source.Line("id = default;");
        source.Open("if (text is null || !text.StartsWith(Prefix, global::System.StringComparison.Ordinal))");
        source.Line("return false;");
        source.Close();
        source.Line();
        source.Open("if (!int.TryParse(text.Substring(Prefix.Length), global::System.Globalization.NumberStyles.None, global::System.Globalization.CultureInfo.InvariantCulture, out var number))");
        source.Line("return false;");
        source.Close();
        source.Line();
        source.Line($"id = new {id.Name}(number);");
        source.Line("return true;");
        source.Close();
        source.Line();
        source.Line($"public static {id.Name} Parse(string text) => TryParse(text, out var id) ? id : throw new global::System.FormatException($\"'{{text}}' is no {id.Name}.\");");
        source.Line();
        source.Line($"public bool Equals({id.Name} other) => Number == other.Number;");
        source.Line();
        source.Line($"public override bool Equals(object? obj) => obj is {id.Name} other && Equals(other);");
        source.Line();
        source.Line("public override int GetHashCode() => Number;");
        source.Line();
        source.Line($"public int CompareTo({id.Name} other) => Number.CompareTo(other.Number);");
        source.Line();
        source.Line("public override string ToString() => Prefix + Number.ToString(\"D4\", global::System.Globalization.CultureInfo.InvariantCulture);");
        source.Line();
        source.Line($"public static bool operator ==({id.Name} left, {id.Name} right) => left.Equals(right);");
        source.Line();
        source.Line($"public static bool operator !=({id.Name} left, {id.Name} right) => !left.Equals(right);");
        source.Close();
        return source.ToString();
    }

    private sealed record TypedId(string Namespace, string Name, string Prefix);
}
