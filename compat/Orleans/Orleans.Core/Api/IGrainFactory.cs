using Orleans.Runtime;

namespace Orleans;

/// <summary>Gives out references. A reference is cheap, never stale and safe for every thread; getting one calls nobody.</summary>
public interface IGrainFactory
{
    /// <summary>A reference to the grain with this key.</summary>
    /// <exception cref="ArgumentException">No grain class implements the interface, or several do.</exception>
    TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithStringKey;

    /// <inheritdoc cref="GetGrain{TGrainInterface}(string, string?)"/>
    TGrainInterface GetGrain<TGrainInterface>(Guid primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithGuidKey;

    /// <inheritdoc cref="GetGrain{TGrainInterface}(string, string?)"/>
    TGrainInterface GetGrain<TGrainInterface>(long primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithIntegerKey;

    /// <summary>A reference to the grain with this id.</summary>
    TGrainInterface GetGrain<TGrainInterface>(GrainId grainId)
        where TGrainInterface : IAddressable;

    /// <summary>
    /// Makes an object callable by grains. The engine holds it weakly: the owner keeps it alive until <see cref="DeleteObjectReference"/>.
    /// </summary>
    TGrainObserverInterface CreateObjectReference<TGrainObserverInterface>(IGrainObserver obj)
        where TGrainObserverInterface : IGrainObserver;

    /// <summary>Ends what <see cref="CreateObjectReference"/> began; later calls to the reference fail or, one-way, vanish.</summary>
    void DeleteObjectReference<TGrainObserverInterface>(IGrainObserver obj)
        where TGrainObserverInterface : IGrainObserver;
}
