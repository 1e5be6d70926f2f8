using System.Collections.Concurrent;

namespace Inventory.LoadTests.Measuring;

/// <summary>
/// Collects what the operations of one run come to. Each thread writes apart; <see cref="Close"/> merges when all have ended. What ends after that is ignored.
/// </summary>
/// <param name="windowStartMicros">Where the warm-up ends.</param>
/// <param name="windowEndMicros">Where the window ends; <see cref="long.MaxValue"/> when the last operation ends it.</param>
internal sealed class Tally(long windowStartMicros, long windowEndMicros)
{
    /// <summary>Different error messages that are kept; a run that fails in more ways says so in the first.</summary>
    internal const int ErrorsMax = 20;

    private readonly ConcurrentDictionary<int, Part> _parts = new();
    private readonly ConcurrentDictionary<string, long> _errors = new(StringComparer.Ordinal);
    private volatile bool _closed;

    public bool InWindow(long micros) => micros >= windowStartMicros && micros < windowEndMicros;

    /// <summary>One operation has ended. By any thread.</summary>
    public void Record(long startMicros, long endMicros, Outcome outcome)
    {
        if (_closed)
        {
            return;
        }

        // Nothing below awaits, so a thread is alone with its part.
        var part = _parts.GetOrAdd(Environment.CurrentManagedThreadId, static _ => new Part());
        part.Total.Add(outcome);
        if (InWindow(startMicros))
        {
            part.Sent++;
            part.Measured.Add(outcome);
            part.Latency.Record(endMicros - startMicros);
            (outcome switch
            {
                Outcome.Overloaded => part.TurnedAway,
                Outcome.Failed => null,
                _ => part.Admitted,
            })?.Record(endMicros - startMicros);
        }

        if (InWindow(endMicros) && outcome is not (Outcome.Overloaded or Outcome.Failed))
        {
            part.CountEnd((int)((endMicros - windowStartMicros) / 1_000_000));
        }
    }

    public void Fail(Exception exception)
    {
        var message = exception.GetType().Name + ": " + exception.Message.Split('\n')[0];
        if (_errors.Count < ErrorsMax || _errors.ContainsKey(message))
        {
            _errors.AddOrUpdate(message, 1, static (_, times) => times + 1);
        }
    }

    /// <summary>The result; <paramref name="nowMicros"/> ends a window that had no end.</summary>
    public RunResult Close(long nowMicros, double offeredPerSecond = 0, long notSent = 0, long unanswered = 0, TimeSpan? processorTime = null)
    {
        _closed = true;
        var micros = Math.Max(0, Math.Min(windowEndMicros, nowMicros) - windowStartMicros);
        var measured = new OutcomeCounts();
        var total = new OutcomeCounts();
        var latency = new Histogram();
        var admitted = new Histogram();
        var turnedAway = new Histogram();
        var series = new long[(micros + 999_999) / 1_000_000];
        foreach (var part in _parts.Values)
        {
            measured.Add(part.Measured);
            total.Add(part.Total);
            latency.Add(part.Latency);
            admitted.Add(part.Admitted);
            turnedAway.Add(part.TurnedAway);
            part.AddEndsTo(series);
        }

        return new RunResult
        {
            WindowSeconds = micros / 1e6,
            OfferedPerSecond = offeredPerSecond,
            Sent = _parts.Values.Sum(part => part.Sent),
            NotSent = notSent,
            Unanswered = unanswered,
            ProcessorTime = processorTime,
            Measured = measured,
            Total = total,
            AnsweredPerSecond = series,
            Latency = latency,
            Admitted = admitted,
            TurnedAway = turnedAway,
            Errors = new SortedDictionary<string, long>(_errors, StringComparer.Ordinal),
        };
    }

    private sealed class Part
    {
        private long[] _ended = new long[64];

        public OutcomeCounts Measured { get; } = new();

        public OutcomeCounts Total { get; } = new();

        public Histogram Latency { get; } = new();

        public Histogram Admitted { get; } = new();

        public Histogram TurnedAway { get; } = new();

        public long Sent { get; set; }

        public void CountEnd(int second)
        {
            if (second >= _ended.Length)
            {
                Array.Resize(ref _ended, second * 2);
            }

            _ended[second]++;
        }

        public void AddEndsTo(long[] series)
        {
            for (var second = 0; second < Math.Min(series.Length, _ended.Length); second++)
            {
                series[second] += _ended[second];
            }
        }
    }
}
