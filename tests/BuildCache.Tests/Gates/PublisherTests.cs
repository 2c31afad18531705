using BuildCache.Tests.Faults;

namespace BuildCache.Tests.Gates;

public class PublisherTests : TestFolder
{
    /// <summary>What is written between the end of a build and its storing is no output of it: nothing is stored, or what lay there before.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_output_that_is_written_again(bool isAtOnce)
    {
        FaultProject project = new(Scratch, Log);
        Write("repo/App/obj/App.dll", "built");
        string output = Write("repo/App/bin/App.dll", "built");
        Write("repo/App/App.csproj", "<Project />");

        project.Publish("1", isAtOnce, between: () => File.AppendAllText(output, " and signed"));

        Assert.Equal(isAtOnce, File.Exists(project.Store.Layout.EntryPath(project.KeyOf("1"))));
        Assert.Equal(isAtOnce ? [] : ["BCSDK2007"], Log.Codes);
        if (isAtOnce)
        {
            Assert.NotNull(project.LookUp("1").Placement);
            Assert.Equal("built", File.ReadAllText(output));
        }
    }
}
