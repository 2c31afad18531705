using Microsoft.Build.Framework;

namespace BuildCache.Schedules;

/// <summary>Holds its node for a while and uses no processor: work whose duration does not depend on the machine.</summary>
[MSBuildMultiThreadableTask]
public sealed class Sleep : ITask
{
    public IBuildEngine BuildEngine { get; set; } = null!;

    public ITaskHost HostObject { get; set; } = null!;

    public int Milliseconds { get; set; }

    public bool Execute()
    {
        // Not Exec with sleep: that yields its node to other projects.
        Thread.Sleep(Milliseconds);
        return true;
    }
}
