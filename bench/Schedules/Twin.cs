using System.Globalization;
using BuildCache.Scheduling;

namespace BuildCache.Schedules;

/// <summary>One solution of sleeping projects on the disk, built in several ways.</summary>
internal sealed class Twin(string folder, string package)
{
    // What a dependent project of the .NET SDK asks of a reference, in its order, around its own work.
    private const string Protocol = """
          <Target Name="Build" DependsOnTargets="Ask" Returns="@(Self)">
            <BuildCache.Schedules.Sleep Milliseconds="$(Milliseconds)" />
            <MSBuild Projects="@(ProjectReference)" Targets="GetCopyToOutputDirectoryItems" BuildInParallel="true" Condition="'@(ProjectReference)' != ''" />
          </Target>
          <Target Name="Ask" Condition="'@(ProjectReference)' != ''">
            <MSBuild Projects="@(ProjectReference)" Targets="GetTargetFrameworks" BuildInParallel="true" />
            <MSBuild Projects="@(ProjectReference)" BuildInParallel="true" />
            <MSBuild Projects="@(ProjectReference)" Targets="GetNativeManifest" BuildInParallel="true" />
          </Target>
          <Target Name="GetTargetFrameworks" Returns="@(Self)" />
          <Target Name="GetNativeManifest" Returns="@(Self)" />
          <Target Name="GetCopyToOutputDirectoryItems" Returns="@(Self)" />
        """;

    // Begun and ended in the solution's project: the start of the command line is the same for all, and none of the schedule's.
    private const string Clock = """
          <Target Name="Begin" BeforeTargets="Build"><WriteLinesToFile File="$(SolutionDir)begun" Lines="$([System.DateTime]::UtcNow.Ticks)" Overwrite="true" /></Target>
          <Target Name="End" AfterTargets="Build"><WriteLinesToFile File="$(SolutionDir)ended" Lines="$([System.DateTime]::UtcNow.Ticks)" Overwrite="true" /></Target>
        """;

    public string Folder => folder;

    public void Write(IReadOnlyList<WorkItem> items)
    {
        // A repository of its own: without one, every folder above is looked at for one.
        Directory.CreateDirectory(Path.Combine(folder, ".git"));
        foreach (WorkItem item in items)
        {
            string references = string.Concat(item.References.Select(name => $"<ProjectReference Include=\"../{name}/{name}.csproj\" />"));
            Directory.CreateDirectory(Path.Combine(folder, item.Name));
            File.WriteAllText(Path.Combine(folder, item.Name, item.Name + ".csproj"), $"""
                <Project DefaultTargets="Build">
                  <UsingTask TaskName="BuildCache.Schedules.Sleep" AssemblyFile="{typeof(Twin).Assembly.Location}" />
                  <PropertyGroup><Milliseconds>{(int)Math.Round(item.Seconds * 1000)}</Milliseconds></PropertyGroup>
                  <ItemGroup>{references}<Self Include="{item.Name}" /></ItemGroup>
                {Protocol}
                </Project>
                """);
        }

        File.WriteAllText(Path.Combine(folder, "All.slnx"), "<Solution>\n" + string.Concat(items.Select(item => $"  <Project Path=\"{item.Name}/{item.Name}.csproj\" />\n")) + "</Solution>\n");
        foreach (string stopper in (string[])["Directory.Build.props", "Directory.Build.targets", "Directory.Build.rsp"])
        {
            File.WriteAllText(Path.Combine(folder, stopper), stopper.EndsWith("rsp", StringComparison.Ordinal) ? "" : "<Project />");
        }
    }

    /// <summary>MSBuild's own order.</summary>
    public void UseStock() => Use("");

    /// <summary>The same, with the list of projects sorted by the longest chain behind each.</summary>
    public void UseSorted(WorkGraph graph)
    {
        string items = string.Concat(Enumerable.Range(0, graph.Items.Count).OrderByDescending(graph.LevelOf).Select(item =>
            $"<Sorted Include=\"@(ProjectReference)\" Condition=\"'%(Filename)' == '{graph.Items[item].Name}'\" />"));
        Use($"<Target Name=\"Sort\" BeforeTargets=\"Build\"><ItemGroup>{items}<ProjectReference Remove=\"@(ProjectReference)\" /><ProjectReference Include=\"@(Sorted)\" /></ItemGroup></Target>");
    }

    /// <summary>The schedule of this package.</summary>
    public void UsePackage() => Use($"<PropertyGroup><BuildCacheSchedule>on</BuildCacheSchedule></PropertyGroup><Import Project=\"{package}/Sdk/Solution.targets\" />");

    /// <summary>The seconds between the beginning and the end of the solution's Build.</summary>
    public double Seconds() => (Ticks("ended") - Ticks("begun")) / (double)TimeSpan.TicksPerSecond;

    private long Ticks(string file) => long.Parse(File.ReadAllText(Path.Combine(folder, file)), CultureInfo.InvariantCulture);

    private void Use(string more) => File.WriteAllText(Path.Combine(folder, "Directory.Solution.targets"), $"<Project>\n{Clock}\n{more}\n</Project>");
}
