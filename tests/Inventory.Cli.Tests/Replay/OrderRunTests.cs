using Inventory.Cli.Replay;
using Inventory.V1;

namespace Inventory.Cli.Tests.Replay;

/// <summary>A year of orders against a simple service, honest or not.</summary>
public sealed class OrderRunTests : IDisposable
{
    private static readonly RetailData s_data = TestWorlds.Season();
    private readonly string _folder = Directory.CreateTempSubdirectory("replay-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(40)]
    public async Task A_season_of_orders_reconciles_units_and_work(int callers)
    {
        var report = await PlayAsync(new FakeInventory(), callers);

        Assert.Empty(report.Differences);
        Assert.Equal(ExitCode.Done, report.Code);
        Assert.Equal(report.LinesPlanned, report.LinesDone);
        Assert.Equal(report.Reconciliation!.Service, report.Reconciliation.Books);
        Assert.Equal(0, report.Reconciliation.Service.Held);
        Assert.True(report.Work is { Slots: > 0, Differences: 0, Picks: > 0, Parcels: > 0 });
        foreach (var outcome in new[] { "Collected", "Shipped", "Unfilled", "Rejected", "Cancelled", "Returned", "WrittenOff", "Found",
            "TransferredOut", "TransferredIn", "LostInTransit" })
        {
            Assert.Contains(report.Outcomes, figures => figures.Outcome == outcome);
        }

        Assert.Contains(report.Operations, operation => operation.Operation == "ReturnOrder");
    }

    [Fact]
    public async Task Each_unit_that_was_ordered_ends_in_one_way()
    {
        var report = await PlayAsync(new FakeInventory());

        long Units(params string[] outcomes) => report.Outcomes.Where(one => outcomes.Contains(one.Outcome)).Sum(one => one.Units);
        var ordered = TestWorlds.Orders(s_data).Lines.Where(line => line.Kind == LineKind.Sale).Sum(line => (long)line.Units);
        Assert.Equal(ordered, Units("Collected", "Shipped", "Unfilled", "Cancelled", "Refused"));
    }

    [Fact]
    public async Task What_left_in_transfers_came_in_or_was_lost()
    {
        var report = await PlayAsync(new FakeInventory());

        long Units(string outcome) => report.Outcomes.Where(one => one.Outcome == outcome).Sum(one => one.Units);
        Assert.Equal(Units("TransferredOut"), Units("TransferredIn") + Units("LostInTransit"));
        Assert.Equal(Units("TransferredIn"), report.Reconciliation!.Service.TransferredIn);
    }

    [Fact]
    public async Task Lost_requests_and_lost_answers_change_nothing()
    {
        var report = await PlayAsync(new FakeInventory { LoseRequestEvery = 7, LoseAnswerEvery = 11 });

        Assert.Empty(report.Differences);
        Assert.True(report.Retries["Unavailable"] > 100);
    }

    [Fact]
    public Task A_stolen_unit_is_found() => IsFound(new FakeInventory { Steals = 1 }, "on hand");

    [Fact]
    public Task A_unit_that_was_not_sent_is_found() => IsFound(new FakeInventory { Pockets = true }, "on hand");

    [Fact]
    public Task A_promise_of_what_is_not_there_is_found() => IsFound(new FakeInventory { Oversells = true }, "were promised at");

    [Fact]
    public Task A_unit_that_vanished_on_the_way_is_found() => IsFound(new FakeInventory { ForgetsUnits = true }, "transferred in");

    [Fact]
    public Task An_order_that_is_told_wrongly_is_found() => IsFound(new FakeInventory { Mumbles = true }, "rejected");

    [Fact]
    public Task Work_that_is_not_counted_is_found() => IsFound(new FakeInventory { ForgetsWork = true }, "are used of");

    [Fact]
    public Task Work_beyond_the_capacity_is_found() => IsFound(new FakeInventory { Overworks = true }, "are used of");

    [Theory]
    [InlineData(0, false)]
    [InlineData(60, false)]
    [InlineData(60, true)]
    [InlineData(100, true)]
    public async Task A_stopped_replay_goes_on_where_it_was(int stopAfterOrders, bool isTorn)
    {
        using var stop = new CancellationTokenSource();
        var path = Path.Combine(_folder, "state");
        var orders = 0;
        var service = new FakeInventory { LoseAnswerEvery = 17 };
        service.Serving = request =>
        {
            if (request is ShipOrderRequest && Interlocked.Increment(ref orders) > stopAfterOrders)
            {
                stop.Cancel();
            }
        };
        var world = TestWorlds.Orders(s_data);
        var first = await TestWorlds.Run(s_data, world, service, resume: path).RunAsync(TestWorlds.NoProgress, stop.Token);
        service.Serving = null;
        if (isTorn)
        {
            // As a kill of the replay does: the last results never reached the disk, though the service has done all of it.
            using var file = new FileStream(path, FileMode.Open);
            file.SetLength(file.Length - Math.Min(file.Length / 3, 20 * 200) - 7);
        }

        var second = await TestWorlds.Run(s_data, world, service, callers: 5, resume: path).RunAsync(TestWorlds.NoProgress, CancellationToken.None);

        Assert.True(first.Stopped);
        Assert.True(isTorn || first.LinesDone == second.LinesResumed);
        Assert.Empty(second.Differences);
        Assert.Equal(ExitCode.Done, second.Code);
        Assert.Equal(second.LinesPlanned, second.LinesDone);
        Assert.Equal(second.Reconciliation!.Service, second.Reconciliation.Books);
    }

    [Fact]
    public async Task A_state_file_of_reservations_is_refused()
    {
        var path = Path.Combine(_folder, "state");
        await TestWorlds.Run(s_data, TestWorlds.Build(s_data, linesMax: 50), new FakeInventory(), resume: path)
            .RunAsync(TestWorlds.NoProgress, CancellationToken.None);
        var orders = TestWorlds.Run(s_data, TestWorlds.Orders(s_data, linesMax: 50), new FakeInventory(), resume: path);

        await Assert.ThrowsAsync<BadInputException>(() => orders.RunAsync(TestWorlds.NoProgress, CancellationToken.None));
    }

    private static async Task IsFound(FakeInventory service, string words)
    {
        var report = await PlayAsync(service);

        Assert.Equal(ExitCode.Refused, report.Code);
        Assert.Contains(report.Differences, difference => difference.Contains(words, StringComparison.Ordinal));
    }

    private static Task<ReplayReport> PlayAsync(FakeInventory service, int callers = 8) =>
        TestWorlds.Run(s_data, TestWorlds.Orders(s_data), service, callers).RunAsync(TestWorlds.NoProgress, CancellationToken.None);
}
