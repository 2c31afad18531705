namespace BuildCache.Reporting;

/// <summary>Every diagnostic of this package, in the order of codes. A code is never used again for something else.</summary>
internal static class Diagnostics
{
    // 1xxx: settings

    public static readonly Diagnostic InvalidSetting = new("BCSDK1001", Severity.Error,
        "The property '{0}' is set to '{1}', which is not {2}. Correct it, or remove it to use the default '{3}'.");

    public static readonly Diagnostic RelativeDirectory = new("BCSDK1002", Severity.Error,
        "BuildCacheDirectory is set to '{0}', which is a relative path: each project would have a cache of its own. Give an absolute path, for example $(MSBuildThisFileDirectory).cache in Directory.Build.props.");

    public static readonly Diagnostic RequireHitWithWrite = new("BCSDK1003", Severity.Error,
        "BuildCacheRequireHit=true cannot go with BuildCacheMode=write, which never looks anything up. Use 'read' or 'readwrite'.");

    public static readonly Diagnostic RequiredHitMissed = new("BCSDK1004", Severity.Error,
        "BuildCacheRequireHit is true, and '{0}' did not come from the cache: {1}. Build it once with BuildCacheRequireHit=false on a machine that may write to this cache.");

    // 2xxx: inputs

    public static readonly Diagnostic MissingInput = new("BCSDK2001", Severity.Warning,
        "The BuildCacheInput '{0}' does not exist. Its absence is part of the key, so the build is right, but a typing error would leave the real input out. Correct the path or remove the item.");

    public static readonly Diagnostic InputChanged = new("BCSDK2002", Severity.Message,
        "'{0}', an input of '{1}', was written while the project was being built, after its key was made. So the result was not put into the cache; the build itself is as it would be without one. If this happens in each build, a target writes that file: let it write to $(IntermediateOutputPath), or remove the file from BuildCacheInput.");

    public static readonly Diagnostic NotCacheable = new("BCSDK2003", Severity.Message,
        "'{0}' is built without the cache: {1}.");

    public static readonly Diagnostic EngineChanged = new("BCSDK2004", Severity.Warning,
        "This version of MSBuild does not show a task the evaluated project ({0}), so nothing is cached. The build goes on without the cache. A newer BuildCache.Sdk may know this version.", IsFault: true);

    public static readonly Diagnostic ReferenceFound = new("BCSDK2005", Severity.Message,
        "'{0}' was not put into the cache: its build came upon '{1}' by a search, and nothing in the project names that file. Name it as a Reference with a HintPath, or as a BuildCacheInput.");

    public static readonly Diagnostic InputOfTarget = new("BCSDK2006", Severity.Message,
        "'{0}' was not put into the cache: a target of its build named '{1}', which is no input that the project shows before its build. Declare it as a BuildCacheInput, or, if the build itself writes it, as a BuildCacheOutput.");

    public static readonly Diagnostic OutputChanged = new("BCSDK2007", Severity.Message,
        "'{0}', an output of '{1}', was written again after the project was built and before it was put into the cache. So nothing was put there; the build itself is as it would be without a cache. If this happens in each build, let the target that writes the file hang behind Build in that project (AfterTargets=\"Build\"): then the outputs are taken in before it runs.");

    public static readonly Diagnostic PublishMissed = new("BCSDK2008", Severity.Message,
        "The publish folder of '{0}' is not in the cache: {1}. It is published as without the cache.");

    public static readonly Diagnostic ReplacedSinceRead = new("BCSDK2009", Severity.Message,
        "'{0}' was not put into the cache: '{1}' was replaced after this MSBuild process had read it in an earlier build. MSBuild may still use the old one, with or without the cache. To build with the new one, end MSBuild's processes (dotnet build-server shutdown) and rebuild. Give a package that changes a new version.");

    public static readonly Diagnostic FolderShared = new("BCSDK2010", Severity.Detail,
        "'{0}' was not put into the cache: another build wrote to '{1}' at the same time, so it is not known which build made which file. The next build stores its result. Two builds in one folder at the same time can fail without the cache, too. Run one after the other.");

    public static readonly Diagnostic HashedExactly = new("BCSDK2020", Severity.Message,
        "BuildCacheSourceHashing is 'semantic', but comments and blank lines count in '{0}': {1}.");

