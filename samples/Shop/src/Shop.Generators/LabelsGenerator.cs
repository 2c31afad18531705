using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Shop.Generators;

[Generator(LanguageNames.CSharp)]
public sealed class LabelsGenerator : IIncrementalGenerator
{
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        context.RegisterPostInitializationOutput(static output =>
            output.AddSource("LabelsAttribute.g.cs", AttributeSources.Labels));

        var enums = context.SyntaxProvider.ForAttributeWithMetadataName(
            AttributeSources.LabelsName,
            static (node, _) => node is EnumDeclarationSyntax,
            static (match, _) => Describe(match));

        context.RegisterSourceOutput(enums, static (output, labelled) =>
            output.AddSource(labelled.Name + "Labels.g.cs", Write(labelled)));
    }

    private static LabelledEnum Describe(GeneratorAttributeSyntaxContext match)
    {
        var type = (INamedTypeSymbol)match.TargetSymbol;
        var members = type.GetMembers().OfType<IFieldSymbol>().Select(static field => field.Name);

        // One text instead of a list, so that the record compares by value.
        return new LabelledEnum(
            type.ContainingNamespace.ToDisplayString(),
            type.Name,
            string.Join(",", members));
    }

    private static string Write(LabelledEnum labelled)
    {
        var source = new SourceWriter();
        source.Header(labelled.Namespace);
        source.Open($"public static class {labelled.Name}Labels");
        source.Open($"public static string ToLabel(this {labelled.Name} value)");
        source.Open("switch (value)");
        foreach (var member in labelled.Members.Split(','))
        {
            source.Line($"case {labelled.Name}.{member}: return \"{Words(member)}\";");
        }

        source.Line("default: return value.ToString();");
        source.Close();
        source.Close();
        source.Close();
        return source.ToString();
    }

    private static string Words(string name)
    {
        var words = new StringBuilder(name.Length + 4);
        foreach (var letter in name)
        {
            if (char.IsUpper(letter) && words.Length > 0)
            {
                words.Append(' ').Append(char.ToLowerInvariant(letter));
            }
            else
            {
                words.Append(letter);
            }
        }

        return words.ToString();
    }

    private sealed record LabelledEnum(string Namespace, string Name, string Members);
}
