using System.Net;
using Inventory.LoadTests.Light;
using Inventory.LoadTests.Measuring;
using Inventory.LoadTests.Reporting;
using Inventory.LoadTests.Service;
using Inventory.LoadTests.Workers;

namespace Inventory.LoadTests.Scenarios;

/// <summary>
/// Reservations at half of the highest rate, by a schedule and with the light client; and beside them what the machine adds by itself: the empty call at
/// the same rate with the same client, and a thread that only sleeps, in the same seconds.
/// </summary>
internal sealed class TailScenario : Scenario
{
    private const int UnitsEach = 1_000_000_000;
    private const int Locations = 10;
    private const int HotStocks = 64;
    private const int Connections = 4;
    private const int StreamsOfCallers = 50;
    private const int StreamsOfSchedule = 1_000;

    public override string Name => "tail";

    public override string Title => "Latency at half of the highest rate, beside what the machine adds";

    public override async Task<ReportSection> RunAsync(ScenarioContext context, CancellationToken ct)
    {
        var ledger = new Ledger();
        var spread = await context.PrepareAsync(context.Settings.Sizes.Stocks, Locations, UnitsEach, ct);
        var hot = await context.PrepareAsync(HotStocks, Locations, UnitsEach, ct);
        var run = new Runs(context, ledger, ct);
        await run.AddAsync("reserve, 4 x 50", 0, Reserve(spread, perStock: 0, run: 0));
        var rate = context.Settings.Rate ?? Math.Max(1, Math.Round(run.All[0].Result.PerSecond / 2));
        context.Tell($"now {Format.Number(rate)}/s by a schedule");
        await run.AddAsync("reserve", rate, Reserve(spread, perStock: 0, run: 1));
        await run.AddAsync("reserve of one stock", rate, Reserve(hot, Operations.Operation.HotHoldsMax, run: 2));
        await run.AddAsync("empty call", rate, new LightEmpty());
        var sums = (await spread.SumAsync(context.Target, ct), await hot.SumAsync(context.Target, ct));
        return new ReportSection
        {
            Name = Name,
            Title = Title,
            Says = $"Each row is at {Format.Number(rate)} calls a second but the first; \"asleep\" is a thread of the client that only sleeps, in the seconds "
                + "of the row before it. What those two show is not the service's.",
            Runs = run.All,
            Books = Books.Held(
                ((long)spread.Stocks + hot.Stocks) * UnitsEach, ledger,
                new StockSums(sums.Item1.Stocks + sums.Item2.Stocks, sums.Item1.OnHand + sums.Item2.OnHand, sums.Item1.Held + sums.Item2.Held)),
        };
    }

    private static LightReserve Reserve(StockPlan plan, int perStock, int run) => new(plan, index =>
        ((int)(perStock > 0 ? index / perStock % plan.Stocks : (long)(ContenderRun.Scatter(run, index) % (ulong)plan.Stocks)), ContenderRun.IdOf(run, index)));

    private sealed class Runs(ScenarioContext context, Ledger ledger, CancellationToken ct)
    {
        public List<ReportRun> All { get; } = [];

        /// <summary>Runs calls by a schedule, or, with no rate, as fast as they are answered.</summary>
        public async Task AddAsync(string name, double rate, LightCall call)
        {
            var (duration, warmUp) = (TimeSpan.FromSeconds(context.Settings.Seconds), TimeSpan.FromSeconds(context.Settings.WarmUpSeconds));
            warmUp = rate > 0 ? warmUp / 4 : warmUp;
            var settings = new LightSettings(
                Connections, rate > 0 ? StreamsOfSchedule : StreamsOfCallers, duration, warmUp, rate, () => context.Own?.Silo.ProcessorTime);
            var asleep = Stalls.RunAsync(warmUp, duration, ct);
            var server = new IPEndPoint(IPAddress.Parse(context.Address.Host), context.Address.Port);
            var run = await LightLoop.RunAsync(server, settings, () => new Http2Light(call), ct);
            context.Tell($"{name}: {Format.Number(run.PerSecond)}/s, p99 {Format.Micros(run.Latency.Percentile(99))}");
            All.Add(new ReportRun(name, run));
            All.Add(new ReportRun("asleep, beside " + name, await asleep));
            if (call is LightReserve)
            {
                ledger.Hold(run.Total[Outcome.Granted]);
                ledger.Doubt(run.Total[Outcome.Failed] + run.Unanswered);
            }
        }
    }
}
