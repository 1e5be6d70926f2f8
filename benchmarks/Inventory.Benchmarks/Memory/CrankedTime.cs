namespace Inventory.Benchmarks.Memory;

/// <summary>A clock that stands until it is moved; timers that have fallen due then fire, once, before it stands again.</summary>
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
        var due = new List<Timer>(); // collection expressions and queries would leave as much room behind in the shared pool
        lock (_lock)
        {
            _nowMs += (long)by.TotalMilliseconds;
            foreach (var timer in _timers)
            {
                if (timer.DueMs <= _nowMs)
                {
                    due.Add(timer);
                }
            }
        }

        // A thread of the pool would put them all into a queue of its own, which keeps the room.
        var mover = new Thread(() => due.ForEach(timer => timer.Fire()));
        mover.Start();
        mover.Join();

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
