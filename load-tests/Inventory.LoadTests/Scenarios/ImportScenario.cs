using System.Diagnostics;
using Inventory.LoadTests.Reporting;
using Inventory.V1;

namespace Inventory.LoadTests.Scenarios;

/// <summary>The whole assortment at once, and the same again.</summary>
internal sealed class ImportScenario : Scenario
{
    private const int UnitsEach = 7;
    private const int Locations = 100;

    public override string Name => "import";

    public override string Title => "Import of on-hand figures";

    public override async Task<ReportSection> RunAsync(ScenarioContext context, CancellationToken ct)
    {
        var rows = context.Settings.Sizes.ImportRows;
        var plan = context.NewPlan(rows, Locations);
        await plan.DescribeAsync(context.Target, ct);
        context.Tell($"{Format.Count(rows)} rows that are new");
        var begun = ProcessorTimes.Now(context.Own?.Silo);
        var first = await ImportAsync(ImportResult.Changed, "first");
        var between = ProcessorTimes.Now(context.Own?.Silo);
        context.Tell($"{Format.Count(rows)} rows that are unchanged");
        var second = await ImportAsync(ImportResult.Unchanged, "again");
        var ended = ProcessorTimes.Now(context.Own?.Silo);
        context.Tell("reading all stocks back");
        var found = await plan.SumAsync(context.Target, ct);
        IEnumerable<Figure> memory = context.Own is { } own ? [new("memory of the service with every stock in use", own.Silo.ResidentBytes / 1e6, "MB")] : [];
        return new ReportSection
        {
            Name = Name,
            Title = Title,
            Says = $"ImportStock of {Format.Count(rows)} rows at {Locations} locations into a service that knows none of them, and then the same figures again "
                + "under another id: a nightly feed that mostly repeats itself.",
            Figures =
            [
                new("for rows that are new", first.Seconds, "s"),
                new("new rows", rows / first.Seconds, "/s"),
                new("for rows that are unchanged", second.Seconds, "s"),
                new("unchanged rows", rows / second.Seconds, "/s"),
                .. between.Since(begun).Figures("new", "row", rows),
                .. ended.Since(between).Figures("again", "row", rows),
                .. memory,
            ],
            Books =
            [
                BookCheck.Exactly("Every row was new the first time", rows, first.Rows),
                BookCheck.Exactly("Every row was unchanged the second time", rows, second.Rows),
                BookCheck.Exactly("Stocks on record are rows", rows, found.Stocks),
                BookCheck.Exactly("Units on record are units imported", (long)rows * UnitsEach, found.OnHand),
            ],
        };

        async Task<(double Seconds, long Rows)> ImportAsync(ImportResult wanted, string id)
        {
            long count = 0;
            var begun = Stopwatch.GetTimestamp();
            await plan.ImportAsync(
                context.Target, UnitsEach, $"{id}-{plan.Prefix}", ct, answer => count += answer.Results.Count(result => result == wanted));
            return (Stopwatch.GetElapsedTime(begun).TotalSeconds, count);
        }
    }
}
