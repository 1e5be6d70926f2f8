using System.Diagnostics;
using Inventory.LoadTests.Measuring;
using Inventory.LoadTests.Reporting;
using Inventory.LoadTests.Service;
using Inventory.LoadTests.Workers;

namespace Inventory.LoadTests.Scenarios;

/// <summary>Many events, the process killed, and the time until it serves again.</summary>
internal sealed class RecoveryScenario : Scenario
{
    private const int UnitsEach = 1_000_000_000;
    private const int StocksMax = 100_000;
    private const int EventsPerStockMin = 100;
    private const int Locations = 100;
    private const int Depth = 3;

    public override string Name => "recovery";

    public override string Title => "Recovery after kill -9";

    public override bool NeedsOwnService => true;

    public override async Task<ReportSection> RunAsync(ScenarioContext context, CancellationToken ct)
    {
        var own = context.Own ?? throw new ServiceException("recovery kills the service, so it must start it itself: leave --address out.");
        var (events, lines) = (context.Settings.Sizes.Events, context.Settings.Sizes.BatchLines);
        var stocks = (int)Math.Clamp(events / EventsPerStockMin, 1, StocksMax);
        var plan = await context.PrepareAsync(stocks, Locations, UnitsEach, ct);
        context.Tell($"writing {Format.Count(events)} events");
        var job = context.NewJob(JobKind.ReserveBatch, plan) with
        {
            Lines = lines,
            Callers = context.Settings.Connections * Depth * context.Settings.Processes,
            Operations = Math.Max(1, (events - stocks) / lines),
        };
        var written = await context.RunAsync(job, ct);
        var bytes = own.DirectoryBytes;
        context.Tell($"{Format.Count(written.Ledger.Held)} reservations written in {written.Run.WindowSeconds:0.#} s; kill -9");
        await own.KillAsync();
        var begun = Stopwatch.GetTimestamp();
        await own.RestartAsync(ct);
        context.MoveTo(own.Silo.Address);
        await context.Target.Stocks.GetStockAsync(new() { Key = plan.Key(0) }, cancellationToken: ct);
        var ready = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        context.Tell($"ready after {ready:0.##} s; reading every stock back");
        var books = await context.CheckHeldAsync(plan, UnitsEach, written.Ledger, ct);
        var read = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        return new ReportSection
        {
            Name = Name,
            Title = Title,
            Says = $"{Format.Count(events)} events on {Format.Count(stocks)} stocks, written by ReserveStream; then kill -9, and a start on the same "
                + "directory. Ready means that the first stock was read over gRPC; the start of the process and of its runtime is part of it.",
            Figures =
            [
                new("from start to ready", ready, "s"),
                new("from start until every stock was read", read, "s"),
                new("records recovered", own.Silo.RecoveredRecords, ""),
                new("records per second of the start", own.Silo.RecoveredRecords / ready, "/s"),
                new("journal", bytes / 1e6, "MB"),
                new("memory with every stock in use", own.Silo.ResidentBytes / 1e6, "MB"),
            ],
            Runs = [new ReportRun("writing", written.Run, "lines", lines)],
            Books =
            [
                BookCheck.Exactly("Every reservation was granted", job.Operations * lines, written.Ledger.Held),
                .. books,
            ],
        };
    }
}
