namespace Orleans.Simulation;

/// <summary>A clock that stands until it is moved. Timers due at the same time fire in drawn order.</summary>
internal sealed class SimulatedTime(Random random) : TimeProvider
{
    private readonly List<SimulatedTimer> _due = [];
    private readonly Lock _gate = new();

    public DateTimeOffset Now { get; set; } = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => Now;

    public override long GetTimestamp() => Now.UtcTicks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new SimulatedTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves to the next timer that is due by then, and fires it. False: there is none.</summary>
    public bool FireNext(DateTimeOffset until)
    {
        SimulatedTimer timer;
        lock (_gate)
        {
            var first = _due.Count == 0 ? DateTimeOffset.MaxValue : _due.Min(each => each.DueAt);
            if (first > until || _due.Count == 0)
            {
                return false;
            }

            var together = _due.FindAll(each => each.DueAt == first);
            timer = together[random.Next(together.Count)];
            Now = first > Now ? first : Now;
            _due.Remove(timer);
            if (timer.Period > TimeSpan.Zero)
            {
                timer.DueAt = first + timer.Period;
                _due.Add(timer);
            }
        }

        timer.Fire();
        return true;
    }

    /// <summary>When the next timer is due; null if none is set.</summary>
    public DateTimeOffset? Next
    {
        get
        {
            lock (_gate)
            {
                return _due.Count == 0 ? null : _due.Min(each => each.DueAt);
            }
        }
    }

    /// <summary>Moves at once; each timer that is due by then fires once, in drawn order.</summary>
    public void Jump(TimeSpan time)
    {
        SimulatedTimer[] due;
        lock (_gate)
        {
            Now += time;
            due = [.. _due.Where(each => each.DueAt <= Now)];
            random.Shuffle(due);
            foreach (var timer in due)
            {
                _due.Remove(timer);
                if (timer.Period > TimeSpan.Zero)
                {
                    timer.DueAt = Now + timer.Period;
                    _due.Add(timer);
                }
            }
        }

        foreach (var timer in due)
        {
            timer.Fire();
        }
    }

    private sealed class SimulatedTimer(SimulatedTime time, TimerCallback callback, object? state) : ITimer
    {
        public DateTimeOffset DueAt { get; set; }

        public TimeSpan Period { get; private set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._gate)
            {
                time._due.Remove(this);
                Period = period;
                if (dueTime != Timeout.InfiniteTimeSpan)
                {
                    DueAt = time.Now + dueTime;
                    time._due.Add(this);
                }
            }

            return true;
        }

        public void Dispose()
        {
            lock (time._gate)
            {
                time._due.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
