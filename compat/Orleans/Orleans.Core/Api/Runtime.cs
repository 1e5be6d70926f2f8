using System.Diagnostics.CodeAnalysis;

namespace Orleans.Runtime;

/// <summary>One activation of a grain, as the engine sees it.</summary>
public interface IGrainContext : IEquatable<IGrainContext>
{
    /// <summary>A reference to the grain.</summary>
    GrainReference GrainReference { get; }

    /// <summary>The grain's id.</summary>
    GrainId GrainId { get; }

    /// <summary>The grain object; null until it is created.</summary>
    object? GrainInstance { get; }

    /// <summary>The services that live as long as the activation.</summary>
    IServiceProvider ActivationServices { get; }

    /// <summary>Lets others run work as turns of this activation.</summary>
    IWorkItemScheduler Scheduler { get; }

    /// <summary>Completes when the activation has ended. Awaiting it inside the same grain would wait for itself.</summary>
    Task Deactivated { get; }

    /// <summary>Ends the activation once its running requests are done; <paramref name="cancellationToken"/> bounds its last turn.</summary>
    void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default);

    /// <summary>What was set for this type; null without.</summary>
    TComponent? GetComponent<TComponent>()
        where TComponent : class;

    /// <summary>Attaches an object to the activation, by type; null takes it off.</summary>
    void SetComponent<TComponent>(TComponent? value)
        where TComponent : class;
}

/// <summary>Runs work as turns of one activation.</summary>
public interface IWorkItemScheduler
{
    /// <summary>Runs an action as a turn, later.</summary>
    void QueueAction(Action action);

    /// <summary>Starts a task as a turn, later.</summary>
    void QueueTask(Task task);

    /// <summary>Runs an action as a turn, later.</summary>
    void QueueAction(Action<object> action, object state);
}

/// <summary>A timer of a grain.</summary>
public interface IGrainTimer : IDisposable
{
    /// <summary>
    /// Sets it anew. <see cref="Timeout.InfiniteTimeSpan"/> as <paramref name="dueTime"/> stops it, as <paramref name="period"/> lets it fire once.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than −1 ms or more than 4,294,967,294 ms.</exception>
    void Change(TimeSpan dueTime, TimeSpan period);
}

/// <summary>How a grain timer behaves.</summary>
public readonly struct GrainTimerCreationOptions()
{
    /// <summary>Fires after <paramref name="dueTime"/> and then each <paramref name="period"/>.</summary>
    [SetsRequiredMembers]
    public GrainTimerCreationOptions(TimeSpan dueTime, TimeSpan period)
        : this()
    {
        DueTime = dueTime;
        Period = period;
    }

    /// <summary>Time to the first callback; infinite for none.</summary>
    public required TimeSpan DueTime { get; init; }

    /// <summary>Time from the end of a callback to the next; infinite for none.</summary>
    public required TimeSpan Period { get; init; }

    /// <summary>Whether callbacks enter between the turns of other requests. Otherwise they wait like a call.</summary>
    public bool Interleave { get; init; }

    /// <summary>Whether a callback counts as use, so that the activation does not become idle.</summary>
    public bool KeepAlive { get; init; }
}
