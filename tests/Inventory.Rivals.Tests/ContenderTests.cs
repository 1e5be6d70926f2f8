using System.Collections.Concurrent;
using Inventory.LoadTests.Light;
using Inventory.LoadTests.Measuring;
using Inventory.LoadTests.Service;
using Inventory.Rivals.Running;

namespace Inventory.Rivals.Tests;

/// <summary>A comparison is worth nothing when the other side oversells or forgets: each rival is held to the same rules as this service.</summary>
/// <remarks>Garnet is not here, because Garnet 2.2.8 may stop answering for good; load-tests/rivals/README.md says when.</remarks>
public sealed class ContenderTests
{
    private const int Callers = 16;
    private const int Units = 100;
    private const int Buyers = 500;

    [RivalFact("inventory")]
    public Task This_service_never_oversells() => HoldToTheRulesAsync("inventory");

    [RivalFact("inventory-raw")]
    public Task This_service_never_oversells_to_a_client_that_does_frames_alone() => HoldToTheRulesAsync("inventory-raw");

    [RivalFact("inventory-stream")]
    public Task This_service_never_oversells_over_its_stream() => HoldToTheRulesAsync("inventory-stream");

    [RivalFact("redis")]
    public Task Redis_never_oversells() => HoldToTheRulesAsync("redis");

    [RivalFact("postgres-function")]
    public Task Postgres_never_oversells_by_a_function() => HoldToTheRulesAsync("postgres-function");

    [RivalFact("postgres-naive")]
    public Task Postgres_never_oversells_by_a_transaction() => HoldToTheRulesAsync("postgres-naive");

    [Fact]
    public async Task A_run_of_a_second_has_balanced_books_in_both_shapes_and_leaves_nothing_behind()
    {
        var before = Scratch();
        var lines = new ConcurrentQueue<string>();
        var comparison = new Comparison(new ComparisonSettings(Rounds: 1, Seconds: 0.2, WarmUpSeconds: 0.1, Callers: 4, Seed: 1), lines.Enqueue);
        var (runs, missing) = await comparison.RunAsync([.. Rival.All.Where(rival => rival.Name is "inventory-raw" or "redis")], CancellationToken.None);
        Assert.Equal(missing.Count == 0 ? 4 : 2, runs.Count);
        Assert.All(runs, run => Assert.All(run.Books, check => Assert.True(check.Holds, check.ToString())));
        Assert.All(runs, run => Assert.True(run.Result.Total[Outcome.Granted] > 0, run.ToString()));
        Assert.Equal(before, Scratch());
    }

    [Theory]
    [InlineData("inventory-4x50", 3)]
    [InlineData("inventory-64x1", 3)]
    [InlineData("inventory-dense", 2)]
    [InlineData("redis-4x50", 2)]
    [InlineData("redis-4x256", 2)]
    [InlineData("redis-64x1", 2)]
    [InlineData("postgres-64x1", 2)]
    public async Task The_light_client_is_answered_each_call_and_the_books_balance(string name, int shapes)
    {
        var comparison = new Comparison(new ComparisonSettings(Rounds: 1, Seconds: 0.3, WarmUpSeconds: 0.1, Callers: 4, Seed: 1), _ => { });
        var (runs, missing) = await comparison.RunAsync([Rival.All.Single(rival => rival.Name == name)], CancellationToken.None);
        Assert.Equal(missing.Count == 0 ? shapes : 0, runs.Count);
        Assert.All(runs, run => Assert.Equal((run.Result.Total.Sum, 0), (run.Result.Total[Outcome.Granted], run.Result.Unanswered)));
        Assert.All(runs, run => Assert.True(run.Result.Total.Sum > 0, run.ToString()));
        Assert.All(runs, run => Assert.All(run.Books, check => Assert.True(check.Holds, check.ToString())));
    }

    [Theory]
    [InlineData("inventory-4x50", Callers, 1_000)]
    [InlineData("inventory-dense", 2 * ServiceContender.DenseLines, 0)]
    [InlineData("redis-4x50", Callers, 1_000)]
    [InlineData("postgres-64x1", Callers, 1_000)]
    public async Task The_light_client_tells_what_is_sold_out_and_what_was_asked_before(string name, int streams, int perSecond)
    {
        var rival = Rival.All.Single(each => each.Name == name);
        if (rival.Missing is not null)
        {
            return; // the tests above say so
        }

        await using var contender = (ILightContender)await rival.StartAsync(Callers, CancellationToken.None);
        await contender.PrepareAsync(2, Units, CancellationToken.None);
        var settings = new LightSettings(1, streams, TimeSpan.FromSeconds(0.3), TimeSpan.Zero, perSecond);

        // Each id twice, of one stock: some are granted, asked again while they are held, and then there is nothing left.
        var run = await LightLoop.RunAsync(
            contender.Server, settings, contender.Reserves(index => (0, ContenderRun.IdOf(3, index / 2))), CancellationToken.None);
        Assert.Equal((Units, Units), (run.Total[Outcome.Granted], run.Total[Outcome.Repeated]));
        Assert.Equal(run.Total.Sum - (2 * Units), run.Total[Outcome.SoldOut]);
        Assert.True(run.Total[Outcome.SoldOut] > 0);
        Assert.Equal(Units, await contender.UnitsHeldAsync(CancellationToken.None));
    }

    private static string[] Scratch() => [.. Directory.GetDirectories(Path.GetTempPath(), "inventory-rival-redis-*").Order()];

    private static async Task HoldToTheRulesAsync(string name)
    {
        var rival = Rival.All.Single(each => each.Name == name);
        await using var contender = await rival.StartAsync(Callers, CancellationToken.None);
        await contender.PrepareAsync(2, Units, CancellationToken.None);
        var granted = new ConcurrentBag<Guid>();
        var run = await ClosedLoop.RunAsync(Callers, Buyers, async index =>
        {
            var id = ContenderRun.IdOf(1, index);
            var outcome = await contender.ReserveAsync(0, id, CancellationToken.None);
            if (outcome == Outcome.Granted)
            {
                granted.Add(id);
            }

            return outcome;
        });
        Assert.Empty(run.Errors);
        Assert.Equal((Units, Buyers - Units), (run.Total[Outcome.Granted], run.Total[Outcome.SoldOut]));
        Assert.Equal(Units, await contender.UnitsHeldAsync(CancellationToken.None));

        var again = await contender.ReserveAsync(0, granted.First(), CancellationToken.None);
        Assert.True(again is Outcome.Granted or Outcome.Repeated, $"the same id again: {again}");
        var other = ContenderRun.IdOf(2, 0);
        Assert.Equal(Outcome.Granted, await contender.ReserveAsync(1, other, CancellationToken.None));
        await contender.ReserveAsync(1, other, CancellationToken.None);
        Assert.Equal(Units + 1, await contender.UnitsHeldAsync(CancellationToken.None));
    }
}

/// <summary>A test that needs somebody's server; without it it is skipped and says so.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RivalFactAttribute : FactAttribute
{
    public RivalFactAttribute(string name) => Skip = Rival.All.Single(rival => rival.Name == name).Missing;
}
