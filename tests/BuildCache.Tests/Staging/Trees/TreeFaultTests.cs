using System.Diagnostics;
using BuildCache.Reporting;
using BuildCache.Staging.Trees;

namespace BuildCache.Tests.Staging.Trees;

/// <summary>What is refused, before anything is written.</summary>
public class TreeFaultTests : TreeTest
{
    [Fact]
    public void Overlaps_name_both_owners_and_nothing_is_written()
    {
        Write("repo/one/a/name", "1");
        Write("repo/two/name", "2");

        TreeRequest request = Request(Folder("repo/one"), Folder("repo/two", into: "a"));

        Assert.Equal(Diagnostics.TreeOverlap, Fails(request, says: "'a/name' comes from 'repo/one' and from 'repo/two'"));
        Assert.Empty(Listing());
    }

    [Fact]
    public void A_later_source_may_overwrite()
    {
        Write("repo/one/name", "1");
        Write("repo/two/name", "2");

        Stage(Folder("repo/one"), Folder("repo/two", overwrite: true));

        Assert.Equal(["name=2"], Listing());
        Assert.Equal(Diagnostics.TreeOverlap, Fails(Request(Folder("repo/one", overwrite: true), Folder("repo/two"))));
    }

    [Theory]
    [InlineData("repo/one/Name", "repo/two/name")]
    [InlineData("repo/one/Folder/x", "repo/two/folder/y")]
    [InlineData("repo/one/name/x", "repo/two/name")]
    [InlineData("repo/one/name/x", "repo/two/NAME")]
    public void Names_that_differ_by_case_alone_and_files_in_place_of_folders_are_refused(string first, string second)
    {
        Write(first, "1");
        Write(second, "2");

        Assert.Equal(Diagnostics.TreeNameClash, Fails(Request(Folder("repo/one"), Folder("repo/two"))));
        Assert.Empty(Listing());
    }

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("../outside")]
    [InlineData("sub/../../outside")]
    [InlineData("inner/up/../../..")]
    [InlineData("self")]
    public void Links_that_leave_the_tree_or_go_in_circles_are_refused(string target)
    {
        Write("repo/base/sub/file", "");
        Directory.CreateDirectory(PathOf("repo/base/inner"));
        File.CreateSymbolicLink(PathOf("repo/base/inner/up"), "../sub");
        File.CreateSymbolicLink(PathOf("repo/base/self"), target == "self" ? "other" : target);
        File.CreateSymbolicLink(PathOf("repo/base/other"), "self");
        if (target != "self")
        {
            File.Delete(PathOf("repo/base/other"));
        }

        Assert.Equal(Diagnostics.TreeBadLink, Fails(Request(Folder("repo/base"))));
        Assert.Empty(Listing());
    }

    [LinuxFact("link")]
    public void What_is_refused_is_refused_again_when_the_source_is_known()
    {
        Write("repo/good/a/file", "file");
        Write("repo/links/a/file", "file");
        File.CreateSymbolicLink(PathOf("repo/links/a/out"), "../../out");
        Write("repo/names/a/Same", "1");
        Write("repo/names/a/same", "2");
        Write("repo/both/A", "a file where the other source has a folder");
        LetTheClockTick();
        (TreeSource[] Sources, Diagnostic Refusal)[] bad =
        [
            ([Folder("repo/links")], Diagnostics.TreeBadLink),
            ([Folder("repo/good"), Folder("repo/names", "into")], Diagnostics.TreeNameClash),
            ([Folder("repo/good"), Folder("repo/both")], Diagnostics.TreeNameClash),
        ];
        foreach ((TreeSource[] sources, Diagnostic refusal) in bad)
        {
            Assert.Equal(refusal, Fails(Request(sources)));
            Assert.Equal(refusal, Fails(Request(sources)));
        }

        Assert.Empty(Listing());
    }

    [Fact]
    public void Links_within_the_tree_are_kept()
    {
        Write("repo/base/sub/file", "f");
        File.CreateSymbolicLink(PathOf("repo/base/sub/up"), "../name");
        File.CreateSymbolicLink(PathOf("repo/base/name"), "sub/file");

        Stage(Folder("repo/base"));

        Assert.Equal(["name -> sub/file", "sub/", "sub/file=f", "sub/up -> ../name"], Listing());
    }

    [LinuxFact("mkfifo")]
    public void A_pipe_is_refused_as_a_source_and_removed_from_a_destination()
    {
        Write("repo/base/one", "1");
        Stage(Folder("repo/base"));
        Assert.True(MakePipe(PathOf("repo/app/deps/pipe")));
        Stage(Folder("repo/base"));
        Assert.Equal(["one=1"], Listing());

        Assert.True(MakePipe(PathOf("repo/base/pipe")));
        Assert.Equal(Diagnostics.TreeSpecialFile, Fails(Request(Folder("repo/base"))));
    }

    [Fact]
    public void A_destination_that_is_something_else_is_refused()
    {
        Write("repo/base/one", "1");
        Write("repo/app/file", "");
        Directory.CreateDirectory(PathOf("outside"));
        Directory.CreateSymbolicLink(PathOf("repo/app/link"), PathOf("outside"));

        void Refused(string path, string says) =>
            Assert.Equal(Diagnostics.TreeDestination, Fails(Request(Folder("repo/base")) with { Destination = PathOf(path) }, says: says));

        Refused("repo/app/file", "a file is there");
        Refused("repo/app/file/deps", "is a file");
        Refused("repo/app/link", "a link is there");
        Refused("repo/app/link/deps", "is a link");
        Refused("repo", "the repository itself");
        Refused("", "the repository itself");
        Refused("repo/app", "the folder of the project");
        Refused("elsewhere", "outside the repository");
        Refused("repo/.git/deps", "git's own");
        Refused("repo/app/obj", "the build writes to");
        Refused("repo/base/deps", "its source");
        Refused("repo/base", "its source");
        Stage(Request(Folder("repo/base")) with { Destination = PathOf("repo/app/obj/deps") });
    }

    [LinuxFact("/proc")]
    public void A_mount_is_refused()
    {
        Write("some/one", "1");
        TreePlaces places = new("/", "/home", [], PathOf("store"));
        TreeRequest request = Request(Folder("some")) with { Destination = "/proc" };

        CacheException failure = Assert.Throws<CacheException>(() => DestinationCheck.Check(request, places));

        Assert.Contains("mounted there", string.Join('|', failure.Arguments), StringComparison.Ordinal);
    }

    [LinuxFact("umask")]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public void A_place_that_keeps_no_permissions_is_named()
    {
        Directory.CreateDirectory(Destination);
        File.SetUnixFileMode(Write("repo/base/run", "run"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        // The umask is the process's, so another one stages.
        ProcessStartInfo start = new("sh", ["-c", "umask 0100; exec \"$@\"", "sh", Environment.ProcessPath!, "exec", typeof(Faults.FaultProgram).Assembly.Location, "stage", Scratch, "Copy"])
        {
            RedirectStandardError = true,
        };
        using Process staged = Process.Start(start)!;
        string said = staged.StandardError.ReadToEnd();
        staged.WaitForExit();

        Assert.NotEqual(0, staged.ExitCode);
        Assert.Contains("run' does not have the permissions that it was made with", said, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_trees_at_one_place_are_refused()
    {
        TreeRequest one = Request(Folder("repo/base"));

        Assert.Throws<CacheException>(() => DestinationCheck.CheckApart([one, one with { Name = "other" }]));
        Assert.Throws<CacheException>(() => DestinationCheck.CheckApart([one, one with { Destination = one.Destination + "/inner" }]));
        DestinationCheck.CheckApart([one, one with { Destination = one.Destination + "2" }]);
    }

    [Fact]
    public void A_missing_source_is_an_error()
    {
        Assert.Equal(Diagnostics.TreeSourceMissing, Fails(Request(Folder("repo/nothing"))));
        Assert.Equal(Diagnostics.TreeSourceMissing, Fails(Request(Archive("repo/nothing.zip"))));
        Assert.Equal(Diagnostics.TreeSourceMissing, Fails(Request(Files(new NamedFile(PathOf("repo/nothing"), "x")))));
        Write("repo/some", "");
        Assert.Equal(Diagnostics.TreeUnsafeName, Fails(Request(Files(new NamedFile(PathOf("repo/some"), "../x")))));
        Assert.Equal(Diagnostics.TreeOverlap, Fails(Request(Files(new NamedFile(PathOf("repo/some"), "x"), new NamedFile(PathOf("repo/some"), "./x")))));
    }

    private static bool MakePipe(string path)
    {
        using Process made = Process.Start("mkfifo", [path]);
        made.WaitForExit();
        return made.ExitCode == 0;
    }
}
