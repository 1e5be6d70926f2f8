using System.ComponentModel;
using Orleans.Engine;

namespace Orleans.Runtime;

/// <summary>How a method wants to be called.</summary>
[Flags]
[EditorBrowsable(EditorBrowsableState.Never)]
public enum InvokeMethodOptions
{
    /// <summary>One at a time.</summary>
    None = 0,

    /// <summary>Nobody waits for the answer.</summary>
    OneWay = 1 << 0,

    /// <summary>Changes nothing.</summary>
    ReadOnly = 1 << 1,

    /// <summary>Enters whatever else is running.</summary>
    AlwaysInterleave = 1 << 2,
}

internal enum RequestState : byte
{
    New,
    Queued,
    Running,
    Done,
}

/// <summary>One call of a grain's method: its arguments, its turn, its answer. Generated code derives from the forms below.</summary>
/// <remarks>
/// A request that ends on its caller's thread never leaves it and is used again. Any other is used once, so that whoever still
/// holds it (a sweep, a chain of callers) sees what it knew.
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class GrainRequest
{
    private static readonly Action<object?> RunTurn = state => ((GrainRequest)state!).Execute();

    private InvokeMethodOptions _options;
    private CallCancellation? _cancellation;

    private protected GrainRequest(InvokeMethodOptions options) => _options = options;

    /// <summary>Interface and method, for messages to people.</summary>
    public abstract string MethodName { get; }

    /// <summary>How long its caller waits; null for the silo's setting.</summary>
    public virtual TimeSpan? ResponseTimeout => null;

    /// <summary>The argument that cancels the callee, if the method has one.</summary>
    protected virtual CancellationToken Token
    {
        get => default;
        set => throw new InvalidOperationException($"{MethodName} takes no token.");
    }

    internal Activation Target { get; set; } = null!;

    internal Task? Turn { get; private set; }

    internal RequestState State { get; set; }

    internal bool IsOneWay => (_options & InvokeMethodOptions.OneWay) != 0;

    internal bool IsReadOnly => (_options & InvokeMethodOptions.ReadOnly) != 0;

    internal bool IsAlwaysInterleave => (_options & InvokeMethodOptions.AlwaysInterleave) != 0;

    /// <summary>Whether it counts as use of the activation.</summary>
    internal virtual bool IsUse => true;

    /// <summary>Whether it is of no use to the next activation.</summary>
    internal virtual bool StaysWithActivation => false;

    /// <summary>Who waits for this call, as far as is known, and who is waited for. See <see cref="DeadlockWatch"/>.</summary>
    internal WaitLink Waiter { get; private set; }

    /// <summary>The latest call that this request made and that has not ended.</summary>
    internal WaitLink Waited { get; set; }

    /// <summary>Goes up when the object is used again, so that a link to its earlier use is known as stale.</summary>
    internal int Serial { get; private protected set; }

    internal GrainRequest? NextPending { get; set; }

    internal GrainRequest? PreviousPending { get; set; }

    internal PendingCalls.Stripe? PendingIn { get; set; }

    internal int PendingUntil { get; set; }

    /// <summary>The task that the caller waits for; null while there is none.</summary>
    internal abstract Task? AnswerTask { get; }

    internal bool IsAbandoned => AnswerTask is { IsCompleted: true };

    internal void MakeOneWay() => _options |= InvokeMethodOptions.OneWay;

    internal void MakeInterleaving() => _options |= InvokeMethodOptions.AlwaysInterleave;

    /// <summary>Takes note of the caller and of its token. False: the token was cancelled before, and the answer says so.</summary>
    internal bool Prepare(Silo silo)
    {
        if (!IsOneWay && TaskScheduler.Current is Activation caller)
        {
            Waiter = caller.CurrentRequest;
            if (Waiter.Request is { } waiter)
            {
                waiter.Waited = new(this);
            }
        }

        var token = Token;
        if (!token.CanBeCanceled)
        {
            return true;
        }

        if (token.IsCancellationRequested)
        {
            Promise(silo.Runner.PromiseOptions);
            TryCancel(token);
            return false;
        }

        _cancellation = new CallCancellation(this, token, !silo.Messaging.WaitForCancellationAcknowledgement);
        Token = _cancellation.CalleeToken;
        return true;
    }

    /// <summary>Makes the task of its turn, in the caller's execution context. It starts when the activation takes it.</summary>
    internal Task MakeTurn() => Turn ??= new Task(RunTurn, this, CancellationToken.None, TaskCreationOptions.DenyChildAttach);

    /// <summary>Makes the answer's task, on the caller's thread or within the turn, before anybody else can end the request.</summary>
    internal void MakePromise()
    {
        if (IsOneWay)
        {
            return;
        }

        Promise(Target.Silo.Runner.PromiseOptions);
        Target.Silo.Pending.Add(this);
        _cancellation?.AfterPromise();
    }

    /// <summary>Called once the request has ended in whatever way; frees what it holds outside.</summary>
    internal void Release()
    {
        PendingCalls.Remove(this);
        _cancellation?.Dispose();
        _cancellation = null;
    }

    /// <summary>Ends the wait of its caller with an error; the request itself may go on.</summary>
    internal bool TryFail(Exception exception)
    {
        var mine = TrySetException(exception);
        PendingCalls.Remove(this);
        if (exception is TimeoutException && Target?.Silo.Messaging.CancelRequestOnTimeout == true)
        {
            _cancellation?.CancelCallee();
        }

        return mine;
    }

    /// <summary>Ends a request that no activation could take.</summary>
    internal void RefuseUnsent(Silo silo, Exception exception)
    {
        if (!IsOneWay)
        {
            if (AnswerTask is null)
            {
                Promise(silo.Runner.PromiseOptions);
            }

            TryFail(exception);
        }

        Release();
    }

    /// <summary>Never sends it; its caller is told after a time, as upstream tells whoever waited for a message that was lost.</summary>
    internal void Lose(Silo silo, TimeSpan noticedAfter)
    {
        if (!IsOneWay)
        {
            Promise(silo.Runner.PromiseOptions);
            silo.Time.CreateTimer(
                _ => TryFail(new TimeoutException($"{MethodName} was lost on its way.")), null, noticedAfter, Timeout.InfiniteTimeSpan);
        }

        Release();
    }

    internal abstract bool TryCancel(CancellationToken token);

    /// <summary>Runs the method; the body of the turn.</summary>
    internal abstract void Execute();

    private protected abstract void Promise(TaskCreationOptions options);

    private protected abstract bool TrySetException(Exception exception);

    /// <summary>Forgets its arguments and waits to be used again. Called by the engine, written by generated code.</summary>
    protected abstract void Recycle();

    private protected void Reuse()
    {
        Serial++;
        Target = null!;
        Turn = null;
        Waiter = default;
        Waited = default;
        State = RequestState.New;
        if (_cancellation is null)
        {
            Recycle();
            return;
        }

        _cancellation.Dispose();
        _cancellation = null;
    }

    private protected void LogOneWayFailure(Exception? exception)
    {
        if (exception is not null)
        {
            SiloLog.OneWayFailed(Target.Silo.Log, exception, MethodName, Target.ToString());
        }
    }
}