    public static readonly Diagnostic NoParser = new("BCSDK2021", Severity.Warning,
        "BuildCacheSourceHashing is 'semantic', but the compiler in '{0}' cannot be loaded to read sources with ({1}). They are hashed exactly, so a change of a comment is a miss. Build with the compiler of the .NET SDK, or remove the setting.");

    // 3xxx: the local store

    public static readonly Diagnostic StoreUnusable = new("BCSDK3001", Severity.Warning,
        "The cache in '{0}' cannot be used ({1}). The build goes on without it. Check that the folder can be written, or set BuildCacheDirectory.", IsFault: true);

    public static readonly Diagnostic DamagedContent = new("BCSDK3002", Severity.Warning,
        "The cache held damaged content ({0}). It was removed, and what it stood for is built again.", IsFault: true);

    public static readonly Diagnostic PublishFailed = new("BCSDK3003", Severity.Warning,
        "'{0}' was built, but could not be put into the cache ({1}). The build is complete; the next one will not find it.", IsFault: true);

    public static readonly Diagnostic Unforeseen = new("BCSDK3010", Severity.Warning,
        "The cache failed in a way that was not foreseen, and this part of the build goes on without it. Please report this: {0}", IsFault: true);

    public static readonly Diagnostic RemainsStay = new("BCSDK3011", Severity.Warning,
        "A build was killed while it put outputs into '{0}', and what it left there could not be removed ({1}). '{2}' is built without the cache. Delete the folder.", IsFault: true);

    public static readonly Diagnostic StoreHoldsOthers = new("BCSDK3012", Severity.Error,
        "The cache in '{0}' was not emptied: '{1}' lies there, which the cache did not write. Nothing was removed. Move it elsewhere, or give the cache a folder of its own (BuildCacheDirectory).");

    public static readonly Diagnostic BundleNotNamed = new("BCSDK3020", Severity.Error,
        "The property 'BuildCacheBundle' does not say which file to {0}. Give its path, for example -p:BuildCacheBundle=/media/stick/app.bundle.zip.");

    public static readonly Diagnostic BundleRefused = new("BCSDK3021", Severity.Error,
        "The bundle '{0}' is not imported: {1}. Copy it again from the machine that made it, or make it anew there.");

    public static readonly Diagnostic BundleOfAnother = new("BCSDK3022", Severity.Error,
        "The bundle '{0}' cannot be used here: {1}. Use the same version of BuildCache.Sdk on both machines.");

    public static readonly Diagnostic BundleIncomplete = new("BCSDK3023", Severity.Warning,
        "The bundle '{0}' lacks what was not in the cache: {1}. On the other machine this must be built or restored. BuildCacheExplain=true says why a project is not cached.");

    public static readonly Diagnostic BundleElsewhere = new("BCSDK3024", Severity.Warning,
        "The bundle '{0}' was imported, but builds here will not find what is in it: {1}.");

    public static readonly Diagnostic BundleFailed = new("BCSDK3025", Severity.Error,
        "The bundle '{0}' could not be {1} ({2}). Check that there is room and that the folders may be written, then run the target again.");

    // 5xxx: outputs

    public static readonly Diagnostic OutputOutside = new("BCSDK5001", Severity.Message,
        "'{0}' is built without the cache: it writes '{1}', which lies outside the repository ('{2}'). Move the output, or set BuildCacheRoot to a folder that holds both.");

    public static readonly Diagnostic MissingOutput = new("BCSDK5002", Severity.Warning,
        "The BuildCacheOutput '{0}' was not there when '{1}' had been built, so the result was not put into the cache. Correct the path, or remove the item.");

    public static readonly Diagnostic OutputClash = new("BCSDK5003", Severity.Warning,
        "'{0}' is written by '{1}' and by '{2}', with different content. Which one stays depends on which is built last, with and without the cache. Give the projects output folders of their own.");

    public static readonly Diagnostic RestoreFailed = new("BCSDK5004", Severity.Warning,
        "The cached outputs of '{0}' could not be put in place ({1}). The project is built instead.", IsFault: true);

    public static readonly Diagnostic NotRelocatable = new("BCSDK5005", Severity.Message,
        "'{0}' contains the path of this folder, so the result of '{1}' is shared only by builds in this same folder.");

    public static readonly Diagnostic VerifyFailed = new("BCSDK5006", Severity.Warning,
        "The cached outputs of '{0}' are not what its build makes: {1}. Likely cause: {2}. The entry has been removed; what lies on disk is the build's.");

