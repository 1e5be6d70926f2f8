using System.Reflection;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>Finds the methods of a service by the binding that <c>grpc_csharp_plugin</c> generates, and makes a handler for each.</summary>
internal sealed class ServiceBinder<TService> : ServiceBinderBase
    where TService : class
{
    private readonly GrpcServer _server;
    private readonly MethodOptions _options;
    private readonly InstanceSource<TService> _instances;
    private readonly InstanceSource<Interceptor>[] _interceptors;
    private readonly List<(IMethod Method, MethodHandler Handler, IReadOnlyList<object> Metadata)> _methods = [];
    private Type _base = typeof(TService);

    public ServiceBinder(GrpcServer server, MethodOptions options, IServiceProvider root)
    {
        _server = server;
        _options = options;
        _instances = InstanceSource<TService>.Of(root, server.Lifetimes);
        _interceptors = [.. options.Interceptors.Select(registration => new InstanceSource<Interceptor>(
            registration.Type, root, server.Lifetimes, registration.Create, isIndependent: false))];
    }

    public IReadOnlyList<(IMethod Method, MethodHandler Handler, IReadOnlyList<object> Metadata)> Methods => _methods;

    public void Bind()
    {
        var attribute = ServiceBinding.AttributeOf(typeof(TService))
            ?? throw new InvalidOperationException($"{typeof(TService)} does not derive from the generated base of a gRPC service.");
        var bind = attribute.BindType.GetMethod(
            attribute.BindMethodName, BindingFlags.Static | BindingFlags.Public, [typeof(ServiceBinderBase), typeof(TService)])
            ?? throw new InvalidOperationException(
                $"{attribute.BindType} has no public static {attribute.BindMethodName} that binds {typeof(TService)}.");
        _base = bind.GetParameters()[1].ParameterType;
        try
        {
            bind.Invoke(null, [this, null]);
        }
        catch (TargetInvocationException failure)
        {
            throw new InvalidOperationException($"Error binding gRPC service '{typeof(TService).Name}'.", failure);
        }
    }

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler)
    {
        var (open, info) = Open<Func<TService, TRequest, ServerCallContext, Task<TResponse>>>(
            method, typeof(TRequest), typeof(ServerCallContext));
        UnaryServerMethod<TRequest, TResponse> pipeline =
            (request, context) => open(_instances.Get(context.GetHttpContext()), request, context);
        foreach (var source in _interceptors.Reverse())
        {
            var next = pipeline;
            pipeline = (request, context) => Intercept(source, context).UnaryServerHandler(request, context, next);
        }

        Add(method, info, new UnaryHandler<TRequest, TResponse>(_server, _options, method, pipeline));
    }

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler)
    {
        var (open, info) = Open<Func<TService, IAsyncStreamReader<TRequest>, ServerCallContext, Task<TResponse>>>(
            method, typeof(IAsyncStreamReader<TRequest>), typeof(ServerCallContext));
        ClientStreamingServerMethod<TRequest, TResponse> pipeline =
            (requests, context) => open(_instances.Get(context.GetHttpContext()), requests, context);
        foreach (var source in _interceptors.Reverse())
        {
            var next = pipeline;
            pipeline = (requests, context) => Intercept(source, context).ClientStreamingServerHandler(requests, context, next);
        }

        Add(method, info, new ClientStreamingHandler<TRequest, TResponse>(_server, _options, method, pipeline));
    }

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler)
    {
        var (open, info) = Open<Func<TService, TRequest, IServerStreamWriter<TResponse>, ServerCallContext, Task>>(
            method, typeof(TRequest), typeof(IServerStreamWriter<TResponse>), typeof(ServerCallContext));
        ServerStreamingServerMethod<TRequest, TResponse> pipeline =
            (request, responses, context) => open(_instances.Get(context.GetHttpContext()), request, responses, context);
        foreach (var source in _interceptors.Reverse())
        {
            var next = pipeline;
            pipeline = (request, responses, context) =>
                Intercept(source, context).ServerStreamingServerHandler(request, responses, context, next);
        }

        Add(method, info, new ServerStreamingHandler<TRequest, TResponse>(_server, _options, method, pipeline));
    }

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler)
    {
        var (open, info) = Open<Func<TService, IAsyncStreamReader<TRequest>, IServerStreamWriter<TResponse>, ServerCallContext, Task>>(
            method, typeof(IAsyncStreamReader<TRequest>), typeof(IServerStreamWriter<TResponse>), typeof(ServerCallContext));
        DuplexStreamingServerMethod<TRequest, TResponse> pipeline =
            (requests, responses, context) => open(_instances.Get(context.GetHttpContext()), requests, responses, context);
        foreach (var source in _interceptors.Reverse())
        {
            var next = pipeline;
            pipeline = (requests, responses, context) =>
                Intercept(source, context).DuplexStreamingServerHandler(requests, responses, context, next);
        }

        Add(method, info, new DuplexStreamingHandler<TRequest, TResponse>(_server, _options, method, pipeline));
    }

    private static Interceptor Intercept(InstanceSource<Interceptor> source, ServerCallContext context) =>
        source.Get(context.GetHttpContext());

    private (TDelegate Open, MethodInfo Info) Open<TDelegate>(IMethod method, params Type[] parameters)
        where TDelegate : Delegate
    {
        var info = Find(method.Name, parameters) ?? throw new InvalidOperationException(
            $"Could not find '{method.Name}' on {typeof(TService)}: a public method that {_base} declares as virtual, with the parameters "
            + $"{string.Join(", ", parameters.Select(parameter => parameter.Name))}.");
        return (info.CreateDelegate<TDelegate>(), info);
    }

    // As upstream: only what overrides the class that the binding names. A method that hides another is passed over.
    private MethodInfo? Find(string name, Type[] parameters)
    {
        for (var type = typeof(TService); type is not null; type = type.BaseType!)
        {
            var found = type.GetMethod(name, BindingFlags.Instance | BindingFlags.Public, parameters);
            if (found is null || (found.IsVirtual && found.GetBaseDefinition().DeclaringType == _base))
            {
                return found;
            }
        }

        return null;
    }

    private void Add(IMethod method, MethodInfo info, MethodHandler handler)
    {
        var mapped = new GrpcMethodMetadata(typeof(TService), method);
        _methods.Add((method, handler, [mapped, .. typeof(TService).GetCustomAttributes(true), .. info.GetCustomAttributes(true)]));
    }
}
