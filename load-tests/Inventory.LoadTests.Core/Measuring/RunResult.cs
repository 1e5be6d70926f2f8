namespace Inventory.LoadTests.Measuring;

/// <summary>What one run came to. Times are microseconds; the window is the run without its warm-up.</summary>
public sealed class RunResult
{
    /// <summary>Length of the window in seconds.</summary>
    public required double WindowSeconds { get; init; }

    /// <summary>Operations that the schedule wanted in the window per second; 0 for a closed loop, which has no schedule.</summary>
    public double OfferedPerSecond { get; init; }

    /// <summary>Operations that began in the window.</summary>
    public long Sent { get; init; }

    /// <summary>Operations that the schedule wanted in the window and that were not begun because too many were under way.</summary>
    public long NotSent { get; init; }

    /// <summary>Operations of the whole run that had no end when the run gave up waiting.</summary>
    public long Unanswered { get; init; }

    /// <summary>Outcomes of the operations that began in the window.</summary>
    public required OutcomeCounts Measured { get; init; }

    /// <summary>Outcomes of all operations, warm-up included: what the books are checked against.</summary>
    public required OutcomeCounts Total { get; init; }

    /// <summary>How many operations were answered in each second of the window, whenever they began. To fail fast is no rate.</summary>
    public required IReadOnlyList<long> AnsweredPerSecond { get; init; }

    /// <summary>Time from the intended start (open loop) or the start (closed loop) to the end, of the operations that began in the window.</summary>
    public required Histogram Latency { get; init; }

    /// <summary>As <see cref="Latency"/>, of those alone that were decided, by yes or no.</summary>
    public Histogram Admitted { get; init; } = new();

    /// <summary>As <see cref="Latency"/>, of those alone that were turned away because of too much load.</summary>
    public Histogram TurnedAway { get; init; } = new();

    /// <summary>Messages of exceptions with how often each came; at most 20 different ones.</summary>
    public required IReadOnlyDictionary<string, long> Errors { get; init; }

    /// <summary>Processor time that the server used in the window; null if it was not measured.</summary>
    public TimeSpan? ProcessorTime { get; init; }

    /// <summary>The same for one answered operation, in microseconds.</summary>
    public double? ProcessorMicrosEach => ProcessorTime?.TotalMicroseconds / Math.Max(1, AnsweredPerSecond.Sum());

    /// <summary>Operations per second that were answered in the window.</summary>
    public double PerSecond => WindowSeconds <= 0 ? 0 : AnsweredPerSecond.Sum() / WindowSeconds;

    /// <summary>The results of runs that went on side by side, in several processes for instance, as one.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static RunResult Merge(IReadOnlyCollection<RunResult> parts)
    {
        if (parts.Count == 0)
        {
            throw new ArgumentException("There is nothing to merge.", nameof(parts));
        }

        var measured = new OutcomeCounts();
        var total = new OutcomeCounts();
        var latency = new Histogram();
        var admitted = new Histogram();
        var turnedAway = new Histogram();
        var series = new long[parts.Max(part => part.AnsweredPerSecond.Count)];
        var errors = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var part in parts)
        {
            measured.Add(part.Measured);
            total.Add(part.Total);
            latency.Add(part.Latency);
            admitted.Add(part.Admitted);
            turnedAway.Add(part.TurnedAway);
            for (var second = 0; second < part.AnsweredPerSecond.Count; second++)
            {
                series[second] += part.AnsweredPerSecond[second];
            }

            foreach (var (message, times) in part.Errors)
            {
                errors[message] = errors.GetValueOrDefault(message) + times;
            }
        }

        return new RunResult
        {
            WindowSeconds = parts.Max(part => part.WindowSeconds),
            OfferedPerSecond = parts.Sum(part => part.OfferedPerSecond),
            Sent = parts.Sum(part => part.Sent),
            NotSent = parts.Sum(part => part.NotSent),
            Unanswered = parts.Sum(part => part.Unanswered),
            Measured = measured,
            Total = total,
            AnsweredPerSecond = series,
            Latency = latency,
            Admitted = admitted,
            TurnedAway = turnedAway,
            Errors = errors,
        };
    }
}
