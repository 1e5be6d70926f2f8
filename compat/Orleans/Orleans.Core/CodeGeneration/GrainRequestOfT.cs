using System.ComponentModel;
using Orleans.Engine;

namespace Orleans.Runtime;

/// <summary>A call with a result.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class GrainRequest<T> : GrainRequest
{
    private ValueTask<T> _result;
    private Task<T>? _running;
    private TaskCompletionSource<T>? _promise;

    /// <summary>Called by generated code.</summary>
    protected GrainRequest(InvokeMethodOptions options)
        : base(options)
    {
    }

    internal ValueTask<T> Answer => _promise is { } promise ? new(promise.Task) : default;

    internal override Task? AnswerTask => _promise?.Task;

    /// <summary>Calls the method on the grain object.</summary>
    protected abstract ValueTask<T> Invoke(object target);

    /// <summary>Hands out the result of a request that ended on this thread, and uses the object again.</summary>
    internal ValueTask<T> TakeAnswer()
    {
        var result = _result;
        _result = default;
        Reuse();
        return result;
    }

    internal override void Execute()
    {
        ValueTask<T> result;
        try
        {
            result = Invoke(Target.Callee);
        }
#pragma warning disable CA1031 // Whatever a grain throws belongs to its caller.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            result = ValueTask.FromException<T>(exception);
        }

        if (!result.IsCompleted)
        {
            _running = result.AsTask();
            if (_promise is null)
            {
                MakePromise();
            }

            // Attached inside the turn: the continuation comes back to this activation.
            _running.GetAwaiter().UnsafeOnCompleted(Ended);
        }
        else if (Target.EndsInline(this))
        {
            _result = result;
        }
        else
        {
            _running = result.AsTask();
            Ended();
        }
    }

    internal override bool TryCancel(CancellationToken token) => _promise?.TrySetCanceled(token) ?? false;

    private protected override void Promise(TaskCreationOptions options) => _promise = new(options);

    private protected override bool TrySetException(Exception exception) => _promise?.TrySetException(exception) ?? false;

    private void Ended()
    {
        Target.Finish(this);
        Release();
        if (_promise is not null)
        {
            if (Target.Silo.Delays?.Invoke(Target.GrainId, MethodName) is { } late)
            {
                Target.Silo.Time.CreateTimer(_ => _promise.TrySetFromTask(_running!), null, late, Timeout.InfiniteTimeSpan);
                return;
            }

            _promise.TrySetFromTask(_running!);
        }
        else
        {
            LogOneWayFailure(_running!.Exception?.InnerException);
        }
    }
}

/// <summary>A call without a result.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class GrainRequestVoid : GrainRequest
{
    private ValueTask _result;
    private Task? _running;
    private TaskCompletionSource? _promise;

    /// <summary>Called by generated code.</summary>
    protected GrainRequestVoid(InvokeMethodOptions options)
        : base(options)
    {
    }

    internal ValueTask Answer => _promise is { } promise ? new(promise.Task) : default;

    internal override Task? AnswerTask => _promise?.Task;

    /// <summary>Calls the method on the grain object.</summary>
    protected abstract ValueTask Invoke(object target);

    internal ValueTask TakeAnswer()
    {
        var result = _result;
        _result = default;
        Reuse();
        return result;
    }

    internal override void Execute()
    {
        ValueTask result;
        try
        {
            result = Invoke(Target.Callee);
        }
#pragma warning disable CA1031 // Whatever a grain throws belongs to its caller.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            result = ValueTask.FromException(exception);
        }

        if (!result.IsCompleted)
        {
            _running = result.AsTask();
            if (_promise is null)
            {
                MakePromise();
            }

            _running.GetAwaiter().UnsafeOnCompleted(Ended);
        }
        else if (Target.EndsInline(this))
        {
            _result = result;
        }
        else
        {
            _running = result.AsTask();
            Ended();
        }
    }

    internal override bool TryCancel(CancellationToken token) => _promise?.TrySetCanceled(token) ?? false;

    private protected override void Promise(TaskCreationOptions options) => _promise = new(options);

    private protected override bool TrySetException(Exception exception) => _promise?.TrySetException(exception) ?? false;

    private void Ended()
    {
        Target.Finish(this);
        Release();
        if (_promise is not null)
        {
            _promise.TrySetFromTask(_running!);
        }
        else
        {
            LogOneWayFailure(_running!.Exception?.InnerException);
        }
    }
}
