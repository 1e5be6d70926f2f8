namespace Inventory.LoadTests.Measuring;

/// <summary>Callers who each begin the next operation when the last one has ended: finds what a service can do, not how it feels to strangers.</summary>
public static class ClosedLoop
{
    /// <summary>Runs for a time.</summary>
    /// <param name="callers">Operations under way at once, above 0.</param>
    /// <param name="duration">Length of the window.</param>
    /// <param name="warmUp">Time before it, whose operations are not measured.</param>
    /// <param name="operation">Given the index of the operation from 0, each once; an exception counts as <see cref="Outcome.Failed"/>.</param>
    /// <param name="clock">The machine's unless given.</param>
    /// <param name="ct">Ends the run early; what is under way is waited for.</param>
    public static Task<RunResult> RunAsync(
        int callers,
        TimeSpan duration,
        TimeSpan warmUp,
        Func<long, ValueTask<Outcome>> operation,
        LoadClock? clock = null,
        CancellationToken ct = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(duration, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(warmUp, TimeSpan.Zero);
        clock ??= LoadClock.Machine;
        var window = clock.NowMicros + (long)warmUp.TotalMicroseconds;
        return RunAsync(callers, window, window + (long)duration.TotalMicroseconds, long.MaxValue, operation, clock, ct);
    }

    /// <summary>Runs a number of operations, all measured; the window ends with the last of them.</summary>
    public static Task<RunResult> RunAsync(
        int callers, long operations, Func<long, ValueTask<Outcome>> operation, LoadClock? clock = null, CancellationToken ct = default)
    {
        clock ??= LoadClock.Machine;
        return RunAsync(callers, clock.NowMicros, long.MaxValue, operations, operation, clock, ct);
    }

    private static async Task<RunResult> RunAsync(
        int callers, long windowMicros, long endMicros, long operations, Func<long, ValueTask<Outcome>> operation, LoadClock clock, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(callers);
        var tally = new Tally(windowMicros, endMicros);
        long next = -1;
        await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(CallAsync, CancellationToken.None)));
        return tally.Close(clock.NowMicros);

        async Task CallAsync()
        {
            while (!ct.IsCancellationRequested && clock.NowMicros is var start && start < endMicros)
            {
                var index = Interlocked.Increment(ref next);
                if (index >= operations)
                {
                    return;
                }

                var outcome = Outcome.Failed;
                try
                {
                    outcome = await operation(index).ConfigureAwait(false);
                }
#pragma warning disable CA1031 // Whatever goes wrong is a figure of the run.
                catch (Exception exception)
#pragma warning restore CA1031
                {
                    tally.Fail(exception);
                }

                tally.Record(start, clock.NowMicros, outcome);
            }
        }
    }
}
