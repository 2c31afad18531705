using BuildCache.Facts;
using BuildCache.Gates;
using BuildCache.Hashing;

namespace BuildCache.Testing;

/// <summary>One run of a test assembly that <c>dotnet test</c> asks for.</summary>
internal sealed record TestRun
{
    /// <summary>The test project as it was evaluated.</summary>
    public required EvaluatedProject Project { get; init; }

    /// <summary>Where it was built to. The main output is the test assembly.</summary>
    public required ProjectPlace Place { get; init; }

    /// <summary>The present value of a property, after targets changed some; "" where it is not set.</summary>
    public required Func<string, string> Property { get; init; }

    /// <summary>The properties that begin with VSTest, as the test target will read them.</summary>
    public required IReadOnlyDictionary<string, string> Settings { get; init; }

    /// <summary>The loggers that were asked for, each with its parameters after semicolons.</summary>
    public required IReadOnlyList<string> Loggers { get; init; }

    /// <summary>Absolute path of the settings file; "" if there is none.</summary>
    public required string SettingsFile { get; init; }

    /// <summary>Absolute path of the folder for results.</summary>
    public required string ResultsFolder { get; init; }

    /// <summary>Whether all environment variables count, or only those that are known or declared.</summary>
    public required bool AllVariables { get; init; }

    /// <summary>Whether clones in other folders share.</summary>
    public required bool Relocatable { get; init; }

    /// <summary>Whether targets of one's own around the tests are said to be harmless.</summary>
    public required bool AllowCustomHooks { get; init; }

    /// <summary>The key under which the build of this project lies in the cache.</summary>
    public Digest Build { get; init; }

    /// <summary>The value of a setting; "" where it is not set.</summary>
    public string Setting(string name) => Settings.GetValueOrDefault(name, "");
}
