using System.Collections.ObjectModel;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.DependencyInjection;

namespace Grpc.AspNetCore.Server;

/// <summary>Interceptors of the server, outermost first.</summary>
public class InterceptorCollection : Collection<InterceptorRegistration>
{
    /// <summary>Adds an interceptor; see <see cref="Add(Type, object[])"/>.</summary>
    public void Add<TInterceptor>(params object[] args)
        where TInterceptor : Interceptor => Add(typeof(TInterceptor), args);

    /// <summary>
    /// Adds an interceptor. It comes from the container if registered there (a singleton serves all calls); otherwise one is made for each
    /// call, from <paramref name="args"/> and the container.
    /// </summary>
    public void Add(Type interceptorType, params object[] args)
    {
        ArgumentNullException.ThrowIfNull(interceptorType);
        if (!interceptorType.IsSubclassOf(typeof(Interceptor)))
        {
            throw new ArgumentException($"Type must inherit from {typeof(Interceptor).FullName}.", nameof(interceptorType));
        }

        Add(new InterceptorRegistration(interceptorType, args));
    }
}

/// <summary>One interceptor and the arguments of its constructor that do not come from the container.</summary>
public class InterceptorRegistration
{
    private readonly object[] _arguments;
    private ObjectFactory? _factory;

    internal InterceptorRegistration(Type type, object[] arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        if (Array.IndexOf(arguments, null) >= 0)
        {
            throw new ArgumentException("Null interceptor arguments are not supported.", nameof(arguments));
        }

        Type = type;
        _arguments = arguments;
    }

    /// <summary>Type of the interceptor.</summary>
    public Type Type { get; }

    /// <summary>Its arguments.</summary>
    public IReadOnlyList<object> Arguments => _arguments;

    internal Interceptor Create(IServiceProvider services)
    {
        _factory ??= ActivatorUtilities.CreateFactory(Type, Array.ConvertAll(_arguments, argument => argument.GetType()));
        return (Interceptor)_factory(services, _arguments);
    }
}