    public static readonly Diagnostic LinkLeadsElsewhere = new("BCSDK5007", Severity.Message,
        "'{0}' was not put into the cache: '{1}' is a link to '{2}', outside of the repository, the packages and the .NET SDK. The link is left as it is. Move it out of the project's output folders, or let it lead into the repository.");

    public static readonly Diagnostic CopyChanged = new("BCSDK5008", Severity.Message,
        "'{0}' was not put into the cache: '{1}' is newer than the file it was copied from and has other content, and the cache does not know whether a program changed it. MSBuild keeps such a copy, and so does the cache. Delete it once, and the next build is cached; what a program writes into it then stays.");

    public static readonly Diagnostic StampsNotBelieved = new("BCSDK5009", Severity.Detail,
        "'{0}' is on a file system ({1}) whose file times do not show every change. Sources there are hashed in each build, and outputs are compared by content, which takes the time to read them. To avoid this, keep the repository on a local disk.");

    // 502x and 503x: staged trees

    public static readonly Diagnostic TreeSetting = new("BCSDK5020", Severity.Error,
        "The tree '{0}' cannot be staged: {1}. Correct the BuildCacheTree or BuildCacheTreeSource item.");

    public static readonly Diagnostic TreeOverlap = new("BCSDK5021", Severity.Error,
        "Sources of the tree '{0}' bring the same names: {1}. Nothing was written. Let the later source say Overwrite=\"true\" to replace, or leave the names out with Without.");

    public static readonly Diagnostic TreeNameClash = new("BCSDK5022", Severity.Error,
        "The tree '{0}' would hold '{1}' (of '{2}') and '{3}' (of '{4}'), which are one name where case does not count, or a file and a folder of one name. Nothing was written. Leave one out with Without, or move it with Into.");

    public static readonly Diagnostic TreeDestination = new("BCSDK5023", Severity.Error,
        "The tree '{0}' cannot be staged at '{1}': {2}. Nothing was written. Choose a folder that the tree has for itself, inside the repository.");

    public static readonly Diagnostic TreeSourceMissing = new("BCSDK5024", Severity.Error,
        "The tree '{0}' cannot be staged: its source '{1}' {2}. Nothing was written.");

    public static readonly Diagnostic TreeUnsafeName = new("BCSDK5025", Severity.Error,
        "'{0}' of '{1}' cannot be a name in a tree: it {2}. Nothing was written. Names must stay inside the tree on every system.");

    public static readonly Diagnostic TreeBadLink = new("BCSDK5026", Severity.Error,
        "The link '{0}' of '{1}' cannot be in the tree '{2}': where it points, '{3}', {4}. Nothing was written. Leave it out with Without.");

    public static readonly Diagnostic TreeSpecialFile = new("BCSDK5027", Severity.Error,
        "'{0}' is a device, a pipe or a socket, which a tree cannot hold. Nothing was written. Leave it out with Without.");

    public static readonly Diagnostic TreeArchiveDamaged = new("BCSDK5028", Severity.Error,
        "The archive '{0}' cannot be unpacked: {1}. Nothing was written to the destination. Fetch it again, and check its digest.");

    public static readonly Diagnostic TreeStrangers = new("BCSDK5029", Severity.Error,
        "The tree '{0}' would be staged at '{1}', which holds files that are not the tree's, for example '{2}', and this cache has not put it there. Nothing was written. Empty the folder, or say Clean=\"remove\" (they go) or Clean=\"keep\" (they stay) on the BuildCacheTree item.");

    public static readonly Diagnostic TreesClash = new("BCSDK5030", Severity.Error,
        "The trees '{0}' and '{1}' would lie at one place or one within the other ('{2}', '{3}'). Nothing was written. Give each a folder of its own.");

    public static readonly Diagnostic TreeFailed = new("BCSDK5031", Severity.Error,
        "The tree '{0}' could not be staged at '{1}' ({2}). What is there is unfinished; the next run repairs it.");

    public static readonly Diagnostic TreeProjectMissed = new("BCSDK5032", Severity.Error,
        "The tree '{0}' needs outputs of '{1}', which are not in the cache: {2}. Build that project once, or say OnMiss=\"build\" on the BuildCacheTreeSource item.");

