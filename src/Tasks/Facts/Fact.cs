using BuildCache.Hashing;

namespace BuildCache.Facts;

/// <summary>What a fact is about. The numbers are part of the format and of the key.</summary>
internal enum FactKind : byte
{
    /// <summary>The content of a file; the name is its rooted path.</summary>
    File = 1,

    /// <summary>A file that must be absent, because it would be picked up; the name is its rooted path.</summary>
    Absence = 2,

    /// <summary>The names of the files under the project's folder.</summary>
    Listing = 3,

    /// <summary>An environment variable that the evaluated files mention.</summary>
    Environment = 4,

    /// <summary>A property after evaluation.</summary>
    Property = 5,

    /// <summary>All items of one type after evaluation, with their metadata.</summary>
    Items = 6,

    /// <summary>The resolved packages; of publish folders one package, whose id is the name.</summary>
    Packages = 7,

    /// <summary>What a referenced project shows to its dependents.</summary>
    Reference = 8,

    /// <summary>The tools.</summary>
    Toolset = 9,

    /// <summary>A staged tree; the name is its rooted destination.</summary>
    Staged = 15,

    /// <summary>The names of the assemblies in a folder that a referenced one lies in, and of what belongs to them; the name is the rooted folder.</summary>
    Beside = 16,

    /// <summary>Whether a file that is copied to the output folder may be executed, since its copy then may be, too; the name is its rooted path. Not on Windows.</summary>
    Executable = 17,

    /// <summary>
    /// A file that is to be published: its content, where it goes and what its item says; the name is where it goes.
    /// Of the name "": the order of all. Of publish folders only.
    /// </summary>
    Published = 19,

    /// <summary>The key of the project's build. Of publish folders only.</summary>
    Build = 20,

    // What follows is in the records of solutions only, never in a key.

    /// <summary>Whether a file or a folder is there; the name is its rooted path.</summary>
    Probe = 10,

    /// <summary>The names of all files below a folder.</summary>
    Tree = 11,

    /// <summary>The names in a folder that fit the pattern in the text.</summary>
    Names = 12,

    /// <summary>The names of the folders below a folder, three levels deep.</summary>
    Folders = 13,

    /// <summary>The files above the repository that tools look for by name; the name is a rooted folder.</summary>
    Above = 14,

    /// <summary>What git's settings on this machine say of the repository that a folder lies in; the name is the rooted folder.</summary>
    Git = 18,
}

/// <summary>Something that the outputs depend on.</summary>
/// <param name="Kind">What it is about.</param>
/// <param name="Name">What it is called within its kind.</param>
/// <param name="Value">The digest of its value; none for what is absent.</param>
/// <param name="Text">The value itself where it is short and no secret, for explanations; else "".</param>
internal sealed record Fact(FactKind Kind, string Name, Digest Value, string Text = "")
{
    /// <summary>The order of facts in a key.</summary>
    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.AggressiveOptimization)]
    public static int Compare(Fact left, Fact right)
    {
        // As numbers: an enumeration's own comparison boxes both.
        int order = (byte)left.Kind - (byte)right.Kind;
        return order != 0 ? order : string.CompareOrdinal(left.Name, right.Name);
    }
}
