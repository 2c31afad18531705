using BuildCache.Scheduling;

namespace BuildCache.Tests.Scheduling;

public class HistoryJsonTests
{
    [Fact]
    public void A_history_comes_back_from_its_text()
    {
        WorkRecord[] records =
        [
            new(new WorkKey(WorkKey.Build, "a \"quoted\" name", "net10.0", "Debug"), 12.25, 4, 0.5, new WorkShape(100, ["b"])),
            new(WorkKey.OfName("pack"), 3, 1, null, WorkShape.Unknown),
        ];

        IReadOnlyList<WorkRecord> read = HistoryJson.Read(HistoryJson.Write(records));

        Assert.Equal(records.Select(record => (record.Key, record.Seconds, record.Runs, record.HitSeconds)), read.Select(record => (record.Key, record.Seconds, record.Runs, record.HitSeconds)));
        Assert.Equal(["b"], read[0].Shape.References);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"schemaVersion\":2,\"work\":[]}")]
    [InlineData("{\"schemaVersion\":1}")]
    [InlineData("{\"schemaVersion\":1,\"work\":[{\"kind\":\"build\",\"name\":\"x\",\"seconds\":\"long\"}]}")]
    public void What_is_no_history_is_refused(string text) => Assert.Throws<InvalidDataException>(() => HistoryJson.Read(text));

    [Fact]
    public void Rows_that_cannot_be_are_left_out()
    {
        const string Text = """
            {"schemaVersion":1,"work":[
              {"kind":"build","name":"good","seconds":1,"runs":1},
              {"kind":"build","name":"negative","seconds":-1,"runs":1},
              {"kind":"build","seconds":1,"runs":1},
              {"kind":"build","name":"","seconds":1,"runs":1},
              null
            ]}
            """;

        Assert.Equal(["good"], HistoryJson.Read(Text).Select(record => record.Key.Name));
    }
}
