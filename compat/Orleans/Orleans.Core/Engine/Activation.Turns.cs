using Orleans.Runtime;

namespace Orleans.Engine;

/// <summary>How requests become turns.</summary>
/// <remarks>
/// 1  A request that may start while nobody executes is run by its caller, on the caller's thread (but under this scheduler): no queue, no hop.
/// 2  Everything else is queued. A caller never runs what others queued: when its own turn is over it hands the rest to the runner.
/// 3  Whoever executes takes one piece of work at a time under the lock; it stops executing only under the lock that saw the queue empty, so
///    whoever queues either sees an executor or becomes the one who wakes it.
/// </remarks>
internal sealed partial class Activation
{
    private const int TurnsPerRun = 64;

    private GrainRequest? _blocking;
    private int _running;
    private int _readers;
    private bool _executing;
    private bool _isKilled;

    /// <summary>The request that the executing turn most likely belongs to; none where several run.</summary>
    public WaitLink CurrentRequest => new(_blocking);

    public GrainRequest? Blocking => _blocking;

    public bool IsExecuting => Volatile.Read(ref _executing);

    /// <summary>Whether the request, whose turn is being executed, can hand its answer straight to its caller.</summary>
    public bool EndsInline(GrainRequest request) => request.AnswerTask is null && !request.IsOneWay;

    /// <summary>Called within a turn when a request that was not handed over inline has ended.</summary>
    public void Finish(GrainRequest request)
    {
        lock (this)
        {
            Finish_UnderLock(request);
        }
    }

    /// <summary>Whether a request could start now.</summary>
    public bool MayStart(GrainRequest request) =>
        _running == 0
        || request.IsAlwaysInterleave
        || Class.IsReentrant
        || _blocking is null
        || (request.IsReadOnly && _blocking.IsReadOnly);

    void IThreadPoolWorkItem.Execute() => RunQueued(TurnsPerRun);

    /// <summary>Executes up to a number of queued turns. The caller was told by the runner that it is the executor.</summary>
    public void RunQueued(int turnsMax)
    {
        for (var turn = 0; turn < turnsMax; turn++)
        {
            Task next;
            lock (this)
            {
                if (Take_UnderLock() is not { } taken)
                {
                    _executing = false;
                    return;
                }

                next = taken;
            }

            TryExecuteTask(next);
        }

        lock (this)
        {
            _executing = HasWork_UnderLock();
            if (!_executing)
            {
                return;
            }
        }

        Silo.Runner.Wake(this, isOwnTurn: false);
    }

    protected override void QueueTask(Task task)
    {
        var state = task.AsyncState;
        if ((state is GrainRequest request && ReferenceEquals(request.Turn, task)) || state is LifeTurn)
        {
            return; // The engine starts these when it executes them.
        }

        lock (this)
        {
            if (_isKilled)
            {
                return;
            }

            (Extra.Backlog ??= new Backlog()).Ready.Enqueue(task);
            if (_executing)
            {
                return;
            }

            _executing = true;
        }

        Silo.Runner.Wake(this, isOwnTurn: true);
    }

    // What was queued stays where it is; a task made within a turn of this activation may run as part of it.
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        !taskWasPreviouslyQueued && Current == this && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks() => [];

    private void RunTurn(GrainRequest request)
    {
        var turn = request.MakeTurn();
        turn.Start(this);
        RunHere(turn);
    }

    /// <summary>Executes a turn on the thread of a caller, whose contexts it neither sees nor changes.</summary>
    private void RunHere(Task turn)
    {
        var synchronization = SynchronizationContext.Current;
        if (synchronization is not null)
        {
            SynchronizationContext.SetSynchronizationContext(null);
        }

        var context = ExecutionContext.Capture();
        TryExecuteTask(turn);
        if (context is not null && !ReferenceEquals(context, ExecutionContext.Capture()))
        {
            ExecutionContext.Restore(context);
        }

        if (synchronization is not null)
        {
            SynchronizationContext.SetSynchronizationContext(synchronization);
        }
    }

    /// <summary>Ends an inline turn; true if the request ended with it.</summary>
    private bool LeaveInline(GrainRequest request)
    {
        var ended = request.AnswerTask is null;
        LeaveTurn(ended ? request : null);
        return ended;
    }

    private void LeaveTurn(GrainRequest? ended)
    {
        bool more;
        lock (this)
        {
            if (ended is not null)
            {
                Finish_UnderLock(ended);
            }

            more = HasWork_UnderLock();
            _executing = more;
        }

        if (more)
        {
            Silo.Runner.Wake(this, isOwnTurn: true);
        }
    }

