using BuildCache.Hashing;

namespace BuildCache.Gates;

/// <summary>One run of a compiler: what it is told, what it reads, and what it may write.</summary>
internal sealed record CompileRequest
{
    /// <summary>Absolute path of the assembly that holds the compiler's task; the compiler lies beside it.</summary>
    public required string TaskAssembly { get; init; }

    /// <summary>The command line, with the paths of this machine.</summary>
    public required string CommandLine { get; init; }

    /// <summary>Absolute paths of the files that the command line names, less those it writes.</summary>
    public required IReadOnlyList<string> Inputs { get; init; }

    /// <summary>Absolute paths of the analyzers among <see cref="Inputs"/>: what lies beside one may be loaded by it.</summary>
    public required IReadOnlyList<string> Analyzers { get; init; }

    /// <summary>Absolute paths of the sources whose documentation comments are written out; none where that is not asked for.</summary>
    public required IReadOnlyList<string> Documented { get; init; }

    /// <summary>Absolute path of the assembly.</summary>
    public required string Assembly { get; init; }

    /// <summary>Whether a parameter names the key that the assembly is signed with.</summary>
    public required bool HasKeyFile { get; init; }

    /// <summary>Absolute paths of the other files that the compiler may write.</summary>
    public required IReadOnlyList<string> OtherOutputs { get; init; }

    /// <summary>The folder for what generators write; "" where that is not wanted.</summary>
    public required string GeneratedFolder { get; init; }

    /// <summary>All files that the compiler may have written by now.</summary>
    public IEnumerable<string> Outputs() => OtherOutputs
        .Prepend(Assembly)
        .Concat(GeneratedFolder.Length == 0 ? [] : FilesBelow.In(GeneratedFolder));
}
