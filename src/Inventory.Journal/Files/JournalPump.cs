namespace Inventory.Journal.Files;

/// <summary>Who turns the crank: where batches are written and synced, and where those who waited for them are told.</summary>
/// <remarks>One pump serves one journal.</remarks>
public abstract class JournalPump
{
    private protected JournalPump()
    {
    }

    /// <summary>True if compaction starts by itself, on <see cref="Background"/>.</summary>
    internal virtual bool Compacts => true;

    /// <summary>True if a batch waits for <see cref="Log.Release_UnderLock"/> a moment before it is written.</summary>
    internal virtual bool Gathers => false;

    internal abstract TaskScheduler Background { get; }

    /// <summary>How promises continue: a writer's own thread must not run what callers do next.</summary>
    internal virtual TaskCreationOptions PromiseOptions => TaskCreationOptions.RunContinuationsAsynchronously;

    /// <summary>A thread of its own, as in production.</summary>
    public static JournalPump OwnThread() => new ThreadPump();

    /// <summary>Tasks on a scheduler, one batch each: a simulator that owns the scheduler decides when the disk gets its turn.</summary>
    public static JournalPump On(TaskScheduler scheduler) => new SchedulerPump(scheduler);

    /// <summary>Nobody: the caller turns it by <see cref="FileJournal.Pump"/>. Compaction runs only when asked.</summary>
    public static JournalPump ByHand() => new HandPump();

    internal virtual void Start(Log log)
    {
    }

    /// <summary>A batch waits. Called for the first record of a batch, and when it has grown full.</summary>
    internal abstract void Wake_UnderLock(Log log);

    /// <summary>Runs something soon, where it does not hold up the next batch.</summary>
    internal abstract void Post(IThreadPoolWorkItem work);

    /// <summary>Writes what waits, after the log was closed, and ends.</summary>
    internal abstract ValueTask FinishAsync(Log log);

    private static void Drain(Log log)
    {
        while (log.WriteOne())
        {
        }
    }

    private sealed class ThreadPump : JournalPump, IThreadPoolWorkItem
    {
        /// <summary>Each round takes as long as what stands in the queue; the writer's own patience ends before this many of a busy pool.</summary>
        private const int RoundsMax = 20;

        private Thread? _thread;
        private Log? _log;
        private bool _isPosted;
        private int _rounds;

        internal override TaskScheduler Background => TaskScheduler.Default;

        internal override bool Gathers => true;

        internal override void Start(Log log)
        {
            _log = log;
            _thread = new Thread(log.Run) { Name = "journal writer", IsBackground = true };
            _thread.Start();
        }

        // Calls that have come already stand in the pool's queue before this: what they write goes to the disk together, with one sync and one wake-up. An idle
        // pool runs it at once, and as long as a busy one has other work, a sync would only take a processor from those who are about to write.
        internal override void Wake_UnderLock(Log log)
        {
            if (!_isPosted)
            {
                _isPosted = true;
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
            }
        }

        void IThreadPoolWorkItem.Execute()
        {
            if (ThreadPool.PendingWorkItemCount > 0 && _rounds++ < RoundsMax)
            {
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
                return;
            }

            _rounds = 0;
            lock (_log!.Gate)
            {
                _isPosted = false;
                _log.Release_UnderLock();
            }
        }

        internal override void Post(IThreadPoolWorkItem work) => ThreadPool.UnsafeQueueUserWorkItem(work, preferLocal: false);

        internal override async ValueTask FinishAsync(Log log)
        {
            if (_thread is { } thread)
            {
                await Task.Factory.StartNew(thread.Join, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            }
        }
    }

    private sealed class SchedulerPump(TaskScheduler scheduler) : JournalPump
    {
        private bool _scheduled;

        // Everybody in that world has its scheduler or one of his own, and continues there. Asynchronously would mean: on the thread pool.
        internal override TaskCreationOptions PromiseOptions => TaskCreationOptions.None;

        internal override TaskScheduler Background => scheduler;

        internal override void Wake_UnderLock(Log log)
        {
            if (!_scheduled)
            {
                _scheduled = true;
                Schedule(() => Turn(log));
            }
        }

        // Already on the scheduler, and its tasks are short.
        internal override void Post(IThreadPoolWorkItem work) => work.Execute();

        internal override async ValueTask FinishAsync(Log log) => await Schedule(() => Drain(log));

        private void Turn(Log log)
        {
            log.WriteOne();
            lock (log.Gate)
            {
                _scheduled = log.HasWaiting_UnderLock;
                if (_scheduled)
                {
                    Schedule(() => Turn(log));
                }
            }
        }

        private Task Schedule(Action action) =>
            Task.Factory.StartNew(action, CancellationToken.None, TaskCreationOptions.DenyChildAttach, scheduler);
    }

    private sealed class HandPump : JournalPump
    {
        internal override bool Compacts => false;

        internal override TaskScheduler Background => TaskScheduler.Default;

        internal override void Wake_UnderLock(Log log)
        {
        }

        internal override void Post(IThreadPoolWorkItem work) => work.Execute();

        internal override ValueTask FinishAsync(Log log)
        {
            Drain(log);
            return ValueTask.CompletedTask;
        }
    }
}
