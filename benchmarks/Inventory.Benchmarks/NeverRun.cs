namespace Inventory.Benchmarks;

/// <summary>A scheduler that runs nothing: for background work that would fall into whatever is being measured. Any thread.</summary>
/// <remarks>
/// News of boards is its case: how often its carrier is started anew depends on which thread is faster, and each start allocates for the writer.
/// </remarks>
internal sealed class NeverRun : TaskScheduler
{
    protected override void QueueTask(Task task)
    {
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    protected override IEnumerable<Task> GetScheduledTasks() => [];
}
