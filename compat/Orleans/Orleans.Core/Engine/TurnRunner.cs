namespace Orleans.Engine;

/// <summary>Where queued turns are executed: on the thread pool, or by a simulation.</summary>
internal interface ITurnRunner
{
    /// <summary>Whether a caller may run its own request on its own thread.</summary>
    bool RunsInline { get; }

    /// <summary>How the tasks are made that callers wait for: what follows such a task must not run inside the engine.</summary>
    TaskCreationOptions PromiseOptions { get; }

    /// <summary>Has <see cref="Activation.RunQueued"/> called, soon and once. A turn that is not its waker's own waits behind others.</summary>
    void Wake(Activation activation, bool isOwnTurn);
}

/// <summary>Executes turns on the thread pool.</summary>
internal sealed class ThreadPoolRunner : ITurnRunner
{
    public static readonly ThreadPoolRunner Instance = new();

    public bool RunsInline => true;

    public TaskCreationOptions PromiseOptions => TaskCreationOptions.RunContinuationsAsynchronously;

    public void Wake(Activation activation, bool isOwnTurn) => ThreadPool.UnsafeQueueUserWorkItem(activation, preferLocal: isOwnTurn);
}
