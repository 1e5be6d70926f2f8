using Orleans.Engine;

namespace Orleans.Simulation;

/// <summary>What can happen next, and the dice.</summary>
internal sealed class SimulatedWorld : ITurnRunner
{
    private readonly List<object> _ready = [];
    private readonly Lock _gate = new();
    private readonly Random _random;
    private int _steppingThread;
    private string? _left;

    public SimulatedWorld(int seed)
    {
        _random = new Random(seed);
        Time = new SimulatedTime(_random);
        Scheduler = new OutsideScheduler(this);
    }

    public SimulatedTime Time { get; }

    public OutsideScheduler Scheduler { get; }

    public long Steps { get; private set; }

    public ulong Fingerprint { get; private set; } = 14695981039346656037;

    public Action<string>? OnStep { get; set; }

    /// <summary>Every call is queued, so that every order of turns can come up.</summary>
    public bool RunsInline => false;

    // What follows asynchronously would follow on the thread pool. Here all callers have schedulers of the world, which queue.
    public TaskCreationOptions PromiseOptions => TaskCreationOptions.None;

    public void Wake(Activation activation, bool isOwnTurn) => Add(activation);

    public void Add(object work)
    {
        lock (_gate)
        {
            _ready.Add(work);
            if (_left is null && _steppingThread != 0 && _steppingThread != Environment.CurrentManagedThreadId)
            {
                _left = Environment.StackTrace;
            }
        }
    }

    public bool Step()
    {
        object work;
        lock (_gate)
        {
            if (_left is { } from)
            {
                throw new InvalidOperationException(
                    "Work came from another thread while the simulation ran: something in it uses Task.Run, ConfigureAwait(false), CancelAsync, real "
                    + "time, or WhenAll, WhenAny or WaitAsync on a promise that runs its continuations asynchronously. It came\n" + from);
            }

            if (_ready.Count == 0)
            {
                return false;
            }

            var drawn = _random.Next(_ready.Count);
            work = _ready[drawn];
            _ready[drawn] = _ready[^1];
            _ready.RemoveAt(_ready.Count - 1);
            _steppingThread = Environment.CurrentManagedThreadId;
        }

        var context = LeaveContext();
        try
        {
            Note(work);
            Take(work);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
            lock (_gate)
            {
                _steppingThread = 0;
            }
        }

        return true;
    }

    public bool FireNext(DateTimeOffset until)
    {
        var context = LeaveContext();
        try
        {
            return Time.FireNext(until);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    public void Jump(TimeSpan time)
    {
        var context = LeaveContext();
        try
        {
            Time.Jump(time);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    // A test runner's context would carry what the world awaits out of the world.
    private static SynchronizationContext? LeaveContext()
    {
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        return context;
    }

    private void Take(object work)
    {
        if (work is Activation activation)
        {
            activation.RunQueued(turnsMax: 1);
        }
        else
        {
            Scheduler.Execute((Task)work);
        }
    }

    private void Note(object work)
    {
        Steps++;
        var name = work is Activation activation ? activation.ToString() : "outside";
        foreach (var character in name)
        {
            Fingerprint = (Fingerprint ^ character) * 1099511628211;
        }

        OnStep?.Invoke(name);
    }

    /// <summary>The scheduler of everything that is not a grain.</summary>
    internal sealed class OutsideScheduler(SimulatedWorld world) : TaskScheduler
    {
        public override int MaximumConcurrencyLevel => 1;

        public void Execute(Task task) => TryExecuteTask(task);

        protected override void QueueTask(Task task) => world.Add(task);

        protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

        protected override IEnumerable<Task> GetScheduledTasks() => [];
    }
}
