using Inventory.LoadTests.Measuring;

namespace Inventory.LoadTests.Tests.Measuring;

/// <summary>Time that moves only when somebody waits for it, or says so.</summary>
internal sealed class FakeClock : LoadClock
{
    private readonly SortedDictionary<long, List<Action>> _due = [];
    private long _now;

    public override long NowMicros => Interlocked.Read(ref _now);

    /// <summary>Does the action when time comes to this moment, on the thread that moves the time.</summary>
    public void At(long micros, Action action)
    {
        if (!_due.TryGetValue(micros, out var actions))
        {
            _due[micros] = actions = [];
        }

        actions.Add(action);
    }

    public override void WaitUntil(long micros)
    {
        while (_due.Count > 0 && _due.First() is var (when, actions) && when <= micros)
        {
            _due.Remove(when);
            Interlocked.Exchange(ref _now, Math.Max(_now, when));
            actions.ForEach(action => action());
        }

        Interlocked.Exchange(ref _now, Math.Max(_now, micros));
    }

    /// <summary>Time goes on while somebody holds the thread.</summary>
    public void Advance(long micros) => Interlocked.Add(ref _now, micros);
}
