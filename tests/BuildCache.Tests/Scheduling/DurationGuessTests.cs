using BuildCache.Scheduling;

namespace BuildCache.Tests.Scheduling;

public class DurationGuessTests
{
    [Fact]
    public void What_was_measured_is_taken() => Assert.Equal([3, 0], DurationGuess.Of([(3, 10), (0, 10)]));

    [Fact]
    public void Unknown_work_is_guessed_from_its_size_and_the_median_rate()
    {
        // 1, 2 and 9 seconds for 1000 bytes: 2 is the median.
        Assert.Equal(4, DurationGuess.Of([(1, 1000), (2, 1000), (9, 1000), (null, 2000)])[3], 6);
    }

    [Fact]
    public void No_guess_leaves_what_was_measured() => Assert.Equal(9, DurationGuess.Of([(1, 1000), (9, 1000), (null, 1_000_000_000)])[2]);

    [Fact]
    public void Work_of_unknown_size_is_a_typical_one() => Assert.Equal(4, DurationGuess.Of([(1, 0), (4, 0), (7, 0), (null, 0)])[3]);

    [Fact]
    public void With_nothing_known_size_decides_and_equal_sizes_are_equal()
    {
        double[] guessed = DurationGuess.Of([(null, 1000), (null, 1000), (null, 500_000)]);

        Assert.Equal(guessed[0], guessed[1]);
        Assert.True(guessed[2] > guessed[0]);
    }

    [Fact]
    public void Nothing_is_guessed_of_nothing() => Assert.Empty(DurationGuess.Of([]));
}
