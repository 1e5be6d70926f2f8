using Inventory.LoadTests.Measuring;
using Inventory.LoadTests.Reporting;
using Inventory.LoadTests.Workers;

namespace Inventory.LoadTests.Scenarios;

/// <summary>Far more buyers than units, all at once.</summary>
internal sealed class FlashScenario : Scenario
{
    public override string Name => "flash";

    public override string Title => "Flash sale";

    public override async Task<ReportSection> RunAsync(ScenarioContext context, CancellationToken ct)
    {
        var (units, buyers) = (context.Settings.Sizes.FlashUnits, context.Settings.Sizes.FlashBuyers);
        if (context.Settings.WarmUpSeconds > 0)
        {
            context.Tell($"{context.Settings.WarmUpSeconds:0.#} s of warm-up on other stocks");
            var other = await context.PrepareAsync(1, 1, units, ct);
            await context.RunAsync(context.NewJob(JobKind.Reserve, other) with { Seconds = context.Settings.WarmUpSeconds }, ct);
        }

        var plan = await context.PrepareAsync(1, 1, units, ct);
        context.Tell($"{Format.Count(buyers)} buyers for {Format.Count(units)} units");
        var job = context.NewJob(JobKind.Reserve, plan) with { Operations = buyers };
        var result = await context.RunAsync(job, ct);
        var answered = result.Run.Total[Outcome.Granted] + result.Run.Total[Outcome.SoldOut];
        return new ReportSection
        {
            Name = Name,
            Title = Title,
            Says = $"{Format.Count(buyers)} buyers want one of {Format.Count(units)} units of one stock, {context.Settings.Callers} of them at any moment. "
                + "Everybody is told yes or sold out.",
            Figures =
            [
                new("until the last buyer was answered", result.Run.WindowSeconds, "s"),
                new("sold", result.Run.Total[Outcome.Granted], "units"),
                new("told sold out", result.Run.Total[Outcome.SoldOut], "buyers"),
            ],
            Runs = [new ReportRun($"{Format.Count(buyers)} buyers", result.Run)],
            Books =
            [
                BookCheck.Exactly("Every buyer was told yes or sold out", buyers, answered),
                BookCheck.Exactly("All units were sold, none twice", Math.Min(units, buyers), result.Run.Total[Outcome.Granted]),
                .. await context.CheckHeldAsync(plan, units, result.Ledger, ct),
            ],
        };
    }
}
