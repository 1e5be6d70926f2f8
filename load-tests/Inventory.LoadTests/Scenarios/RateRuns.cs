using Inventory.LoadTests.Measuring;
using Inventory.LoadTests.Reporting;
using Inventory.LoadTests.Service;
using Inventory.LoadTests.Workers;

namespace Inventory.LoadTests.Scenarios;

/// <summary>The three ways to look at a rate: as fast as some callers can, by a schedule, and the highest rate that stays within a bound.</summary>
internal static class RateRuns
{
    private const double StepSecondsMax = 5;
    private const double StepWarmUpSeconds = 1;
    private const int Halvings = 3;

    // The search begins well below what the closed loop reached, so that the chart shows the flat part too.
    private const double FirstShare = 0.25;

    /// <summary>Runs all three.</summary>
    /// <param name="context">Of the scenario.</param>
    /// <param name="jobAsync">Makes a job; called for each run, so a run can have stocks of its own.</param>
    /// <param name="ledger">Everything that the runs did is added to it.</param>
    /// <param name="ct">Stops.</param>
    public static async Task<(List<ReportRun> Runs, List<ReportSearch> Searches)> AllAsync(
        ScenarioContext context, Func<Task<Job>> jobAsync, Ledger ledger, CancellationToken ct)
    {
        var settings = context.Settings;
        var runs = new List<ReportRun>();
        var job = await jobAsync() with { WarmUpSeconds = settings.WarmUpSeconds };
        context.Tell($"{settings.Callers} callers for {settings.Seconds:0.#} s after {settings.WarmUpSeconds:0.#} s of warm-up");
        var closed = await RunAsync(job);
        runs.Add(new ReportRun($"{settings.Callers} callers", closed));

        if (closed.Measured.Answered == 0)
        {
            throw new ServiceException("No call was answered. " + string.Join("; ", closed.Errors.Keys.Take(3)));
        }

        var rate = settings.Rate ?? Math.Max(1, Math.Round(closed.PerSecond / 2));
        context.Tell($"{Format.Number(closed.PerSecond)}/s; now {Format.Number(rate)}/s by a schedule");
        job = await jobAsync() with { Rate = rate, WarmUpSeconds = Math.Min(StepWarmUpSeconds, settings.WarmUpSeconds) };
        runs.Add(new ReportRun($"{Format.Number(rate)}/s by schedule", await RunAsync(job)));
        if (!settings.Search)
        {
            return (runs, []);
        }

        var bound = (long)(settings.P99Ms * 1_000);
        var found = await StepSearch.RunAsync(Math.Max(1, closed.PerSecond * FirstShare), bound, Halvings, async perSecond =>
        {
            var step = await jobAsync() with
            {
                Rate = perSecond,
                Seconds = Math.Min(StepSecondsMax, settings.Seconds),
                WarmUpSeconds = Math.Min(StepWarmUpSeconds, settings.WarmUpSeconds),
            };
            var result = await RunAsync(step);
            context.Tell($"{Format.Number(perSecond)}/s offered, p99 {Format.Micros(result.Latency.Percentile(99))}");
            return result;
        });
        return (runs, [new ReportSearch("search", found, bound)]);

        async Task<RunResult> RunAsync(Job one)
        {
            var result = await context.RunAsync(one, ct);
            ledger.Add(result.Ledger);
            return result.Run;
        }
    }
}
