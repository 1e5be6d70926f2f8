using Orleans.Runtime;

namespace Orleans.Engine;

/// <summary>A timer whose ticks are requests to its own activation.</summary>
internal sealed class GrainTimer : IGrainTimer
{
    private readonly Activation _activation;
    private readonly Func<CancellationToken, Task> _callback;
    private readonly GrainTimerCreationOptions _options;
    private readonly CancellationTokenSource _ended = new();
    private readonly Lock _gate = new();
    private readonly ITimer _timer;
    private TimeSpan _period;
    private TimeSpan? _changedTo;
    private bool _isFiring;

    private GrainTimer(Activation activation, Func<CancellationToken, Task> callback, in GrainTimerCreationOptions options)
    {
        _activation = activation;
        _callback = callback;
        _options = options;
        using (SuppressedFlow.Enter())
        {
            _timer = activation.Silo.Time.CreateTimer(
                static state => ((GrainTimer)state!).Fire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    public static GrainTimer Start(Activation activation, Func<CancellationToken, Task> callback, in GrainTimerCreationOptions options)
    {
        if (TaskScheduler.Current != activation)
        {
            throw new InvalidOperationException("A grain timer is registered by its own grain, in one of its turns.");
        }

        Validate(options.DueTime, nameof(options.DueTime));
        Validate(options.Period, nameof(options.Period));
        var timer = new GrainTimer(activation, callback, options);
        activation.AddTimer(timer);
        timer.Change(options.DueTime, options.Period);
        return timer;
    }

    public void Change(TimeSpan dueTime, TimeSpan period)
    {
        Validate(dueTime, nameof(dueTime));
        Validate(period, nameof(period));
        lock (_gate)
        {
            _period = period;
            if (_isFiring)
            {
                _changedTo = dueTime; // Counts from the end of the running callback.
            }
            else
            {
                _timer.Change(dueTime, Timeout.InfiniteTimeSpan);
            }
        }
    }

    public void Dispose()
    {
        _timer.Dispose();
        _activation.RemoveTimer(this);
        _ended.Cancel();
    }

    private static void Validate(TimeSpan time, string name)
    {
        const long LongestMs = 0xfffffffe;
        var ms = (long)time.TotalMilliseconds;
        ArgumentOutOfRangeException.ThrowIfLessThan(ms, -1, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ms, LongestMs, name);
    }

    private void Fire()
    {
        lock (_gate)
        {
            if (_isFiring)
            {
                return;
            }

            _isFiring = true;
        }

        var tick = new Tick(this);
        if (_options.Interleave)
        {
            tick.MakeInterleaving();
        }

        _activation.Accept(tick);
    }

    private async ValueTask RunAsync()
    {
        if (_ended.IsCancellationRequested)
        {
            return;
        }

        try
        {
            await _callback(_ended.Token);
        }
        finally
        {
            lock (_gate)
            {
                _isFiring = false;
                if (!_ended.IsCancellationRequested)
                {
                    _timer.Change(_changedTo ?? _period, Timeout.InfiniteTimeSpan);
                }

                _changedTo = null;
            }
        }
    }

    private sealed class Tick(GrainTimer timer) : GrainRequestVoid(InvokeMethodOptions.OneWay)
    {
        public override string MethodName => "timer";

        internal override bool IsUse => timer._options.KeepAlive;

        internal override bool StaysWithActivation => true;

        protected override ValueTask Invoke(object target) => timer.RunAsync();

        protected override void Recycle()
        {
        }
    }
}
