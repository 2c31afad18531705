using BuildCache.Testing;

namespace BuildCache.Tests.Testing;

public class TestLoggerTests
{
    [Fact]
    public void A_logger_has_a_name_and_parameters()
    {
        TestLogger logger = TestLogger.Parse("TRX; LogFileName=a b.trx ;Flag");

        Assert.True(logger.IsTrx);
        Assert.Equal("a b.trx", logger.FileName);
        Assert.Equal("", logger.Parameters["flag"]);
        Assert.Equal("", TestLogger.Parse("trx").FileName);
        Assert.True(TestLogger.Parse("console;verbosity=normal").IsConsole);
        Assert.Equal("", TestLogger.Parse("").Name);
    }
}