    private void Start_UnderLock(GrainRequest request)
    {
        request.State = RequestState.Running;
        _running++;
        if (IsReader(request))
        {
            _readers++;
        }

        if (_running == 1 && !request.IsAlwaysInterleave)
        {
            _blocking = request;
        }
        else if (Class.IsReentrant)
        {
            _blocking = null; // Which of several runs after an await cannot be known.
        }
        else if (!request.IsAlwaysInterleave)
        {
            _blocking ??= request;
        }
    }

    private void Finish_UnderLock(GrainRequest request)
    {
        request.State = RequestState.Done;
        _running--;

        if (IsReader(request))
        {
            _readers--; // Readers keep the writers out until the last of them is done.
        }

        if (_running == 0 || (_blocking is { } blocking && (IsReader(blocking) ? _readers == 0 : ReferenceEquals(blocking, request))))
        {
            _blocking = null;
        }

        if (KnownBacklog is { } backlog)
        {
            backlog.MayRelease = true;
        }
    }

    private bool IsReader(GrainRequest request) => request.IsReadOnly && !request.IsAlwaysInterleave && !Class.IsReentrant;

    private bool HasWork_UnderLock() =>
        (KnownBacklog is { } backlog
            && (!backlog.Ready.IsEmpty || (backlog.MayRelease && !backlog.Waiting.IsEmpty && _phase is (Phase.Active or Phase.Draining))))
        || (_phase == Phase.Draining && _running == 0);

    /// <summary>The next turn, started; null if there is nothing to do now.</summary>
    private Task? Take_UnderLock()
    {
        if (_phase == Phase.Draining && _running == 0)
        {
            return MakeEnd_UnderLock();
        }

        if (KnownBacklog is not { } backlog)
        {
            return null;
        }

        if (backlog.MayRelease && TakeReleased_UnderLock(backlog) is { } released)
        {
            return released;
        }

        while (backlog.Ready.TryDequeue(out var work))
        {
            if (work is Task task)
            {
                return task;
            }

            var request = (GrainRequest)work;
            if (Drop_UnderLock(request))
            {
                continue;
            }

            if (MayTake_UnderLock(request))
            {
                return Begin_UnderLock(request);
            }

            backlog.Waiting.Enqueue(request);
        }

        return null;
    }

    /// <summary>The first waiting request that may start by now.</summary>
    private Task? TakeReleased_UnderLock(Backlog backlog)
    {
        for (var index = 0; index < backlog.Waiting.Count;)
        {
            var request = (GrainRequest)backlog.Waiting[index];
            if (Drop_UnderLock(request))
            {
                backlog.Waiting.RemoveAt(index);
            }
            else if (MayTake_UnderLock(request))
            {
                backlog.Waiting.RemoveAt(index);
                return Begin_UnderLock(request);
            }
            else
            {
                index++;
            }
        }

        backlog.MayRelease = false;
        return null;
    }

    private bool MayTake_UnderLock(GrainRequest request) => _phase switch
    {
        Phase.Active => MayStart(request),

        // A running request waits for this one: holding it back would hold back the end of the activation as well.
        Phase.Draining => MayStart(request) && DeadlockWatch.IsCalledFrom(request, this),
        _ => false,
    };

    /// <summary>Drops a request that its caller gave up before it started.</summary>
    private bool Drop_UnderLock(GrainRequest request)
    {
        if (!request.IsAbandoned || !Silo.Messaging.DropExpiredMessages)
        {
            return false;
        }

        request.State = RequestState.Done;
        request.Release();
        return true;
    }

    private Task Begin_UnderLock(GrainRequest request)
    {
        Start_UnderLock(request);
        request.Turn!.Start(this);
        return request.Turn;
    }

    /// <summary>What waits at an activation. Made when something first has to wait, dropped by the sweep when the activation is idle.</summary>
    private sealed class Backlog
    {
        /// <summary>Tasks and requests in order of arrival.</summary>
        public Ring Ready;

        /// <summary>Requests that were looked at and may not start yet.</summary>
        public Ring Waiting;

        /// <summary>Something ended since the waiting ones were last looked at.</summary>
        public bool MayRelease;

        public bool IsEmpty => Ready.IsEmpty && Waiting.IsEmpty;

        public int Requests => Ready.Count + Waiting.Count;
    }
}
