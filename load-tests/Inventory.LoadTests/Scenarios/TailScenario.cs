using Inventory.LoadTests.Reporting;
using Inventory.LoadTests.Service;
using Inventory.LoadTests.Workers;

namespace Inventory.LoadTests.Scenarios;

/// <summary>
/// Reservations at half of the highest rate, by a schedule and with the light client; and beside them what the machine adds by itself: the empty call at
/// the same rate with the same client, and, in the same seconds, a thread that only sleeps and one that only writes 4 KB and syncs them.
/// </summary>
internal sealed class TailScenario : Scenario
{
    private const int UnitsEach = 1_000_000_000;
    private const int Locations = 10;
    private const int HotStocks = 64;

    public override string Name => "tail";

    public override string Title => "Latency at half of the highest rate, beside what the machine adds";

    public override async Task<ReportSection> RunAsync(ScenarioContext context, CancellationToken ct)
    {
        var ledger = new Ledger();
        var spread = await context.PrepareAsync(context.Settings.Sizes.Stocks, Locations, UnitsEach, ct);
        var hot = await context.PrepareAsync(HotStocks, Locations, UnitsEach, ct);
        var run = new LightRuns(context, ledger, ct, syncs: true);
        await run.AddAsync("reserve, 4 x 50", 0, LightRuns.Reserve(spread, perStock: 0, run: 0));
        var rate = context.Settings.Rate ?? Math.Max(1, Math.Round(run.All[0].Result.PerSecond / 2));
        context.Tell($"now {Format.Number(rate)}/s by a schedule");
        await run.AddAsync("reserve", rate, LightRuns.Reserve(spread, perStock: 0, run: 1));
        await run.AddAsync("reserve of one stock", rate, LightRuns.Reserve(hot, Operations.Operation.HotHoldsMax, run: 2));
        await run.AddAsync("empty call", rate, new LightEmpty());
        var sums = (await spread.SumAsync(context.Target, ct), await hot.SumAsync(context.Target, ct));
        return new ReportSection
        {
            Name = Name,
            Title = Title,
            Says = $"Each row is at {Format.Number(rate)} calls a second but the first; \"asleep\" is a thread of the client that only sleeps, and \"a bare "
                + "sync\" one that only writes 4 KB and syncs them, in the seconds of the row before. What those and the empty call show is not the service's.",
            Runs = run.All,
            Figures = [.. from one in run.All
                where one.Result.ProcessorMicrosEach is > 0
                select new Figure($"{one.Name}: service, processor time for a call", one.Result.ProcessorMicrosEach!.Value, "us")],
            Books = Books.Held(
                ((long)spread.Stocks + hot.Stocks) * UnitsEach, ledger,
                new StockSums(sums.Item1.Stocks + sums.Item2.Stocks, sums.Item1.OnHand + sums.Item2.OnHand, sums.Item1.Held + sums.Item2.Held)),
        };
    }
}
