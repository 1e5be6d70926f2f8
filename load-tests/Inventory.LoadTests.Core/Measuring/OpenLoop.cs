namespace Inventory.LoadTests.Measuring;

/// <summary>
/// Begins operations by a schedule, whether earlier ones have ended or not, as strangers on a network do. Latency counts from the moment the schedule
/// wanted an operation, so a service that stalls is charged for everybody who would have come meanwhile.
/// </summary>
public static class OpenLoop
{
    /// <summary>Operations that are wanted and have not ended, unless said otherwise; what the schedule wants beyond that is not sent, and counted.</summary>
    public const int InFlightMax = 20_000;

    /// <summary>Operations that have begun and not ended, unless said otherwise. Others that are due wait here: that costs nothing, but counts.</summary>
    /// <remarks>
    /// A client that was paused for 50 ms has thousands of late operations. Begun at once they are a crowd that no schedule wanted, of which a service with a
    /// bound refuses most, and each is some kilobytes that the client's collector carries along: its next pause is longer, and it stays behind for good.
    /// </remarks>
    public const int AtOnceMax = 1_000;

    // What is due so soon after another goes with it: waking for each would cost as much as the call.
    private const long QuantumMicros = 100;

    /// <summary>How long a run waits for its last answers.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(30);

    /// <summary>Runs the warm-up and then the window at the same rate.</summary>
    /// <param name="perSecond">Operations that begin per second, above 0.</param>
    /// <param name="duration">Length of the window.</param>
    /// <param name="warmUp">Time before it, whose operations are not measured.</param>
    /// <param name="operation">
    /// Given the index of the operation from 0. Begun by one thread, which must not be held; an exception counts as <see cref="Outcome.Failed"/>.
    /// </param>
    /// <param name="inFlightMax">See <see cref="InFlightMax"/>. Beyond it who has waited longest gives up.</param>
    /// <param name="atOnceMax">See <see cref="AtOnceMax"/>; no more than <paramref name="inFlightMax"/> have any effect.</param>
    /// <param name="clock">The machine's unless given.</param>
    /// <param name="ct">Ends the schedule early; what is under way is still waited for, and the window is as long as it came to be.</param>
    public static Task<RunResult> RunAsync(
        double perSecond,
        TimeSpan duration,
        TimeSpan warmUp,
        Func<long, ValueTask<Outcome>> operation,
        int inFlightMax = InFlightMax,
        int atOnceMax = AtOnceMax,
        LoadClock? clock = null,
        CancellationToken ct = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(perSecond);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inFlightMax);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(atOnceMax);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(duration, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(warmUp, TimeSpan.Zero);
        return new Run(perSecond, duration, warmUp, operation, (inFlightMax, Math.Min(atOnceMax, inFlightMax)), clock ?? LoadClock.Machine).GoAsync(ct);
    }

    private sealed class Run
    {
        private readonly double _perSecond;
        private readonly Func<long, ValueTask<Outcome>> _operation;
        private readonly int _inFlightMax;
        private readonly int _atOnceMax;
        private readonly LoadClock _clock;
        private readonly long _startMicros;
        private readonly long _endMicros;
        private readonly Tally _tally;
        private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private long _inFlight = 1; // The schedule itself counts as one, so that the count reaches 0 only after it has ended.
        private long _notSent;

        public Run(
            double perSecond, TimeSpan duration, TimeSpan warmUp, Func<long, ValueTask<Outcome>> operation, (int Wanted, int Begun) most, LoadClock clock)
        {
            (_perSecond, _operation, _inFlightMax, _atOnceMax, _clock) = (perSecond, operation, most.Wanted, most.Begun, clock);
            _startMicros = clock.NowMicros;
            var window = _startMicros + (long)warmUp.TotalMicroseconds;
            _endMicros = window + (long)duration.TotalMicroseconds;
            _tally = new Tally(window, _endMicros);
        }

        public async Task<RunResult> GoAsync(CancellationToken ct)
        {
            // Its own thread: a busy pool must not delay the schedule.
            await Task.Factory.StartNew(() => Schedule(ct), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            var windowEnd = ct.IsCancellationRequested ? Math.Min(_clock.NowMicros, _endMicros) : _endMicros;
            End();
            long unanswered = 0;
            try
            {
                await _drained.Task.WaitAsync(Patience, TimeProvider.System, CancellationToken.None);
            }
            catch (TimeoutException)
            {
                unanswered = Interlocked.Read(ref _inFlight);
            }

            return _tally.Close(windowEnd, _perSecond, _notSent, unanswered);
        }

        private void Schedule(CancellationToken ct)
        {
            var patience = _endMicros + (long)Patience.TotalMicroseconds;
            long next = 0;
            while (Intended(next) < _endMicros && _clock.NowMicros is var now && now < patience)
            {
                _clock.WaitUntil(next == 0 ? _startMicros : Math.Max(Intended(next), now + QuantumMicros));
                if (ct.IsCancellationRequested || !TryBeginDue(ref next, ct))
                {
                    return;
                }
            }

            for (; Intended(next) < _endMicros; next++)
            {
                GiveUp(next);
            }
        }

        private long Intended(long index) => _startMicros + (long)(index * 1e6 / _perSecond);

        // Begins what is due, as far as there is room; false if the run is ended meanwhile.
        private bool TryBeginDue(ref long next, CancellationToken ct)
        {
            for (long intended; (intended = Intended(next)) < _endMicros && _clock.NowMicros is var now && intended <= now; next++)
            {
                var underWay = Interlocked.Read(ref _inFlight) - 1; // without the schedule
                if (underWay >= _atOnceMax)
                {
                    var late = (long)((Math.Min(now, _endMicros) - intended) * _perSecond / 1e6) + 1;
                    if (underWay + late <= _inFlightMax)
                    {
                        return true;
                    }

                    GiveUp(next);
                    continue;
                }

                Interlocked.Increment(ref _inFlight);
                _ = OneAsync(next, intended);
                if (ct.IsCancellationRequested)
                {
                    return false;
                }
            }

            return true;
        }

        private void GiveUp(long index) => _notSent += _tally.InWindow(Intended(index)) ? 1 : 0;

        private async Task OneAsync(long index, long intended)
        {
            var outcome = Outcome.Failed;
            try
            {
                outcome = await _operation(index).ConfigureAwait(false);
            }
#pragma warning disable CA1031 // Whatever goes wrong is a figure of the run.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                _tally.Fail(exception);
            }

            _tally.Record(intended, _clock.NowMicros, outcome);
            End();
        }

        private void End()
        {
            if (Interlocked.Decrement(ref _inFlight) == 0)
            {
                _drained.TrySetResult();
            }
        }
    }
}
