using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Orleans.Runtime;

namespace Orleans.Engine;

internal enum Acceptance
{
    /// <summary>Run to its end on this thread.</summary>
    Ended,

    /// <summary>Running or waiting; its answer is a task.</summary>
    Taken,

    /// <summary>The activation is dead; ask the catalogue again.</summary>
    Refused,
}

/// <summary>How requests come in.</summary>
internal sealed partial class Activation
{
    private const int LineBytes = 64;

    /// <summary>How much it has to do; read without the lock, so a guess.</summary>
    public int Load => (_executing ? 1 : 0) + _running + (KnownBacklog?.Requests ?? 0);

    /// <summary>Takes a request from its caller.</summary>
    public Acceptance Accept(GrainRequest request)
    {
        ExpectInstance();
        var inline = Silo.Runner.RunsInline && !request.IsOneWay && RuntimeHelpers.TryEnsureSufficientExecutionStack();
        lock (this)
        {
            request.Target = this;
            if (request.IsUse)
            {
                _usedAt = Silo.Epoch;
            }

            inline = inline && !_executing && _phase == Phase.Active && KnownBacklog is not { IsEmpty: false }
                && request.State == RequestState.New && MayStart(request);
            if (inline)
            {
                _executing = true;
                Start_UnderLock(request);
            }
        }

        if (!inline)
        {
            return Enqueue(request);
        }

        RunTurn(request);
        return LeaveInline(request) ? Acceptance.Ended : Acceptance.Taken;
    }

    // What a turn touches first is on its way while the turn is made. A hint to the processor: it reads nothing, whatever moves meanwhile.
    private unsafe void ExpectInstance()
    {
        if (Sse.IsSupported && _instance is { } instance)
        {
            var at = *(byte**)Unsafe.AsPointer(ref instance);
            Sse.Prefetch0(at);
            Sse.Prefetch0(at + LineBytes);
            Sse.Prefetch0(at + (2 * LineBytes));
        }
    }

    private Acceptance Enqueue(GrainRequest request)
    {
        var isNew = request.State == RequestState.New;
        if (isNew)
        {
            request.MakeTurn();
        }

        bool isDead, wakes;
        lock (this)
        {
            isDead = _phase == Phase.Dead;
            wakes = !isDead && Queue_UnderLock(request, isNew);
        }

        if (isDead)
        {
            return Refuse(request);
        }

        if (wakes)
        {
            Silo.Runner.Wake(this, isOwnTurn: true);
        }

        return Acceptance.Taken;
    }

    /// <summary>True: nobody executes, so whoever queued wakes the runner.</summary>
    private bool Queue_UnderLock(GrainRequest request, bool isNew)
    {
        if (request.AnswerTask is null)
        {
            request.MakePromise();
        }

        if (isNew && !request.StaysWithActivation && Overload_UnderLock() is { } overload)
        {
            Reject(request, overload);
            return false;
        }

        request.State = RequestState.Queued;
        (Extra.Backlog ??= new Backlog()).Ready.Enqueue(request);
        if (request.Waiter.Request is not null && !MayStart(request))
        {
            Silo.Deadlocks.Inspect(request);
        }

        var wakes = !_executing;
        _executing = true;
        return wakes;
    }

    /// <summary>Whoever called while it could not be activated gets the reason; whoever called a dead one asks for the next.</summary>
    private Acceptance Refuse(GrainRequest request)
    {
        if (KnownExtras?.Failure is not { } failure)
        {
            return Acceptance.Refused;
        }

        request.RefuseUnsent(Silo, failure);
        return Acceptance.Taken;
    }

    private LimitExceededException? Overload_UnderLock()
    {
        var (soft, hard, name) = Class.QueueLimits;
        if (hard <= 0 && soft <= 0)
        {
            return null;
        }

        var count = _running + (KnownBacklog?.Requests ?? 0);
        if (hard > 0 && count > hard)
        {
            return new LimitExceededException(name, count, hard, ToString());
        }

        if (soft > 0 && count > soft)
        {
            SiloLog.QueueIsLong(Silo.Log, ToString(), count, soft);
        }

        return null;
    }
}
