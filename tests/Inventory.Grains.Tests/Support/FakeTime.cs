namespace Inventory.Grains.Tests;

/// <summary>Time that stands still until the test moves it. Timers fire on the thread that moves it, each at its own moment.</summary>
internal sealed class FakeTime : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<Timer> _timers = [];
    private DateTimeOffset _now = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    public long NowMs => GetUtcNow().ToUnixTimeMilliseconds();

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            return _now;
        }
    }

    /// <summary>Work takes no time, also if the test moves the clock meanwhile.</summary>
    public override long GetTimestamp() => 0;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    public void Advance(TimeSpan by)
    {
        var end = GetUtcNow() + by;
        while (Next(end) is { } due)
        {
            try
            {
                due.Fire();
            }
            catch (ObjectDisposedException)
            {
                // Its owner was done with it after it fell due: a timer of the system fires into the void then.
            }
        }

        lock (_lock)
        {
            _now = end;
        }
    }

    /// <summary>Somebody sets the clock back. What was to fall due falls due when it is that time again.</summary>
    public void SetBack(long toMs)
    {
        lock (_lock)
        {
            _now = DateTimeOffset.FromUnixTimeMilliseconds(Math.Min(toMs, _now.ToUnixTimeMilliseconds()));
        }
    }

    private Timer? Next(DateTimeOffset end)
    {
        lock (_lock)
        {
            var due = _timers.Where(timer => timer.DueAt <= end).MinBy(timer => timer.DueAt);
            if (due is not null)
            {
                _now = due.DueAt > _now ? due.DueAt : _now;
                due.Arm();
            }

            return due;
        }
    }

    private sealed class Timer(FakeTime time, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period;

        public DateTimeOffset DueAt { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._lock)
            {
                time._timers.Remove(this);
                _period = period;
                if (dueTime >= TimeSpan.Zero)
                {
                    DueAt = time._now + dueTime;
                    time._timers.Add(this);
                }

                return true;
            }
        }

        /// <summary>Under the lock: what comes after the tick that is about to fire.</summary>
        public void Arm()
        {
            if (_period > TimeSpan.Zero)
            {
                DueAt = time._now + _period;
            }
            else
            {
                time._timers.Remove(this);
            }
        }

        public void Fire() => callback(state);

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
