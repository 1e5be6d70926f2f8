using Inventory.LoadTests.Measuring;

namespace Inventory.LoadTests.Tests.Measuring;

public sealed class HistogramTests
{
    private const double RelativeErrorMax = 1.0 / 1024;

    [Theory]
    [InlineData(1, 100)]
    [InlineData(2, 1_000)]
    [InlineData(3, 5_000)]
    [InlineData(4, 1_000_000)]
    [InlineData(5, 60_000_000)]
    public void Percentiles_are_exact_to_three_digits(int seed, int longest)
    {
        var random = new Random(seed);
        var histogram = new Histogram();
        var exact = new long[20_000];
        for (var i = 0; i < exact.Length; i++)
        {
            // Spread over all magnitudes, as latencies are.
            exact[i] = (long)Math.Pow(longest, random.NextDouble());
            histogram.Record(exact[i]);
        }

        Array.Sort(exact);
        foreach (var percentile in (double[])[0.01, 1, 10, 50, 75, 90, 99, 99.9, 99.99, 100])
        {
            var expected = exact[(int)Math.Ceiling(percentile / 100 * exact.Length - 1e-9) - 1];
            var found = histogram.Percentile(percentile);
            Assert.True(Math.Abs(found - expected) <= expected * RelativeErrorMax, $"seed {seed}: p{percentile} is {found}, not {expected}");
        }

        Assert.Equal(exact.Length, histogram.Count);
        Assert.Equal(exact[^1], histogram.MaxMicros);
        Assert.Equal(exact.Sum(), histogram.SumMicros);
    }

    [Fact]
    public void Every_value_falls_into_a_cell_that_is_no_wider_than_a_thousandth()
    {
        for (long micros = 0; micros <= Histogram.LimitMicros; micros = micros < 5_000 ? micros + 7 : (long)(micros * 1.003))
        {
            var histogram = new Histogram();
            histogram.Record(micros);

            // A longer one beside it keeps the maximum from hiding what the cell says.
            histogram.Record(Histogram.LimitMicros * 2);
            var said = histogram.Percentile(50);
            Assert.InRange(said, micros, micros + (micros * RelativeErrorMax));
        }
    }

    [Fact]
    public void Parts_merged_are_the_whole()
    {
        var random = new Random(11);
        var whole = new Histogram();
        var parts = Enumerable.Range(0, 4).Select(_ => new Histogram()).ToArray();
        for (var i = 0; i < 10_000; i++)
        {
            var micros = random.Next(1, 3_000_000);
            whole.Record(micros);
            parts[random.Next(parts.Length)].Record(micros);
        }

        var merged = new Histogram();
        Array.ForEach(parts, merged.Add);
        Assert.Equal(whole.Cells(), merged.Cells());
        Assert.Equal((whole.Count, whole.MaxMicros, whole.SumMicros), (merged.Count, merged.MaxMicros, merged.SumMicros));
    }

    [Fact]
    public void Cells_carry_a_histogram_to_another_process()
    {
        var histogram = new Histogram();
        foreach (var micros in (long[])[0, 1, 1, 2_047, 2_048, 70_000, 61_000_000])
        {
            histogram.Record(micros);
        }

        var copy = Histogram.FromCells(histogram.Cells(), histogram.SumMicros, histogram.MaxMicros);

        Assert.Equal(histogram.Cells(), copy.Cells());
        Assert.Equal(7, copy.Count);
        Assert.Equal(61_000_000, copy.Percentile(100));
        Assert.Throws<ArgumentException>(() => Histogram.FromCells([(-1, 1)], 0, 0));
        Assert.Throws<ArgumentException>(() => Histogram.FromCells([(1_000_000, 1)], 0, 0));
        Assert.Throws<ArgumentException>(() => Histogram.FromCells([(1, 0)], 0, 0));
    }

    [Fact]
    public void An_empty_histogram_says_zero_and_what_is_longer_than_a_minute_keeps_its_length()
    {
        var histogram = new Histogram();
        Assert.Equal(0, histogram.Percentile(99));
        Assert.Equal(0, histogram.MeanMicros);

        histogram.Record(90_000_000);
        histogram.Record(-5);
        Assert.Equal(90_000_000, histogram.Percentile(100));
        Assert.Equal(0, histogram.Percentile(50));
        Assert.Throws<ArgumentOutOfRangeException>(() => histogram.Percentile(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => histogram.Percentile(100.1));
    }
}
