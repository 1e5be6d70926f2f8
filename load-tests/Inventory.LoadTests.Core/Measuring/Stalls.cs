namespace Inventory.LoadTests.Measuring;

/// <summary>
/// A thread that does nothing but sleep and look at the clock: how late it wakes is what the machine alone adds to every latency measured on it.
/// </summary>
public static class Stalls
{
    private const double PerSecond = 1_000;

    /// <summary>Runs it beside something else.</summary>
    /// <param name="warmUp">Time before the window.</param>
    /// <param name="duration">Length of the window.</param>
    /// <param name="ct">Ends it early.</param>
    /// <param name="clock">The machine's unless given.</param>
    /// <returns>An operation is a wake-up, wanted every millisecond; its latency is how late it came.</returns>
    public static Task<RunResult> RunAsync(TimeSpan warmUp, TimeSpan duration, CancellationToken ct, LoadClock? clock = null) =>
        PacedThread.RunAsync(warmUp, duration, PerSecond, clock ?? LoadClock.Machine, static () => static (_, intended) => intended, ct);
}
