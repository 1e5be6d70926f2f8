using Inventory.LoadTests.Measuring;

namespace Inventory.LoadTests.Tests.Measuring;

public sealed class StepSearchTests
{
    [Theory]
    [InlineData(100, 7_000)]
    [InlineData(6_000, 7_000)]
    [InlineData(20_000, 7_000)]
    [InlineData(1_000, 1_001)]
    public async Task The_highest_rate_within_the_bound_is_found(double first, double limit)
    {
        var found = await StepSearch.RunAsync(first, 5_000, 6, rate => Task.FromResult(Result(rate, rate <= limit ? 4_000 : 9_000)));

        Assert.InRange(found.BestPerSecond, limit * 0.9, limit);
        Assert.All(found.Steps, step => Assert.Equal(step.OfferedPerSecond <= limit, step.Kept));
    }

    [Fact]
    public async Task A_service_that_keeps_no_rate_ends_the_search_with_none()
    {
        var found = await StepSearch.RunAsync(1_000, 5_000, 6, rate => Task.FromResult(Result(rate, 80_000)));

        Assert.Equal(0, found.BestPerSecond);
        Assert.Equal([1_000d, 500d, 250d, 125d, 62.5], found.Steps.Select(step => step.OfferedPerSecond));
    }

    [Fact]
    public async Task A_service_that_keeps_every_rate_ends_the_search_too()
    {
        var found = await StepSearch.RunAsync(1, 5_000, 6, rate => Task.FromResult(Result(rate, 10)), stepsMax: 5);

        Assert.Equal(5, found.Steps.Count);
        Assert.Equal(Math.Pow(1.5, 4), found.BestPerSecond, 6);
    }

    [Fact]
    public void A_fast_answer_to_a_few_is_no_rate_that_is_kept()
    {
        Assert.True(StepSearch.IsKept(1_000, 5_000, Result(1_000, 100)));
        Assert.False(StepSearch.IsKept(1_000, 5_000, Result(1_000, 100, notSent: 50)));
        Assert.False(StepSearch.IsKept(1_000, 5_000, Result(1_000, 100, outcome: Outcome.Overloaded)));
        Assert.False(StepSearch.IsKept(1_000, 5_000, Result(1_000, 100, outcome: Outcome.Failed)));
        Assert.False(StepSearch.IsKept(1_100, 5_000, Result(1_000, 100)));
        Assert.False(StepSearch.IsKept(1_000, 99, Result(1_000, 100)));
        Assert.True(StepSearch.IsKept(1_000, 5_000, Result(1_000, 100, outcome: Outcome.SoldOut)));
    }

    private static RunResult Result(double rate, long micros, long notSent = 0, Outcome outcome = Outcome.Granted)
    {
        var latency = new Histogram();
        var counts = new OutcomeCounts();
        for (var i = 0; i < (int)rate; i++)
        {
            latency.Record(micros);
            counts.Add(outcome);
        }

        return new RunResult
        {
            WindowSeconds = 1,
            OfferedPerSecond = rate,
            Sent = (long)rate,
            NotSent = notSent,
            Measured = counts,
            Total = counts,
            AnsweredPerSecond = [(long)Math.Ceiling(rate)],
            Latency = latency,
            Errors = new Dictionary<string, long>(),
        };
    }
}
