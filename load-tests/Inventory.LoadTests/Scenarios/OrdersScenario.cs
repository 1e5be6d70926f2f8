using System.Globalization;
using Inventory.LoadTests.Reporting;
using Inventory.LoadTests.Workers;

namespace Inventory.LoadTests.Scenarios;

/// <summary>Orders that the service routes among few and among many locations.</summary>
internal sealed class OrdersScenario : Scenario
{
    private const int UnitsEach = 1_000_000;
    private const int Skus = 40;

    public override string Name => "orders";

    public override string Title => "Orders, routed";

    public override async Task<ReportSection> RunAsync(ScenarioContext context, CancellationToken ct)
    {
        var settings = context.Settings;
        var runs = new List<ReportRun>();
        var books = new List<BookCheck>();
        var figures = new List<Figure>();
        foreach (var (lines, locations) in settings.Sizes.Orders)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"{lines} {(lines == 1 ? "line" : "lines")}, {Format.Count(locations)} locations");
            context.Tell($"{name}: {settings.Callers} callers");
            var plan = context.NewPlan(Skus * locations, locations) with { Wide = true };
            await plan.DescribeAsync(context.Target, ct);
            await plan.ImportAsync(context.Target, UnitsEach, "fill-" + plan.Prefix, ct);
            var before = ProcessorTimes.Now(context.Own?.Silo);
            var job = context.NewJob(JobKind.PlaceOrder, plan) with { Lines = lines, WarmUpSeconds = settings.WarmUpSeconds };
            var result = await context.RunAsync(job, ct);
            runs.Add(new ReportRun(name, result.Run, "orders"));
            figures.AddRange(ProcessorTimes.Now(context.Own?.Silo).Since(before).Figures(name, "order", result.Ledger.Held / lines));
            books.AddRange(await context.CheckHeldAsync(plan, UnitsEach, result.Ledger, ct));
        }

        return new ReportSection
        {
            Name = Name,
            Title = Title,
            Says = $"PlaceOrder: one unit of each line, sent to a customer somewhere, every location has every one of {Skus} SKUs, the default policy. An "
                + "answer means that it is routed, held and on the disk. Processor time is of the whole run, warm-up included, kernel included.",
            Figures = figures,
            Runs = runs,
            Books = books,
        };
    }
}
