namespace Inventory.Benchmarks.Memory;

/// <summary>A clock that stands until it is moved; timers that have fallen due then fire, once, on the mover's thread.</summary>
internal sealed class CrankedTime : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly HashSet<Timer> _timers = [];
    private long _nowMs = World.BeginMs;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(Interlocked.Read(ref _nowMs));

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    public void Advance(TimeSpan by)
    {
        List<Timer> due;
        lock (_lock)
        {
            _nowMs += (long)by.TotalMilliseconds;
            due = _timers.Where(timer => timer.DueMs <= _nowMs).ToList(); // an array would be made in one of the pool's, which stays
        }

        foreach (var timer in due)
        {
            timer.Fire();
        }

        lock (_lock)
        {
            _timers.TrimExcess(); // what is measured is the stocks, not the room of this clock for timers that are gone
        }
    }

    private sealed class Timer(CrankedTime time, Action callback) : ITimer
    {
        private TimeSpan _period;

        public long DueMs { get; private set; } = long.MaxValue;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._lock)
            {
                _period = period;
                var waits = dueTime != Timeout.InfiniteTimeSpan;
                DueMs = waits ? time._nowMs + (long)dueTime.TotalMilliseconds : long.MaxValue;
                return waits ? time._timers.Add(this) : time._timers.Remove(this);
            }
        }

        public void Fire()
        {
            Change(_period, _period);
            callback();
        }

        public void Dispose()
        {
            lock (time._lock)
            {
                time._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
