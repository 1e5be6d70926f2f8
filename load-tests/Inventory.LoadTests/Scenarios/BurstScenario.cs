using Inventory.LoadTests.Measuring;
using Inventory.LoadTests.Reporting;
using Inventory.LoadTests.Workers;

namespace Inventory.LoadTests.Scenarios;

/// <summary>Half of the highest rate, then twice the highest, then half again in the same moment: what is refused, and how soon all is well again.</summary>
internal sealed class BurstScenario : Scenario
{
    private const int UnitsEach = 1_000_000_000;
    private const int Locations = 10;
    private const double Times = 2;

    public override string Name => "burst";

    public override string Title => "Twice the highest rate, and what comes after";

    public override async Task<ReportSection> RunAsync(ScenarioContext context, CancellationToken ct)
    {
        var ledger = new Ledger();
        var plan = await context.PrepareAsync(context.Settings.Sizes.Stocks, Locations, UnitsEach, ct);
        var runs = new LightRuns(context, ledger, ct);
        var most = (await runs.AddAsync("reserve, 4 x 50", 0, LightRuns.Reserve(plan, perStock: 0, run: 0))).PerSecond;
        var half = context.Settings.Rate ?? Math.Max(1, Math.Round(most / 2));
        var twice = Math.Max(2, Math.Round((context.Settings.Rate * 2 ?? most) * Times));
        await runs.AddAsync("half", half, LightRuns.Reserve(plan, perStock: 0, run: 1));
        var burst = await runs.AddAsync("twice", twice, LightRuns.Reserve(plan, perStock: 0, run: 2), TimeSpan.Zero);
        var after = await runs.AddAsync("half, right after", half, LightRuns.Reserve(plan, perStock: 0, run: 3), TimeSpan.Zero);
        return new ReportSection
        {
            Name = Name,
            Title = Title,
            Says = $"Reservations with the light client: as many as 4 x 50 callers get, then {Format.Number(half)} a second by a schedule, "
                + $"{Format.Number(twice)}, and {Format.Number(half)} again without a pause. "
                + "What the service does not take it refuses with RESOURCE_EXHAUSTED. Latencies count from the schedule: "
                + "a wait for one of the client's 4 x 1,000 streams is in them.",
            Figures =
            [
                new("twice: decided", burst.PerSecond, "/s"),
                new("twice: refused", burst.Measured[Outcome.Overloaded] / burst.WindowSeconds, "/s"),
                new("twice: decided, p99", burst.Admitted.Percentile(99) / 1e3, "ms"),
                new("twice: refused, p99", burst.TurnedAway.Percentile(99) / 1e3, "ms"),
                new("right after: decided in the first second", after.AnsweredPerSecond[0], ""),
                new("right after: refused", after.Measured[Outcome.Overloaded], "calls"),
            ],
            Runs = runs.All,
            Books = await context.CheckHeldAsync(plan, UnitsEach, ledger, ct),
        };
    }
}
