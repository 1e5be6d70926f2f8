namespace Inventory.Journal.Testing;

/// <summary>Runs tasks on the thread that asks, one at a time, in an order that the seed chooses among those that are ready.</summary>
public sealed class SeededScheduler(int seed) : TaskScheduler
{
    private readonly Lock _lock = new();
    private readonly List<Task> _ready = [];
    private readonly Random _random = new(seed);

    /// <summary>Starts something on this scheduler and runs until it is done. What else is ready may run too, or stay.</summary>
    /// <exception cref="InvalidOperationException">Nothing is ready, and it is not done: it waits for something that never comes.</exception>
    public void Run(Func<Task> work)
    {
        var task = Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.DenyChildAttach, this).Unwrap();
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            while (!task.IsCompleted)
            {
                TryExecuteTask(Take() ?? throw new InvalidOperationException("Nothing is ready to run, and the work is not done."));
            }
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }

        task.GetAwaiter().GetResult();
    }

    /// <inheritdoc/>
    protected override IEnumerable<Task> GetScheduledTasks()
    {
        lock (_lock)
        {
            return [.. _ready];
        }
    }

    /// <inheritdoc/>
    protected override void QueueTask(Task task)
    {
        lock (_lock)
        {
            _ready.Add(task);
        }
    }

    /// <inheritdoc/>
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    private Task? Take()
    {
        lock (_lock)
        {
            if (_ready.Count == 0)
            {
                return null;
            }

            var at = _random.Next(_ready.Count);
            var task = _ready[at];
            _ready.RemoveAt(at);
            return task;
        }
    }
}
