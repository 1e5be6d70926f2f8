namespace Orleans.Engine;

/// <summary>A token for a turn that may take long. Its timer exists only once the turn turned out not to end at once.</summary>
internal sealed class TimeLimit : IDisposable
{
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _source;
    private ITimer? _timer;

    public TimeLimit(TimeProvider time, CancellationToken outer)
    {
        _time = time;
        _source = outer.CanBeCanceled ? CancellationTokenSource.CreateLinkedTokenSource(outer) : new();
    }

    public CancellationToken Token => _source.Token;

    public void Start(TimeSpan limit) => _timer = _time.CreateTimer(
        static state => ((CancellationTokenSource)state!).Cancel(), _source, limit, Timeout.InfiniteTimeSpan);

    public void Dispose()
    {
        _timer?.Dispose();
        _source.Dispose();
    }
}
