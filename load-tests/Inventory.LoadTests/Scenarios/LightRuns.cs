using System.Net;
using Inventory.LoadTests.Light;
using Inventory.LoadTests.Measuring;
using Inventory.LoadTests.Reporting;
using Inventory.LoadTests.Service;
using Inventory.LoadTests.Workers;

namespace Inventory.LoadTests.Scenarios;

/// <summary>Runs of the light client, one after the other, each with a thread beside it that only sleeps.</summary>
/// <param name="context">Of the scenario.</param>
/// <param name="ledger">What the runs were granted is added to it.</param>
/// <param name="ct">Stops.</param>
/// <param name="syncs">True for a thread beside each that only syncs. It fills a file first, so it belongs to no run that is to be without a warm-up.</param>
internal sealed class LightRuns(ScenarioContext context, Ledger ledger, CancellationToken ct, bool syncs = false)
{
    private const int Connections = 4;
    private const int StreamsOfCallers = 50;
    private const int StreamsOfSchedule = 1_000;

    /// <summary>All that ran, and the threads beside it.</summary>
    public List<ReportRun> All { get; } = [];

    /// <summary>Reservations of one unit.</summary>
    /// <param name="plan">The stocks.</param>
    /// <param name="perStock">So many reservations of one stock, then of the next; 0 for any stock each time.</param>
    /// <param name="run">Different for each run of a scenario, so that no two have ids in common.</param>
    public static LightReserve Reserve(StockPlan plan, int perStock, int run) => new(plan, index =>
        ((int)(perStock > 0 ? index / perStock % plan.Stocks : (long)(ContenderRun.Scatter(run, index) % (ulong)plan.Stocks)), ContenderRun.IdOf(run, index)));

    /// <summary>Runs calls by a schedule, or, with no rate, as fast as they are answered.</summary>
    /// <param name="name">For the report.</param>
    /// <param name="rate">Calls a second; 0 for 4 x 50 callers.</param>
    /// <param name="call">The call.</param>
    /// <param name="warmUp">Time before the window; a quarter of the usual one, or all of it without a schedule, unless given.</param>
    public async Task<RunResult> AddAsync(string name, double rate, LightCall call, TimeSpan? warmUp = null)
    {
        var duration = context.Settings.Window;
        var before = warmUp ?? (rate > 0 ? context.Settings.WarmUp / 4 : context.Settings.WarmUp);
        var settings = new LightSettings(
            Connections, rate > 0 ? StreamsOfSchedule : StreamsOfCallers, duration, before, rate, () => context.Own?.Silo.ProcessorTime);
        var asleep = Stalls.RunAsync(before, duration, ct);
        var disk = syncs ? BareSyncs.RunAsync(before, duration, ct) : null;
        var server = new IPEndPoint(IPAddress.Parse(context.Address.Host), context.Address.Port);
        var run = await LightLoop.RunAsync(server, settings, () => new Http2Light(call), ct);
        context.Tell($"{name}: {Format.Number(run.PerSecond)}/s, p99 {Format.Micros(run.Latency.Percentile(99))}");
        All.Add(new ReportRun(name, run));
        All.Add(new ReportRun("asleep, beside " + name, await asleep));
        if (disk is not null)
        {
            All.Add(new ReportRun("a bare sync, beside " + name, await disk));
        }

        if (call is LightReserve)
        {
            ledger.Hold(run.Total[Outcome.Granted]);
            ledger.Doubt(run.Total[Outcome.Failed] + run.Unanswered);
        }

        return run;
    }
}
