using System.Globalization;
using Inventory.LoadTests.Reporting;
using Inventory.LoadTests.Workers;

namespace Inventory.LoadTests.Scenarios;

/// <summary>Reservations of several stocks at once, all or nothing.</summary>
internal sealed class ManyLinesScenario : Scenario
{
    private const int UnitsEach = 1_000_000_000;

    public override string Name => "many-lines";

    public override string Title => "Reservations of many lines";

    public override async Task<ReportSection> RunAsync(ScenarioContext context, CancellationToken ct)
    {
        var settings = context.Settings;

        // Twice as many stocks as the longest reservation has lines, each at a location of its own: no two lines meet, and many reservations do.
        var stocks = Math.Max(2 * settings.Sizes.Lines.Max(), Math.Min(settings.Sizes.Stocks, 10 * settings.Sizes.Lines.Max()));
        var plan = await context.PrepareAsync(stocks, settings.Sizes.Lines.Max(), UnitsEach, ct);
        var ledger = new Ledger();
        var runs = new List<ReportRun>();
        foreach (var lines in settings.Sizes.Lines)
        {
            // As many lines under way as a closed loop of one line has; at least two reservations, so that they can meet.
            var callers = Math.Max(2, Math.Min(settings.Callers, settings.Callers * 10 / lines));
            context.Tell($"{lines} lines a reservation, {callers} callers");
            var job = context.NewJob(JobKind.ReserveLines, plan) with { Lines = lines, Callers = callers, WarmUpSeconds = settings.WarmUpSeconds };
            var result = await context.RunAsync(job, ct);
            ledger.Add(result.Ledger);
            var name = string.Create(CultureInfo.InvariantCulture, $"{lines} {(lines == 1 ? "line" : "lines")}, {callers} callers");
            runs.Add(new ReportRun(name, result.Run, "lines", lines));
        }

        return new ReportSection
        {
            Name = Name,
            Title = Title,
            Says = $"Unary Reserve of {string.Join(", ", settings.Sizes.Lines.Select(lines => Format.Count(lines)))} lines, all or nothing, each line at "
                + "another location. Rates count lines; latency is that of the whole reservation.",
            Runs = runs,
            Books = await context.CheckHeldAsync(plan, UnitsEach, ledger, ct),
        };
    }
}

/// <summary>Reservations by the thousand in one message.</summary>
internal sealed class StreamScenario : Scenario
{
    private const int UnitsEach = 1_000_000_000;
    private const int Locations = 10;
    private const int HotStocks = 512;

    /// <summary>Messages under way on each stream: one at the service, one on the way, one being made.</summary>
    private const int Depth = 3;

    public override string Name => "stream";

    public override string Title => "Reservations on streams";

    public override async Task<ReportSection> RunAsync(ScenarioContext context, CancellationToken ct)
    {
        var settings = context.Settings;
        var lines = settings.Sizes.BatchLines;
        var runs = new List<ReportRun>();
        var books = new List<BookCheck>();
        var figures = new List<Figure>();
        foreach (var hot in (bool[])[false, true])
        {
            var stocks = hot ? HotStocks : settings.Sizes.Stocks;
            var plan = await context.PrepareAsync(stocks, Locations, UnitsEach, ct);
            context.Tell($"{settings.Connections} streams, {lines} lines a message, {(hot ? "one stock" : "spread")}");
            var before = ProcessorTimes.Now(context.Own?.Silo);
            var result = await context.RunAsync(
                context.NewJob(hot ? JobKind.ReserveBatchHot : JobKind.ReserveBatch, plan) with
                {
                    Lines = lines,
                    Callers = settings.Connections * Depth * settings.Processes,
                    WarmUpSeconds = settings.WarmUpSeconds,
                },
                ct);
            var name = hot ? "one stock" : Format.Count(stocks) + " stocks";
            runs.Add(new ReportRun(name, result.Run, "lines", lines));
            figures.AddRange(ProcessorTimes.Now(context.Own?.Silo).Since(before).Figures(name, "line", result.Ledger.Held));
            books.AddRange(await context.CheckHeldAsync(plan, UnitsEach, result.Ledger, ct));
        }

        return new ReportSection
        {
            Name = Name,
            Title = Title,
            Says = $"ReserveStream: {settings.Connections} streams, {Format.Count(lines)} reservations in each message, {Depth} messages under way on each "
                + "stream, every line with an id and a result of its own. Rates count lines; latency is that of a message. The client encodes what lines share "
                + "once. Processor time is of the whole run, warm-up included, kernel included; what a core could do is one divided by it.",
            Figures = figures,
            Runs = runs,
            Books = books,
        };
    }
}
