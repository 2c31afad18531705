using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using BuildCache.Facts;
using BuildCache.Session;
using Microsoft.Build.Execution;
using Microsoft.Build.Framework;

namespace BuildCache.MSBuild;

/// <summary>Finds or starts the session that the tasks of one build share in one process, without a static field.</summary>
internal static class SessionLease
{
    /// <summary>
    /// Names this very assembly: a process may have loaded the same one from two folders of packages, and then each has
    /// types of its own.
    /// </summary>
    private static readonly string s_owner =
        $"BuildCache/{typeof(SessionLease).Module.ModuleVersionId:N}/{typeof(SessionLease).Assembly.Location}/";

    /// <summary>The session for these places.</summary>
    /// <remarks>
    /// The key names this exact assembly: two versions of the package in one build must not meet in one session.
    /// Registering a key twice keeps the first object, so it is asked for again; a loser has started nothing.
    /// </remarks>
    public static CacheSession Get(IBuildEngine4 engine, SessionPlaces places, TaskEnvironment environment)
    {
        Holder holder = Shared(engine, places.ToString(), () =>
        {
            // Read here and now: a TaskEnvironment belongs to its task alone.
            Dictionary<string, string> variables = new(environment.GetEnvironmentVariables(), StringComparer.OrdinalIgnoreCase);
            CultureFacts.AddTo(variables);
            ReadBefore readBefore = Shared(engine, "read before", static () => new ReadBefore(), RegisteredTaskObjectLifetime.AppDomain);
            return new Holder(() => new CacheSession(places, variables, readBefore));
        });
        Begun(engine);
        List(engine).TryAdd(places.ToString(), holder.Session.Value);
        return holder.Session.Value;
    }

    /// <summary>When this build first asked for something here in this process (UTC).</summary>
    public static DateTime Begun(IBuildEngine4 engine) => Shared(engine, "begun", static () => new StrongBox<DateTime>(DateTime.UtcNow)).Value;

    /// <summary>The sessions of this build in this process.</summary>
    public static IEnumerable<CacheSession> All(IBuildEngine4 engine) => List(engine).Values;

    /// <summary>The projects of this build in this process as they were before their first target.</summary>
    public static ConcurrentDictionary<ProjectInstance, EvaluatedProject> Evaluations(IBuildEngine4 engine) =>
        Shared(engine, "evaluations", static () => new ConcurrentDictionary<ProjectInstance, EvaluatedProject>(ReferenceEqualityComparer.Instance));

    /// <summary>The items that projects of this build have in common.</summary>
    public static EvaluatedItems Items(IBuildEngine4 engine) => Shared(engine, "items", static () => new EvaluatedItems());

    /// <summary>The settings that projects of this build have, parsed.</summary>
    public static ConcurrentDictionary<RawSettings, CacheSettings> Settings(IBuildEngine4 engine) =>
        Shared(engine, "settings", static () => new ConcurrentDictionary<RawSettings, CacheSettings>());

    /// <summary>The repository that a folder belongs to. What lies in the folders above is looked for once a build.</summary>
    public static string Repository(IBuildEngine4 engine, string configured, string folder) =>
        SessionPlaces.FindRepository(configured, folder, Shared(engine, "repositories", static () => new ConcurrentDictionary<string, SessionPlaces.Above>(Hashing.RootMap.Comparer)));

    /// <summary>Results of tests that were found and are to be shown, by project.</summary>
    public static ConcurrentDictionary<string, Testing.FoundTests> Tests(IBuildEngine4 engine) =>
        Shared(engine, "tests", static () => new ConcurrentDictionary<string, Testing.FoundTests>(Hashing.RootMap.Comparer));

    /// <summary>When the tests that now run began, as <see cref="System.Diagnostics.Stopwatch"/> counts, by project.</summary>
    public static ConcurrentDictionary<string, long> TestStarts(IBuildEngine4 engine) =>
        Shared(engine, "test starts", static () => new ConcurrentDictionary<string, long>(Hashing.RootMap.Comparer));

    /// <summary>The tap on this process's warnings; one that holds <see langword="null"/> when this MSBuild hides them.</summary>
    public static WarningTap? Warnings(IBuildEngine4 engine) => Shared(engine, "warnings", () => new TapHolder(WarningTap.TryCreate(engine))).Tap;

    private static ConcurrentDictionary<string, CacheSession> List(IBuildEngine4 engine) =>
        Shared(engine, "sessions", static () => new ConcurrentDictionary<string, CacheSession>());

    /// <summary>
    /// An object that all tasks of this build in this process share, or, by its lifetime, all that come after them.
    /// </summary>
    /// <remarks>Registering a key twice keeps the first object, so it is asked for again.</remarks>
    public static T Shared<T>(
        IBuildEngine4 engine, string name, Func<T> create, RegisteredTaskObjectLifetime lifetime = RegisteredTaskObjectLifetime.Build)
    {
        string key = s_owner + name;
        if (engine.GetRegisteredTaskObject(key, lifetime) is not T shared)
        {
            engine.RegisterTaskObject(key, create(), lifetime, allowEarlyCollection: false);
            shared = (T)engine.GetRegisteredTaskObject(key, lifetime);
        }

        return shared;
    }

    /// <remarks>Two tasks may make one each; the loser's is disposed by nobody and hears nothing that anybody asks for.</remarks>
    private sealed class TapHolder(WarningTap? tap) : IDisposable
    {
        public WarningTap? Tap => tap;

        public void Dispose() => tap?.Dispose();
    }

    private sealed class Holder(Func<CacheSession> start) : IDisposable
    {
        public Lazy<CacheSession> Session { get; } = new(start);

        public void Dispose()
        {
            if (Session.IsValueCreated)
            {
                Session.Value.Dispose();
            }
        }
    }
}
