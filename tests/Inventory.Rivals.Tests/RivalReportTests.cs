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

    private static RivalRun Run(string rival, int perSecond, int round = 1)
    {
        var result = new RunResult
        {
            WindowSeconds = 1,
            Measured = new OutcomeCounts(),
            Total = new OutcomeCounts(),
            AnsweredPerSecond = [perSecond],
            Latency = new Histogram(),
            Errors = new Dictionary<string, long>(),
        };
        return new RivalRun(Rival.All.Single(each => each.Name == rival), Shape.All[0], round, result, []);
    }
}
