using System.Globalization;
using System.Runtime.CompilerServices;
using Orleans.Runtime;

namespace Orleans.Engine;

internal sealed class GrainFactory(Silo silo) : IGrainFactory
{
    // An observer's reference is found again by the object, and goes with it.
    private readonly ConditionalWeakTable<IGrainObserver, Activation> _observers = [];
    private long _lastObserver;

    public TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithStringKey
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(primaryKey);
        return Get<TGrainInterface>(primaryKey, grainClassNamePrefix);
    }

    public TGrainInterface GetGrain<TGrainInterface>(Guid primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithGuidKey =>
        Get<TGrainInterface>(GrainIdKeyExtensions.CreateGuidKey(primaryKey).ToString(), grainClassNamePrefix);

    public TGrainInterface GetGrain<TGrainInterface>(long primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithIntegerKey =>
        Get<TGrainInterface>(GrainIdKeyExtensions.CreateIntegerKey(primaryKey).ToString(), grainClassNamePrefix);

    public TGrainInterface GetGrain<TGrainInterface>(GrainId grainId)
        where TGrainInterface : IAddressable
    {
        var grainClass = silo.ClassOf(grainId.Type);
        return (TGrainInterface)(object)silo.ProxyOf(typeof(TGrainInterface))(grainClass, grainId.Key);
    }

    public TGrainObserverInterface CreateObjectReference<TGrainObserverInterface>(IGrainObserver obj)
        where TGrainObserverInterface : IGrainObserver
    {
        ArgumentNullException.ThrowIfNull(obj);
        if (obj is GrainReference or IGrainBase)
        {
            throw new ArgumentException("Argument must not be a grain or a reference.", nameof(obj));
        }

        var activation = _observers.GetValue(obj, MakeObserver);
        var reference = silo.ProxyOf(typeof(TGrainObserverInterface))(silo.Observers, IdSpan.Create(activation.Key));
        reference.Bind(activation);
        return (TGrainObserverInterface)(object)reference;
    }

    public void DeleteObjectReference<TGrainObserverInterface>(IGrainObserver obj)
        where TGrainObserverInterface : IGrainObserver
    {
        if (obj is GrainReference reference)
        {
            reference.Class.Find(reference.Key)?.Kill(new ClientNotAvailableException(reference.GrainId));
        }
        else if (_observers.TryGetValue(obj, out var activation))
        {
            _observers.Remove(obj);
            activation.Kill(new ClientNotAvailableException(activation.GrainId));
        }
    }

    private Activation MakeObserver(IGrainObserver observer)
    {
        var activation = new Activation(silo.Observers, Interlocked.Increment(ref _lastObserver).ToString(CultureInfo.InvariantCulture), null);
        activation.BeginAsObserver(observer);
        silo.Observers.AddObserver(activation);
        return activation;
    }

    private TGrainInterface Get<TGrainInterface>(string key, string? prefix)
    {
        var binding = Binding<TGrainInterface>.Latest;
        if (binding is null || binding.Silo != silo || prefix is not null)
        {
            binding = new Binding(silo, silo.ClassOf(typeof(TGrainInterface), prefix), silo.ProxyOf(typeof(TGrainInterface)));
            if (prefix is null)
            {
                Binding<TGrainInterface>.Latest = binding;
            }
        }

        var activation = binding.Class.Find(key);
        if (activation?.KnownReference is TGrainInterface known)
        {
            return known;
        }

        var reference = binding.Proxy(binding.Class, IdSpan.Create(key));
        reference.Bind(activation);
        if (activation is { KnownReference: null } && binding.Class.MaxWorkers == 0)
        {
            activation.KnownReference = reference;
        }

        return (TGrainInterface)(object)reference;
    }

    private sealed record Binding(Silo Silo, GrainClass Class, Func<GrainReferenceShared, IdSpan, GrainReference> Proxy);

    /// <summary>What the interface was last resolved to: nearly always the one silo of the process.</summary>
    private static class Binding<TGrainInterface>
    {
        public static volatile Binding? Latest;
    }
}
