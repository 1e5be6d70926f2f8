using Inventory.LoadTests.Breaking.Hostile;
using Inventory.LoadTests.Reporting;
using Inventory.LoadTests.Scenarios;
using Inventory.LoadTests.Service;
using Inventory.V1;

namespace Inventory.LoadTests.Breaking;

/// <summary>Peers who mean harm, one kind after the other, while a few ordinary callers must not notice.</summary>
internal sealed class HostileScenario : BreakScenario
{
    private const int Stocks = 50;
    private const int Locations = 5;
    private const int UnitsEach = 1_000;
    private const int Healthy = 4;
    private const int Changes = 200;

    // A pool of the runtime keeps what it has seen used; a leak of every connection or stream would be far more.
    private const long MegabytesMoreMax = 600;
    private const int SocketsMoreMax = 8;

    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100);

    public override string Name => "hostile";

    public override string Title => "Hostile peers";

    public override async Task<ReportSection> RunAsync(ScenarioContext context, CancellationToken ct)
    {
        var own = OwnOf(context);
        var plan = await context.PrepareAsync(Stocks, Locations, UnitsEach, ct);
        var theirs = await TheirStocksAsync(context, ct);
        var crowd = new Crowd(plan, Healthy, context.Settings.Seed, context.Tell);
        var attacks = new Attacks(context.Address, theirs, context.Settings.Breaking, context.Settings.Seed);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var load = crowd.LoadAsync(context.Target, static _ => true, s_deadline, ended.Token);
        var figures = new List<Figure>();
        await Task.Delay(context.Settings.WarmUp, TimeProvider.System, ct);
        var (sockets, memory) = (own.Silo.Sockets, own.Silo.ResidentBytes);
        try
        {
            await AttackAsync("watches that were opened and never read", stop => attacks.SlowReadersAsync(again => ChangeAsync(context, theirs, again), stop));
            await AttackAsync("the same again", stop => attacks.SlowReadersAsync(again => ChangeAsync(context, theirs, again), stop));
            await AttackAsync("calls whose message came a byte a second", attacks.SlowWritersAsync);
            await AttackAsync("idle connections", stop => attacks.IdleAsync(again => Task.Delay(s_pause, TimeProvider.System, again), stop));
            await AttackAsync("headers without end, frames", attacks.HeaderFloodAsync);
            await AttackAsync("calls with a megabyte of metadata", attacks.HugeMetadataAsync);
            await AttackAsync("calls opened and reset at once", attacks.RapidResetsAsync);
            await AttackAsync("frames of conversations with mistakes", attacks.MutantsAsync);
        }
        finally
        {
            await ended.CancelAsync();
            await load;
        }

        var (left, unanswered) = (await SocketsLeftAsync(own, sockets, ct), crowd.Unanswered);
        await crowd.SettleAsync(context.Target, ct);
        await crowd.ReadBackAsync(context.Target, int.MaxValue, ct);
        return new ReportSection
        {
            Name = Name,
            Title = Title,
            Says = $"{Healthy} ordinary callers go on while others do harm: watches that nobody reads, bytes that trickle, connections that say nothing, "
                + "headers without end, calls reset at once, and conversations with flipped, cut, doubled, swapped and foreign frames.",
            Figures =
            [
                .. figures,
                .. crowd.Figures(),
                new("ordinary calls, p50", crowd.Latency.Percentile(50) / 1e3, "ms"),
                new("ordinary calls, p99", crowd.Latency.Percentile(99) / 1e3, "ms"),
                new("ordinary calls, longest", crowd.Latency.MaxMicros / 1e3, "ms"),
                new("memory of the service before", memory / 1e6, "MB"),
                new("memory of the service after", own.Silo.ResidentBytes / 1e6, "MB"),
                new("sockets of the service before", sockets, ""),
                new("sockets of the service after", left, ""),
            ],
            Books =
            [
                BookCheck.Exactly($"Ordinary calls that had no answer within {s_deadline.TotalSeconds:0} s", 0, unanswered),
                BookCheck.Exactly("Connections that the service did not close after their peer had", 0, attacks.NotClosed),
                BookCheck.AtMost("Sockets that the service has open in the end", sockets + SocketsMoreMax, left),
                BookCheck.AtMost("Megabytes that it has resident in the end", (memory / 1_000_000) + MegabytesMoreMax, own.Silo.ResidentBytes / 1_000_000),
                .. await crowd.CheckAsync(context.Target, UnitsEach, ct),
                .. await TheirBooksAsync(context, theirs, ct),
            ],
        };

        async Task AttackAsync(string name, Func<CancellationToken, Task<long>> attack)
        {
            var begun = TimeProvider.System.GetTimestamp();
            var count = await attack(ct);
            context.Tell($"{Format.Count(count)} {name} in {TimeProvider.System.GetElapsedTime(begun).TotalSeconds:0.0} s; "
                + $"{own.Silo.Sockets} sockets, {own.Silo.ResidentBytes / 1_000_000} MB");
            figures.Add(new Figure(name, count, ""));
        }
    }

    // The name is longer than that of the ordinary stocks, so that no flipped byte makes one out of the other.
    private static async Task<StockPlan> TheirStocksAsync(ScenarioContext context, CancellationToken ct)
    {
        var plan = context.NewPlan(1, 1);
        plan = plan with { Prefix = "HOSTILE-" + plan.Prefix };
        await plan.DescribeAsync(context.Target, ct);
        await plan.ImportAsync(context.Target, UnitsEach, "fill-" + plan.Prefix, ct);
        return plan;
    }

    // One more watch, and one that reads: refused if those of an earlier attack were still counted.
    private static async Task ChangeAsync(ScenarioContext context, StockPlan plan, CancellationToken ct)
    {
        await using var watch = new Watch(context.Target.Availabilities[0], plan.Sku(0), ct);
        await watch.SeenAsync(0).WaitAsync(s_patience, TimeProvider.System, ct);
        for (var i = 0; i < Changes; i++)
        {
            await context.Target.Stocks.ReceiveStockAsync(
                new ReceiveStockRequest { RequestId = $"more-{TimeProvider.System.GetTimestamp()}", Key = plan.Key(0), Units = 1 }, cancellationToken: ct);
        }
    }

    private static async Task<IReadOnlyList<BookCheck>> TheirBooksAsync(ScenarioContext context, StockPlan plan, CancellationToken ct)
    {
        var sums = await plan.SumAsync(context.Target, ct);
        return [BookCheck.AtMost("Never more is held than exists of what was attacked", sums.OnHand, sums.Held)];
    }

    private static async Task<int> SocketsLeftAsync(OwnService own, int before, CancellationToken ct)
    {
        var begun = TimeProvider.System.GetTimestamp();
        int left;
        while ((left = own.Silo.Sockets) > before && TimeProvider.System.GetElapsedTime(begun) < s_patience)
        {
            await Task.Delay(s_pause, TimeProvider.System, ct);
        }

        return left;
    }
}
