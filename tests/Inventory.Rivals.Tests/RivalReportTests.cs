using Inventory.LoadTests.Measuring;
using Inventory.LoadTests.Reporting;

namespace Inventory.Rivals.Tests;

public sealed class RivalReportTests
{
    private static readonly Dictionary<string, string> s_nobodyMissing = [];

    [Theory]
    [InlineData(new[] { 300, 100, 200 }, 200)]
    [InlineData(new[] { 300, 100, 200, 400 }, 200)]
    [InlineData(new[] { 7 }, 7)]
    public void The_round_in_the_middle_counts_and_of_two_the_lower(int[] rates, int middle) =>
        Assert.Equal(middle, RivalReport.Middle([.. rates.Select((rate, i) => Run("redis", rate, i + 1))]).Result.PerSecond);

    [Fact]
    public void By_a_schedule_the_middle_p99_counts_and_rates_are_not_compared()
    {
        var runs = new[] { 3_000, 9_000, 1_000 }.Select((micros, i) => Late("redis-4x50", micros, i + 1)).ToList();
        Assert.Equal(3_000, RivalReport.Middle(runs).Result.Latency.MaxMicros);
        var section = Spread([.. runs, Late("inventory-4x50", 500, 1)]);
        Assert.Empty(section.Figures);
        Assert.Contains("All at the same rate, by a schedule", section.Says, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("inventory-4x50", true)]
    [InlineData("redis-4x50", true)]
    [InlineData("redis-4x256", true)]
    [InlineData("inventory-dense", false)]
    [InlineData("postgres-64x1", false)]
    [InlineData("redis", false)]
    public void Single_calls_of_the_light_client_keep_schedules(string name, bool keeps) =>
        Assert.Equal(keeps, Rival.All.Single(rival => rival.Name == name).KeepsSchedules);

    [Fact]
    public void Ratios_compare_like_with_like()
    {
        var section = Spread(
            [Run("inventory", 300), Run("inventory-stream", 4_000), Run("redis", 200), Run("redis-pipelined", 1_000), Run("postgres-naive", 30)]);
        Assert.Equal(
            [("rate of inventory to redis", 1.5), ("rate of inventory to postgres-naive", 10), ("rate of inventory-stream to redis-pipelined", 4)],
            section.Figures.Select(figure => (figure.Name, figure.Value)));
        Assert.Contains("Nobody is faster than ours here.", section.Says, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rival_that_wins_is_named()
    {
        var section = Spread([Run("inventory", 100), Run("redis", 200), Run("postgres-function", 50)]);
        Assert.Contains("Faster than ours here: redis.", section.Says, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rival_that_could_not_be_started_is_named_with_the_first_line_of_the_reason()
    {
        var missing = new Dictionary<string, string> { ["garnet"] = "garnet-server is not installed.\nIts log." };
        var section = RivalReport.Sections([Run("inventory", 100)], missing).First();
        Assert.Contains("Left out: garnet (garnet-server is not installed.).", section.Says, StringComparison.Ordinal);
    }

    [Fact]
    public void Books_of_every_round_are_in_the_report_and_not_only_those_of_the_middle()
    {
        var wrong = BookCheck.Exactly("Units held are units granted", 5, 6);
        var section = Spread([Run("redis", 100, 1), Run("redis", 200, 2), Run("redis", 300, 3) with { Books = [wrong] }]);
        var check = Assert.Single(section.Books);
        Assert.StartsWith("redis, round 3: ", check.Says, StringComparison.Ordinal);
        Assert.False(check.Holds);
    }

    private static ReportSection Spread(IReadOnlyList<RivalRun> runs) =>
        RivalReport.Sections(runs, s_nobodyMissing).Single(section => section.Name == "spread");

    private static RivalRun Late(string rival, int micros, int round)
    {
        var run = Run(rival, 1_000, round, offered: 1_000);
        run.Result.Latency.Record(micros);
        return run;
    }

    private static RivalRun Run(string rival, int perSecond, int round = 1, double offered = 0)
    {
        var result = new RunResult
        {
            WindowSeconds = 1,
            OfferedPerSecond = offered,
            Measured = new OutcomeCounts(),
            Total = new OutcomeCounts(),
            AnsweredPerSecond = [perSecond],
            Latency = new Histogram(),
            Errors = new Dictionary<string, long>(),
        };
        return new RivalRun(Rival.All.Single(each => each.Name == rival), Shape.All[0], round, result, []);
    }
}
