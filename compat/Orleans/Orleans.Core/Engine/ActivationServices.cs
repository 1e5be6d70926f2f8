using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;

namespace Orleans.Engine;

/// <summary>
/// The services of one activation. A scope is made only when something is asked for that is not a singleton, since most grains never do.
/// </summary>
internal sealed class ActivationServices(Activation activation) : IServiceProvider, IKeyedServiceProvider, IServiceProviderIsService, IAsyncDisposable
{
    private AsyncServiceScope? _scope;

    public bool HasScope => _scope is not null;

    public object? GetService(Type serviceType)
    {
        if (serviceType == typeof(IGrainContext))
        {
            return activation;
        }

        if (serviceType == typeof(IServiceProvider))
        {
            activation.Keep(this); // whoever asks for it may come back later
            return this;
        }

        return For(serviceType, null).GetService(serviceType);
    }

    public object? GetKeyedService(Type serviceType, object? serviceKey) => For(serviceType, serviceKey).GetKeyedService(serviceType, serviceKey);

    public object GetRequiredKeyedService(Type serviceType, object? serviceKey) =>
        For(serviceType, serviceKey).GetRequiredKeyedService(serviceType, serviceKey);

    public bool IsService(Type serviceType) =>
        activation.Silo.Services.GetService<IServiceProviderIsService>()?.IsService(serviceType) ?? false;

    public ValueTask DisposeAsync() => _scope?.DisposeAsync() ?? default;

    private IServiceProvider For(Type serviceType, object? key)
    {
        var silo = activation.Silo;
        if (silo.Singletons.Has(serviceType, key))
        {
            return silo.Services;
        }

        if (_scope is not { } scope)
        {
            activation.Keep(this);
            _scope = scope = silo.Services.CreateAsyncScope();
            scope.ServiceProvider.GetRequiredService<GrainContextSlot>().Context = activation;
        }

        return scope.ServiceProvider;
    }
}

/// <summary>Holds a scope's activation, so that scoped services can take it.</summary>
internal sealed class GrainContextSlot
{
    private IGrainContext? _context;

    public IGrainContext Context
    {
        get => _context ?? throw new InvalidOperationException("There is no grain context outside of a grain's services.");
        set => _context = value;
    }
}

/// <summary>Which services are the same for everybody.</summary>
internal sealed class SingletonSet
{
    private readonly HashSet<(Type Type, object? Key)> _singletons = [];
    private readonly HashSet<Type> _withoutKey;

    public SingletonSet(IServiceCollection services)
    {
        foreach (var each in services)
        {
            if (each.Lifetime == ServiceLifetime.Singleton)
            {
                _singletons.Add((each.ServiceType, each.ServiceKey));
            }
        }

        foreach (var each in services)
        {
            if (each.Lifetime != ServiceLifetime.Singleton)
            {
                _singletons.Remove((each.ServiceType, each.ServiceKey));
            }
        }

        _withoutKey = [.. _singletons.Where(each => each.Key is null).Select(each => each.Type)];
    }

    public bool Has(Type type, object? key) =>
        (key is null ? _withoutKey.Contains(type) : _singletons.Contains((type, key)))
        || (type.IsConstructedGenericType && _singletons.Contains((type.GetGenericTypeDefinition(), key)));
}
