using Inventory.LoadTests.Reporting;
using Inventory.LoadTests.Service;
using Inventory.LoadTests.Workers;

namespace Inventory.LoadTests.Scenarios;

/// <summary>The empty call, with which all other rates are compared.</summary>
internal sealed class EmptyScenario : Scenario
{
    public const string Word = "empty";

    public override string Name => Word;

    public override string Title => "Empty call";

    public override async Task<ReportSection> RunAsync(ScenarioContext context, CancellationToken ct)
    {
        var plan = context.NewPlan(1, 1);
        var (runs, searches) = await RateRuns.AllAsync(context, () => Task.FromResult(context.NewJob(JobKind.Empty, plan)), new Ledger(), ct);
        return new ReportSection
        {
            Name = Name,
            Title = Title,
            Says = "The health check over gRPC: no rule, no disk. What it costs, every unary call costs.",
            Runs = runs,
            Searches = searches,
        };
    }
}

/// <summary>Durable reservations over many stocks.</summary>
internal sealed class SpreadScenario : Scenario
{
    private const int UnitsEach = 1_000_000_000;
    private const int Locations = 10;

    public override string Name => "spread";

    public override string Title => "Reservations spread over many stocks";

    public override async Task<ReportSection> RunAsync(ScenarioContext context, CancellationToken ct)
    {
        var stocks = context.Settings.Sizes.Stocks;
        var plan = await context.PrepareAsync(stocks, Locations, UnitsEach, ct);
        var ledger = new Ledger();
        var (runs, searches) = await RateRuns.AllAsync(context, () => Task.FromResult(context.NewJob(JobKind.Reserve, plan)), ledger, ct);
        return new ReportSection
        {
            Name = Name,
            Title = Title,
            Says = $"Unary Reserve of one unit of any of {Format.Count(stocks)} stocks, each with an id of its own, on the disk before the answer.",
            Runs = runs,
            Searches = searches,
            Books = await context.CheckHeldAsync(plan, UnitsEach, ledger, ct),
        };
    }
}

/// <summary>Durable reservations, all on one stock.</summary>
internal sealed class HotScenario : Scenario
{
    private const int UnitsEach = 1_000_000_000;
    private const int Stocks = 64;
    private const int Locations = 4;

    public override string Name => "hot";

    public override string Title => "Reservations of one hot stock";

    public override async Task<ReportSection> RunAsync(ScenarioContext context, CancellationToken ct)
    {
        var ledger = new Ledger();
        var plans = new List<StockPlan>();
        var (runs, searches) = await RateRuns.AllAsync(context, JobAsync, ledger, ct);
        var found = new StockSums(0, 0, 0);
        foreach (var plan in plans)
        {
            var sums = await plan.SumAsync(context.Target, ct);
            found = new StockSums(found.Stocks + sums.Stocks, found.OnHand + sums.OnHand, found.Held + sums.Held);
        }

        return new ReportSection
        {
            Name = Name,
            Title = Title,
            Says = $"Unary Reserve of one unit, everybody of the same stock; after {Format.Count(Operations.Operation.HotHoldsMax)} of them everybody goes on "
                + "to the next, because a stock holds a million reservations at most.",
            Runs = runs,
            Searches = searches,
            Books = Books.Held((long)plans.Count * Stocks * UnitsEach, ledger, found),
        };

        async Task<Job> JobAsync()
        {
            plans.Add(await context.PrepareAsync(Stocks, Locations, UnitsEach, ct));
            return context.NewJob(JobKind.ReserveHot, plans[^1]);
        }
    }
}

/// <summary>A hundred reads for each reservation, and the life of reservations.</summary>
internal sealed class MixScenario : Scenario
{
    private const int UnitsEach = 1_000_000;
    private const int Locations = 10;

    public override string Name => "mix";

    public override string Title => "A shop's day: reads and the life of reservations";

    public override async Task<ReportSection> RunAsync(ScenarioContext context, CancellationToken ct)
    {
        var stocks = context.Settings.Sizes.Stocks;
        var plan = await context.PrepareAsync(stocks, Locations, UnitsEach, ct);
        var ledger = new Ledger();
        var (runs, searches) = await RateRuns.AllAsync(context, () => Task.FromResult(context.NewJob(JobKind.Mix, plan)), ledger, ct);
        return new ReportSection
        {
            Name = Name,
            Title = Title,
            Says = $"{Operations.LifeMix.Reads} looks at availability for each Reserve, then Confirm, Ship or Collect, now and then Release and ReturnItems, "
                + $"over {Format.Count(stocks)} SKUs.",
            Runs = runs,
            Searches = searches,
            Books = Books.Moved((long)stocks * UnitsEach, ledger, await plan.SumAsync(context.Target, ct)),
        };
    }
}
