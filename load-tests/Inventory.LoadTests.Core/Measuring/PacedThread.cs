namespace Inventory.LoadTests.Measuring;

/// <summary>A thread that does one thing again and again, by a schedule, beside whatever else is measured.</summary>
internal static class PacedThread
{
    /// <summary>Runs it.</summary>
    /// <param name="warmUp">Time before the window.</param>
    /// <param name="duration">Length of the window.</param>
    /// <param name="perSecond">How often in a second; 0: one after the other.</param>
    /// <param name="clock">What it waits by.</param>
    /// <param name="prepare">Begins what the thread needs, within the warm-up; gives what is done each time: of its number and the time at which the
    /// schedule wanted it, the time from which it counts.</param>
    /// <param name="ct">Ends it early.</param>
    public static Task<RunResult> RunAsync(
        TimeSpan warmUp, TimeSpan duration, double perSecond, LoadClock clock, Func<Func<long, long, long>> prepare, CancellationToken ct) =>
        Task.Factory.StartNew(
            () => Run(warmUp, duration, perSecond, clock, prepare, ct), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static RunResult Run(
        TimeSpan warmUp, TimeSpan duration, double perSecond, LoadClock clock, Func<Func<long, long, long>> prepare, CancellationToken ct)
    {
        var start = clock.NowMicros;
        var window = start + (long)warmUp.TotalMicroseconds;
        var end = window + (long)duration.TotalMicroseconds;
        var tally = new Tally(window, end);
        var act = prepare();
        for (long i = 0; !ct.IsCancellationRequested; i++)
        {
            var intended = perSecond > 0 ? start + (long)(i * 1e6 / perSecond) : clock.NowMicros;
            if (intended >= end)
            {
                break;
            }

            clock.WaitUntil(intended);
            var from = act(i, intended);
            tally.Record(from, Math.Max(from, clock.NowMicros), Outcome.Granted);
        }

        return tally.Close(Math.Min(clock.NowMicros, end), perSecond);
    }
}
