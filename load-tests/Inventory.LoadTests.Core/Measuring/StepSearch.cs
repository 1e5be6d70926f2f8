namespace Inventory.LoadTests.Measuring;

/// <summary>One rate that was tried.</summary>
/// <param name="OfferedPerSecond">What the schedule wanted.</param>
/// <param name="Kept">Whether the rate counts as kept.</param>
/// <param name="Result">All figures.</param>
public sealed record Step(double OfferedPerSecond, bool Kept, RunResult Result);

/// <summary>What the search found.</summary>
/// <param name="Steps">Every rate tried, in the order of trying.</param>
/// <param name="BestPerSecond">The highest rate that was kept; 0 when none was.</param>
public sealed record StepSearchResult(IReadOnlyList<Step> Steps, double BestPerSecond);

/// <summary>
/// Finds the highest rate that a service keeps: raises it by a factor until it is not kept, then halves the gap a few times.
/// Kept means: the percentile 99 is within the bound, at most 1 in 1,000 was not sent or failed, and at least 97 % of the rate was answered.
/// </summary>
public static class StepSearch
{
    private const double RateFactor = 1.5;
    private const double AnsweredShareMin = 0.97;
    private const double LostShareMax = 0.001;

    /// <summary>Runs the search.</summary>
    /// <param name="firstPerSecond">Where to begin; when this is not kept, lower rates are tried, down to a sixteenth of it.</param>
    /// <param name="p99Micros">The bound.</param>
    /// <param name="halvings">How often the gap between kept and not kept is halved.</param>
    /// <param name="runAsync">Runs one rate, given per second.</param>
    /// <param name="stepsMax">The most rates tried while raising.</param>
    public static async Task<StepSearchResult> RunAsync(
        double firstPerSecond, long p99Micros, int halvings, Func<double, Task<RunResult>> runAsync, int stepsMax = 20)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(firstPerSecond);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(p99Micros);
        var steps = new List<Step>();
        double kept = 0, lost = double.PositiveInfinity;
        var rate = firstPerSecond;
        while (steps.Count < stepsMax && rate >= firstPerSecond / 16 && (kept == 0 || double.IsPositiveInfinity(lost)))
        {
            await TryAsync(rate);
            rate = kept == 0 ? rate / 2 : rate * RateFactor;
        }

        for (var halving = 0; halving < halvings && kept > 0 && !double.IsPositiveInfinity(lost); halving++)
        {
            await TryAsync((kept + lost) / 2);
        }

        return new StepSearchResult(steps, kept);

        async Task TryAsync(double perSecond)
        {
            var result = await runAsync(perSecond);
            var step = new Step(perSecond, IsKept(perSecond, p99Micros, result), result);
            steps.Add(step);
            (kept, lost) = step.Kept ? (Math.Max(kept, perSecond), lost) : (kept, Math.Min(lost, perSecond));
        }
    }

    /// <summary>Whether the rate counts as kept.</summary>
    public static bool IsKept(double perSecond, long p99Micros, RunResult result)
    {
        var wanted = result.Sent + result.NotSent + result.Unanswered;
        var lost = result.NotSent + result.Unanswered + result.Measured[Outcome.Failed] + result.Measured[Outcome.Overloaded];
        return result.Latency.Count > 0
            && result.Latency.Percentile(99) <= p99Micros
            && lost <= wanted * LostShareMax
            && result.PerSecond >= perSecond * AnsweredShareMin;
    }
}
