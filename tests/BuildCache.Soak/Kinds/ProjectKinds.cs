using System.Xml.Linq;

namespace BuildCache.Soak;

/// <summary>Changes of project files, packages, references, and of what they read from the environment.</summary>
internal static class ProjectKinds
{
    public static readonly Kind[] All =
    [
        Kind.Of(6, Property), Kind.Of(3, CommonProperty), Kind.Of(5, PackageVersion), Kind.Of(4, Framework), Kind.Of(6, Reference), Kind.Of(4, Variable),
    ];

    private static readonly (string Name, string[] Values)[] s_properties =
    [
        ("Optimize", ["true"]),
        ("Version", ["2.0.0", "3.0.0-beta"]),
        ("DefineConstants", ["$(DefineConstants);ONE", "$(DefineConstants);TWO"]),
        ("DebugType", ["embedded", "none"]),
        ("GenerateDocumentationFile", ["true"]),
        ("AssemblyName", ["$(MSBuildProjectName).Renamed"]),
        ("RootNamespace", ["Soak.Other"]),
        ("ProduceReferenceAssembly", ["false"]),
        ("InvariantGlobalization", ["true"]),
        ("UseAppHost", ["false"]),
        ("GenerateRuntimeConfigurationFiles", ["true"]),
        ("EmbedAllSources", ["true"]),
        ("SatelliteResourceLanguages", ["fr"]),
        ("CopyLocalLockFileAssemblies", ["true"]),
        ("GenerateDependencyFile", ["false"]),
        ("AutoGenerateBindingRedirects", ["true"]),
        ("OutputPath", ["bin/other/"]),
    ];

    private static readonly (string Name, string[] Values)[] s_commonProperties =
    [
        ("Company", ["One", "Two"]),
        ("CheckForOverflowUnderflow", ["true"]),
        ("WarningLevel", ["3"]),
        ("NoWarn", ["$(NoWarn);CS0168"]),
        ("PathMap", ["$(MSBuildThisFileDirectory)=/src/"]),
        ("Features", ["strict"]),
        ("TieredCompilation", ["false"]),
    ];

    private static readonly (string From, string To)[] s_references = [("App", "Extra"), ("Mid", "Extra"), ("Tool", "Data"), ("Core", "Extra"), ("Tool", "Mid")];

    private static string? Property(Repository repository, Random random)
    {
        string project = random.OneOf(repository.Projects)!;
        return SetProperty(repository, random, $"{project}/{project}.csproj", s_properties);
    }

    private static string? CommonProperty(Repository repository, Random random) => SetProperty(repository, random, "Directory.Build.props", s_commonProperties);

    private static string? SetProperty(Repository repository, Random random, string file, (string Name, string[] Values)[] from)
    {
        (string name, string[] values) = from[random.Next(from.Length)];
        string? to = "";
        repository.EditXml(file, root =>
        {
            XElement group = root.Element("PropertyGroup")!;
            string? now = group.Element(name)?.Value;
            to = random.OneOf((string[])[.. ((string[])["", .. values]).Where(value => value != (now ?? ""))]);
            group.SetElementValue(name, to!.Length == 0 ? null : to);
        });
        return $"sets {name} of {file} to '{to}'";
    }

    private static string? PackageVersion(Repository repository, Random random)
    {
        string to = "";
        repository.EditXml("Data/Data.csproj", root =>
        {
            XAttribute version = root.Descendants("PackageReference").Single().Attribute("Version")!;
            version.Value = to = TextsPackage.Versions.Single(other => other != version.Value);
        });
        return $"takes version {to} of the package";
    }

    private static string? Framework(Repository repository, Random random)
    {
        string project = random.OneIn(2) ? "Multi" : "Extra";
        string to = "";
        repository.EditXml($"{project}/{project}.csproj", root =>
        {
            XElement framework = root.Descendants().Single(static element => element.Name.LocalName is "TargetFramework" or "TargetFrameworks");
            to = framework.Value.Contains(';', StringComparison.Ordinal) ? "net10.0" : "net10.0;netstandard2.0";
            framework.Value = to;
            framework.Name = to.Contains(';', StringComparison.Ordinal) || random.OneIn(2) ? "TargetFrameworks" : "TargetFramework";
        });
        return $"targets {to} in {project}";
    }

    private static string? Reference(Repository repository, Random random)
    {
        (string from, string to) = s_references[random.Next(s_references.Length)];
        string include = $"../{to}/{to}.csproj";
        string use = repository.Sandbox.PathOf($"{from}/Uses{to}.cs");
        bool adds = false;
        repository.EditXml($"{from}/{from}.csproj", root =>
        {
            XElement? reference = root.Descendants("ProjectReference").FirstOrDefault(element => element.Attribute("Include")!.Value == include);
            adds = reference is null;
            if (adds)
            {
                root.Element("ItemGroup")!.Add(new XElement("ProjectReference", new XAttribute("Include", include)));
            }
            else
            {
                reference!.Remove();
            }
        });
        if (adds)
        {
            File.WriteAllText(use, GeneratedSolution.Use(to));
        }
        else
        {
            File.Delete(use);
        }

        return $"{(adds ? "adds" : "removes")} the reference from {from} to {to}";
    }

    private static string? Variable(Repository repository, Random random)
    {
        string value = random.OneOf((string[])["", "blue", "red"])!;
        repository.SetVariable(value);
        return $"sets the environment variable to '{value}'";
    }
}
