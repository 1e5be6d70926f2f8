using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>
/// Where calls get an object from: the one singleton, the call's scope, or made for the call and disposed with the request.
/// </summary>
internal sealed class InstanceSource<T>
    where T : class
{
    private readonly Type _type;
    private readonly IServiceProvider _root;
    private readonly Func<IServiceProvider, T>? _make;
    private readonly bool _isSingleton;
    private readonly bool _isIndependent;
    private T? _singleton;

    /// <param name="type">The type to get, <typeparamref name="T"/> or derived from it.</param>
    /// <param name="root">The host's container.</param>
    /// <param name="lifetimes">Knows the singletons.</param>
    /// <param name="make">Makes an instance of a type that the container does not know.</param>
    /// <param name="isIndependent"><paramref name="make"/> asks the container for nothing.</param>
    public InstanceSource(Type type, IServiceProvider root, ServiceLifetimes lifetimes, Func<IServiceProvider, T> make, bool isIndependent)
    {
        _type = type;
        _root = root;
        _isSingleton = lifetimes.IsSingleton(type);
        _isIndependent = isIndependent;
        var isRegistered = _isSingleton || root.GetService<IServiceProviderIsService>()?.IsService(type) == true;
        _make = isRegistered ? null : make;
    }

    public static InstanceSource<T> Of(IServiceProvider root, ServiceLifetimes lifetimes)
    {
        var factory = new Lazy<ObjectFactory>(() => ActivatorUtilities.CreateFactory(typeof(T), Type.EmptyTypes));
        var constructors = typeof(T).GetConstructors();
        return new InstanceSource<T>(
            typeof(T),
            root,
            lifetimes,
            services => (T)factory.Value(services, null),
            constructors.Length == 1 && constructors[0].GetParameters().Length == 0);
    }

    public T Get(HttpContext http)
    {
        if (_singleton is { } singleton)
        {
            return singleton;
        }

        if (_isSingleton)
        {
            return _singleton = (T)_root.GetRequiredService(_type);
        }

        if (_make is null)
        {
            return (T)http.RequestServices.GetRequiredService(_type);
        }

        var made = _make(_isIndependent ? _root : http.RequestServices);
        if (made is IAsyncDisposable asyncDisposable)
        {
            http.Response.RegisterForDisposeAsync(asyncDisposable);
        }
        else if (made is IDisposable disposable)
        {
            http.Response.RegisterForDispose(disposable);
        }

        return made;
    }
}
