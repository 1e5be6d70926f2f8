namespace Orleans.Engine;

/// <summary>Where queued turns are executed: on the thread pool, or by a simulation.</summary>
internal interface ITurnRunner
{
    /// <summary>Whether a caller may run its own request on its own thread.</summary>
    bool RunsInline { get; }

    /// <summary>Has <see cref="Activation.RunQueued"/> called, soon and once. A turn that is not its waker's own waits behind others.</summary>
    void Wake(Activation activation, bool isOwnTurn);
}

/// <summary>Executes turns on the thread pool.</summary>
internal sealed class ThreadPoolRunner : ITurnRunner
{
    public static readonly ThreadPoolRunner Instance = new();

    public bool RunsInline => true;

    public void Wake(Activation activation, bool isOwnTurn) => ThreadPool.UnsafeQueueUserWorkItem(activation, preferLocal: isOwnTurn);
}