    public static readonly Diagnostic TreeCopied = new("BCSDK5033", Severity.Warning,
        "The tree '{0}' was to be placed by {1}, but the cache cannot be used ({2}), so it was copied.", IsFault: true);

    public static readonly Diagnostic TreeReadAgain = new("BCSDK5034", Severity.Message,
        "The tree '{0}' was put together from files that are not what was known of them ({1}). All its sources were read again, and the tree is as they are now.");

    public static readonly Diagnostic TreeNotRemoved = new("BCSDK5035", Severity.Warning,
        "Clean left the tree '{0}' at '{1}': {2}. Delete the folder yourself if you do not want it.", IsFault: true);

    public static readonly Diagnostic PackageNotTaken = new("BCSDK5040", Severity.Message,
        "The package {0} is not taken into the cache: {1}. Restore goes on getting it from its source. Delete its folder in NuGet's global packages and restore, to have it as it was published.");

    public static readonly Diagnostic PackagesNotStaged = new("BCSDK5041", Severity.Warning,
        "Packages could not be exchanged between the cache and NuGet's folder ({0}). Restore goes on as without the cache. Check that both folders may be written, or set BuildCacheStagePackages=false.", IsFault: true);

    public static readonly Diagnostic NotPublishedFromCache = new("BCSDK5060", Severity.Message,
        "The publish folder of '{0}' is not cached: {1}. It is published as without the cache.");

    public static readonly Diagnostic BuiltOnceMore = new("BCSDK5061", Severity.Message,
        "'{0}' had been built without its commit and Source Link, so that it was built once more before it is packed or published, in {1} s. Set BuildCacheSourceRevision=exact in the command that builds it to spare this.");

    public static readonly Diagnostic MarkUnreadable = new("BCSDK5062", Severity.Error,
        "'{0}' says how an assembly was built that is to be packed or published, and cannot be read: {1}. Whether the assembly holds its commit is not known. Build once more, with BuildCacheSourceRevision=exact.");

    // 6xxx: whole solutions

    public static readonly Diagnostic NotForSolutionGate = new("BCSDK6001", Severity.Message,
        "'{0}' is evaluated in every build of the solution: {1}. It comes from the cache all the same if nothing changed.");

    public static readonly Diagnostic SolutionGateFailed = new("BCSDK6002", Severity.Warning,
        "The solution could not be checked as a whole ({0}). Its projects are looked up one by one.");

    public static readonly Diagnostic HistoryUnusable = new("BCSDK6010", Severity.Error,
        "The history in '{0}' cannot be used: {1}. Give BuildCacheHistoryFile a file that BuildCacheExportHistory wrote.");

    public static readonly Diagnostic ScheduleFailed = new("BCSDK6011", Severity.Warning,
        "The projects of the solution could not be started along the critical path ({0}). They are built in MSBuild's own order. BuildCacheSchedule=off leaves it to MSBuild from the start.", IsFault: true);

    public static readonly Diagnostic WorkNotBegun = new("BCSDK6012", Severity.Error,
        "EndTimedWork was called for '{0}', but BeginTimedWork was not in this build, or not in the same project. Put BeginTimedWork with the same Key before the work.");

    // 7xxx: tests

    public static readonly Diagnostic TestsNotKept = new("BCSDK7001", Severity.Message,
        "The tests of '{0}' run as without the cache: {1}.");

    public static readonly Diagnostic TestsOutOfReach = new("BCSDK7002", Severity.Warning,
        "BuildCacheTestResults is 'on', but the results of '{0}' can neither be kept nor shown again: {1}. Its tests run as without the cache. Run them with VSTest, or remove the setting.");

    public static readonly Diagnostic TestFilesNotPlaced = new("BCSDK7003", Severity.Warning,
        "The result files of the tests of '{0}' could not be written ({1}). The tests run instead.", IsFault: true);

    public static readonly Diagnostic UnsteadyTests = new("BCSDK7004", Severity.Message,
        "The tests of '{0}' ended differently in runs with the very same inputs, so their result is not kept. Something that they hang on is not seen (the clock, the network, a file elsewhere), or they are flaky.");

    /// <summary>The whole catalogue, for the tests that compare it with the pages in docs.</summary>
    public static IEnumerable<Diagnostic> All =>
        typeof(Diagnostics).GetFields().Select(row => row.GetValue(null)).OfType<Diagnostic>();
}
