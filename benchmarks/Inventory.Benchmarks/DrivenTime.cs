namespace Inventory.Benchmarks;

/// <summary>A clock that only its benchmark moves, so that holds expire after a known number of operations, however fast those are.</summary>
/// <remarks>Timers never fire: what they do would fall into whatever is being measured. Any thread.</remarks>
internal sealed class DrivenTime : TimeProvider
{
    private long _nowMs = World.BeginMs;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(Interlocked.Read(ref _nowMs));

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new Silent();

    public void Advance(long ms) => Interlocked.Add(ref _nowMs, ms);

    private sealed class Silent : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
