using System.Runtime.CompilerServices;
using Orleans.Runtime;

namespace Orleans.Engine;

/// <summary>How an activation begins and ends. Both run as turns.</summary>
internal sealed partial class Activation
{
    /// <summary>Makes the grain object and activates it: on this thread as far as that goes, where the runner allows it.</summary>
    public void Begin()
    {
        var begin = new LifeTurn(this, isEnd: false).Start();
        if (Silo.Runner.RunsInline && RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            RunHere(begin);
            LeaveTurn(ended: null);
            return;
        }

        lock (this)
        {
            (Extra.Backlog ??= new Backlog()).Ready.Enqueue(begin);
        }

        Silo.Runner.Wake(this, isOwnTurn: true);
    }

    /// <summary>Makes it the target of an observer's references, ready at once.</summary>
    public void BeginAsObserver(object observer)
    {
        _instance = new WeakReference(observer);
        _phase = Phase.Active;
        _executing = false;
    }

    public void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default)
    {
        lock (this)
        {
            if (_phase is not (Phase.Active or Phase.Activating) || KnownExtras is { Reason.ReasonCode: not DeactivationReasonCode.None })
            {
                return;
            }

            Extra.Reason = deactivationReason;
            Extra.EndToken = cancellationToken;
            if (_phase == Phase.Activating)
            {
                return; // Ends as soon as it has begun.
            }

            _phase = Phase.Draining;
            if (_executing)
            {
                return;
            }

            _executing = true;
        }

        Silo.Runner.Wake(this, isOwnTurn: true);
    }

    public void DelayDeactivation(TimeSpan time)
    {
        lock (this)
        {
            Extra.KeptUntil = time == Timeout.InfiniteTimeSpan || time == TimeSpan.MaxValue
                ? int.MaxValue
                : time <= TimeSpan.Zero ? 0 : Silo.EpochAfter(time);
        }
    }

    /// <summary>Ends it if nobody used it for its class's age; called by the sweep, which also takes away what an idle one need not keep.</summary>
    public void CollectIfIdle(int epoch)
    {
        lock (this)
        {
            if (_phase != Phase.Active || _executing || _running > 0 || KnownBacklog is { IsEmpty: false })
            {
                return;
            }

            SetReference_UnderLock(null);
            DropExtras_UnderLock(epoch);
            if (epoch - _usedAt <= Class.CollectionEpochs || (KnownExtras is { } extras && extras.KeptUntil > epoch))
            {
                return;
            }
        }

        Deactivate(new(DeactivationReasonCode.ActivationIdle, "It was idle for its collection age."));
    }

    /// <summary>Ends it where it stands: no last turn, nothing that is queued or comes later runs, every caller gets an error.</summary>
    public void Kill(Exception error)
    {
        List<GrainRequest> left;
        TaskCompletionSource? deactivated;
        lock (this)
        {
            _phase = Phase.Dead;
            left = TakeAll_UnderLock(andTasks: true);
            deactivated = KnownExtras?.Deactivated;
            _isKilled = true;
        }

        StopTimers();
        Class.Forget(this);
        left.ForEach(request => Reject(request, error));
        deactivated?.TrySetResult();
    }

    private async Task ActivateAsync()
    {
        try
        {
            t_underConstruction = this;
            try
            {
                _instance = Class.MakeInstance(this);
            }
            finally
            {
                t_underConstruction = null;
            }

            if (_instance is IGrainBase grain)
            {
                using var limit = new TimeLimit(Silo.Time, CancellationToken.None);
                var activated = grain.OnActivateAsync(limit.Token);
                if (!activated.IsCompletedSuccessfully)
                {
                    limit.Start(Silo.Collection.ActivationTimeout);
                    await activated;
                }
            }

            lock (this)
            {
                if (_phase == Phase.Activating)
                {
                    _phase = KnownExtras is { Reason.ReasonCode: not DeactivationReasonCode.None } ? Phase.Draining : Phase.Active;
                }

                if (KnownBacklog is { } backlog)
                {
                    backlog.MayRelease = true;
                }

                DropServices_UnderLock();
            }
        }
#pragma warning disable CA1031 // Whatever it throws belongs to the callers.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            SiloLog.ActivationFailed(Silo.Log, exception, ToString());
            await LeaveAsync(exception);
        }
    }

    private Task MakeEnd_UnderLock()
    {
        _phase = Phase.Ending;
        return new LifeTurn(this, isEnd: true).Start();
    }

    private async Task EndAsync()
    {
        StopTimers();
        try
        {
            var extras = KnownExtras!; // the reason is there
            if (_instance is IGrainBase grain)
            {
                using var limit = new TimeLimit(Silo.Time, extras.EndToken);
                var ended = grain.OnDeactivateAsync(extras.Reason, limit.Token);
                if (!ended.IsCompletedSuccessfully)
                {
                    limit.Start(Silo.Collection.DeactivationTimeout);
                    await ended.WaitAsync(limit.Token);
                }
            }
        }
#pragma warning disable CA1031 // Its end must not depend on what it throws.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            SiloLog.DeactivationFailed(Silo.Log, exception, ToString());
        }

        await LeaveAsync(error: null);
    }

    /// <summary>Leaves the catalogue. Waiting requests get the error or, without one, go to the next activation.</summary>
    private async Task LeaveAsync(Exception? error)
    {
        await DisposeInstanceAsync();
        List<GrainRequest> left;
        TaskCompletionSource? deactivated;
        Class.Forget(this);
        lock (this)
        {
            _phase = Phase.Dead;
            left = TakeAll_UnderLock(andTasks: false);
            if (error is not null)
            {
                Extra.Failure = error;
            }

            deactivated = KnownExtras?.Deactivated;
        }

        foreach (var request in left)
        {
            if (error is null && !request.StaysWithActivation)
            {
                Class.Redeliver(request);
            }
            else
            {
                Reject(request, error ?? new SiloUnavailableException($"{this} has ended."));
            }
        }

        deactivated?.TrySetResult();
    }

    private async Task DisposeInstanceAsync()
    {
        try
        {
            StopTimers();
            if (_instance is IAsyncDisposable asynchronous)
            {
                await asynchronous.DisposeAsync();
            }
            else if (_instance is IDisposable disposable)
            {
                disposable.Dispose();
            }

            if (KnownExtras?.Services is { } services)
            {
                await services.DisposeAsync();
            }
        }
#pragma warning disable CA1031 // Its end must not depend on what it throws.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            SiloLog.DeactivationFailed(Silo.Log, exception, ToString());
        }
    }

    private static void Reject(GrainRequest request, Exception error)
    {
        request.State = RequestState.Done;
        request.TryFail(error);
        request.Release();
    }

    private List<GrainRequest> TakeAll_UnderLock(bool andTasks)
    {
        List<GrainRequest> left = [];
        if (KnownBacklog is not { } backlog)
        {
            return left;
        }

        while (backlog.Waiting.TryDequeue(out var waiting))
        {
            left.Add((GrainRequest)waiting);
        }

        for (var count = backlog.Ready.Count; count > 0; count--)
        {
            backlog.Ready.TryDequeue(out var work);
            if (work is GrainRequest request)
            {
                left.Add(request);
            }
            else if (!andTasks)
            {
                backlog.Ready.Enqueue(work!);
            }
        }

        return left;
    }

    private void StopTimers()
    {
        List<GrainTimer>? timers;
        lock (this)
        {
            timers = KnownExtras?.Timers;
            if (timers is not null)
            {
                Extra.Timers = null;
            }
        }

        timers?.ForEach(timer => timer.Dispose());
    }

    private void DropServices_UnderLock()
    {
        if (KnownExtras is { Services.HasScope: false } extras)
        {
            extras.Services = null;
            DropExtras_UnderLock(epoch: 0);
        }
    }

    private void DropExtras_UnderLock(int epoch)
    {
        if (KnownExtras is not { } extras)
        {
            return;
        }

        extras.Backlog = extras.Backlog is { IsEmpty: true } ? null : extras.Backlog;
        if (extras is { Backlog: null, Services: null, Components: null, Timers: null, Deactivated: null, Reason.ReasonCode: 0 } && extras.KeptUntil <= epoch)
        {
            _referenceOrExtras = extras.Reference;
        }
    }

    /// <summary>The task of the first or of the last turn.</summary>
    private sealed class LifeTurn(Activation activation, bool isEnd)
    {
        private static readonly Action<object?> Body = static state => ((LifeTurn)state!).Run();

        public Task Start()
        {
            var task = new Task(Body, this, CancellationToken.None, TaskCreationOptions.DenyChildAttach);
            task.Start(activation);
            return task;
        }

        private void Run() => _ = isEnd ? activation.EndAsync() : activation.ActivateAsync();
    }
}
