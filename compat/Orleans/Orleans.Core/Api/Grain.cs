using Microsoft.Extensions.DependencyInjection;
using Orleans.Engine;
using Orleans.Runtime;

namespace Orleans;

/// <summary>What the engine asks of a grain object. Derive from <see cref="Grain"/>, or implement this and take an <see cref="IGrainContext"/>.</summary>
public interface IGrainBase
{
    /// <summary>The activation that this object belongs to.</summary>
    IGrainContext GrainContext { get; }

    /// <summary>Runs as the first turn, before any request. What it throws reaches the caller, and the next call tries again.</summary>
    Task OnActivateAsync(CancellationToken token) => Task.CompletedTask;

    /// <summary>Runs as the last turn. What it throws is logged and otherwise ignored.</summary>
    Task OnDeactivateAsync(DeactivationReason reason, CancellationToken token) => Task.CompletedTask;
}

/// <summary>The usual base of a grain.</summary>
public abstract class Grain : IGrainBase, IAddressable
{
    /// <summary>Called by the engine while it creates the activation.</summary>
    protected Grain()
        : this(Activation.UnderConstruction!)
    {
    }

    /// <summary>For grains that take their context in the constructor.</summary>
    protected Grain(IGrainContext grainContext) => GrainContext = grainContext;

    /// <inheritdoc/>
    public IGrainContext GrainContext { get; }

    /// <summary>A reference to this grain.</summary>
    public GrainReference GrainReference => GrainContext.GrainReference;

    /// <summary>The text of this grain's id.</summary>
    public string IdentityString => GrainContext.GrainId.ToString();

    /// <summary>Gives references to other grains.</summary>
    protected IGrainFactory GrainFactory => (GrainContext as Activation)?.Silo.Factory ?? ServiceProvider.GetRequiredService<IGrainFactory>();

    /// <summary>The services of this activation.</summary>
    protected internal IServiceProvider ServiceProvider => GrainContext.ActivationServices;

    /// <inheritdoc cref="IGrainBase.OnActivateAsync"/>
    public virtual Task OnActivateAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc cref="IGrainBase.OnDeactivateAsync"/>
    public virtual Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Ends this activation once its running requests are done. The next call makes a new one.</summary>
    protected void DeactivateOnIdle() => GrainBaseExtensions.DeactivateOnIdle(this);

    /// <summary>
    /// Keeps this activation from being collected for a while, however idle. <see cref="Timeout.InfiniteTimeSpan"/> keeps it for good;
    /// zero or less takes an earlier delay back.
    /// </summary>
    protected void DelayDeactivation(TimeSpan timeSpan) => ((Activation)GrainContext).DelayDeactivation(timeSpan);
}
