namespace Inventory.Simulator;

/// <summary>Hands the disk's turns to the world's scheduler, some of them late.</summary>
internal sealed class SlowScheduler(TaskScheduler world, TimeProvider time, Random random, Tally tally, int latePercent) : TaskScheduler
{
    private readonly List<ITimer> _timers = [];

    protected override void QueueTask(Task task)
    {
        if (random.Next(100) >= latePercent)
        {
            Hand(task);
            return;
        }

        tally.Add("fault slow disk");
        var late = TimeSpan.FromMilliseconds(random.Next(4) == 0 ? random.Next(1, 12_000) : random.Next(1, 50));
        _timers.Add(time.CreateTimer(_ => Hand(task), null, late, Timeout.InfiniteTimeSpan));
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    protected override IEnumerable<Task> GetScheduledTasks() => [];

    private void Hand(Task task) =>
        Task.Factory.StartNew(() => TryExecuteTask(task), CancellationToken.None, TaskCreationOptions.DenyChildAttach, world);
}
