using Inventory.LoadTests.Measuring;
using Inventory.LoadTests.Reporting;
using Inventory.LoadTests.Scenarios;
using Inventory.LoadTests.Service;
using Inventory.LoadTests.Workers;

namespace Inventory.LoadTests.Breaking;

/// <summary>Twice as much as the service can do, for as long as is asked for.</summary>
internal sealed class OverloadScenario : BreakScenario
{
    private const int Stocks = 10_000;
    private const int Locations = 10;
    private const int UnitsEach = 1_000_000_000;
    private const double Share = 2;
    private const double WarmUpSecondsMax = 2;
    private const double SampleSeconds = 0.25;

    // What a reservation costs in memory, generously, and what a loaded process has beside its stocks.
    private const long BytesPerReservationMax = 2_000;
    private const long BytesBesideMax = 1_000_000_000;

    public override string Name => "overload";

    public override string Title => "Twice the load that the service can do";

    public override async Task<ReportSection> RunAsync(ScenarioContext context, CancellationToken ct)
    {
        var own = OwnOf(context);
        var settings = context.Settings;
        var plan = await context.PrepareAsync(Stocks, Locations, UnitsEach, ct);
        context.Tell($"{settings.Callers} callers for {settings.Seconds:0.#} s after {settings.WarmUpSeconds:0.#} s of warm-up");
        await using var callers = await CheapReservers.OpenAsync(context.NewJob(JobKind.Reserve, plan), ct);
        var closed = await ClosedLoop.RunAsync(settings.Callers, settings.Window, settings.WarmUp, callers.RunAsync, ct: ct);
        if (closed.Measured.Answered == 0)
        {
            throw new ServiceException("No call was answered.");
        }

        var rate = Math.Max(1, Math.Round(closed.PerSecond * Share));
        context.Tell($"{Format.Number(closed.PerSecond)}/s; now {Format.Number(rate)}/s by a schedule for {settings.Seconds:0.#} s");
        using var sampling = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var memory = MostResidentAsync(own, sampling.Token);
        callers.Forget();
        var warmUp = TimeSpan.FromSeconds(Math.Min(WarmUpSecondsMax, settings.WarmUpSeconds));
        var open = await OpenLoop.RunAsync(rate, settings.Window, warmUp, callers.RunAsync, callers.AtOnce, callers.AtOnce, ct: ct);
        await sampling.CancelAsync();
        return Section(context, closed, open, callers, [
            .. await context.CheckHeldAsync(plan, UnitsEach, callers.Ledger, ct),
            BookCheck.AtMost("Megabytes resident", (BytesBesideMax + (BytesPerReservationMax * callers.Ledger.Held)) / 1_000_000, await memory / 1_000_000),
        ]);
    }

    private ReportSection Section(ScenarioContext context, RunResult closed, RunResult open, CheapReservers callers, IReadOnlyList<BookCheck> books) => new()
    {
        Name = Name,
        Title = Title,
        Says = $"First as many reservations of one unit as {context.Settings.Callers} callers get, then twice that by "
            + "a schedule. What the service does not take it refuses at once with RESOURCE_EXHAUSTED and a time to wait; "
            + "what it takes, it answers in time. Latencies count from the schedule.",
        Figures =
        [
            new("offered in overload", open.OfferedPerSecond, "/s"),
            new("decided in overload", open.PerSecond, "/s"),
            new("decided in overload, to what the callers reached", open.PerSecond / closed.PerSecond, "x"),
            new("callers at their most: decided, p50", closed.Admitted.Percentile(50) / 1e3, "ms"),
            new("callers at their most: decided, p99", closed.Admitted.Percentile(99) / 1e3, "ms"),
            new("overload: decided, p50", open.Admitted.Percentile(50) / 1e3, "ms"),
            new("overload: decided, p99", open.Admitted.Percentile(99) / 1e3, "ms"),
            new("overload: decided, p50 from when the call left the client", callers.Admitted(50) / 1e3, "ms"),
            new("overload: decided, p99 from when the call left the client", callers.Admitted(99) / 1e3, "ms"),
            new("overload: turned away", open.Measured[Outcome.Overloaded], "calls"),
            new("overload: turned away, p50", open.TurnedAway.Percentile(50) / 1e3, "ms"),
            new("overload: turned away, p99", open.TurnedAway.Percentile(99) / 1e3, "ms"),
            new("most memory of the service", books[^1].Found, "MB"),
        ],
        Runs = [new ReportRun($"{context.Settings.Callers} callers", closed), new ReportRun("twice that by schedule", open)],
        Books =
        [
            BookCheck.Exactly("Calls that were neither decided nor turned away", 0, open.Total[Outcome.Failed] + open.Unanswered),
            BookCheck.Exactly("Calls turned away without a time to wait", 0, callers.WithoutRetryInfo),
            .. books,
        ],
    };

    private static async Task<long> MostResidentAsync(OwnService own, CancellationToken ct)
    {
        var most = own.Silo.ResidentBytes;
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(SampleSeconds), TimeProvider.System);
        try
        {
            while (await timer.WaitForNextTickAsync(ct))
            {
                most = Math.Max(most, own.Silo.ResidentBytes);
            }
        }
        catch (OperationCanceledException)
        {
            // The load has ended.
        }

        return most;
    }
}
