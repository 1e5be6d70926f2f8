namespace Inventory.Cli.Replay;

/// <summary>
/// Holds lines back until their time has come. The data knows whole minutes; the lines of a minute are spread over it evenly, in their
/// order.
/// </summary>
/// <param name="lines">All lines, in order.</param>
/// <param name="first">The line with which the play begins.</param>
/// <param name="speed">Seconds of the data in one second; 0 means that nothing waits.</param>
/// <param name="clock">Whose time it is.</param>
internal sealed class Pace(OrderLine[] lines, int first, double speed, TimeProvider clock)
{
    private readonly long _begun = clock.GetTimestamp();
    private readonly double[] _due = speed > 0 ? Spread(lines) : [];

    /// <summary>How late lines were begun.</summary>
    public Histogram Lag { get; } = new();

    /// <summary>Completes when the line is due.</summary>
    public async ValueTask WaitAsync(int line, CancellationToken stop)
    {
        if (speed <= 0)
        {
            return;
        }

        var due = TimeSpan.FromMilliseconds(Math.Max(0, _due[line] - _due[first]) / speed);
        var early = due - clock.GetElapsedTime(_begun);
        if (early > TimeSpan.FromMilliseconds(1))
        {
            await Task.Delay(early, clock, stop);
        }

        Lag.Record((long)(clock.GetElapsedTime(_begun) - due).TotalMicroseconds);
    }

    /// <summary>When each line is due, in milliseconds of the data.</summary>
    internal static double[] Spread(OrderLine[] lines)
    {
        var due = new double[lines.Length];
        for (var begin = 0; begin < lines.Length;)
        {
            var end = begin + 1;
            while (end < lines.Length && lines[end].TimeMs / 60_000 == lines[begin].TimeMs / 60_000)
            {
                end++;
            }

            for (var i = begin; i < end; i++)
            {
                due[i] = lines[begin].TimeMs + (60_000.0 * (i - begin) / (end - begin));
            }

            begin = end;
        }

        return due;
    }
}
