using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>What all services of one host share. Safe for use by several threads.</summary>
internal sealed class GrpcServer(
    ILoggerFactory loggers, TimeProvider time, ServiceLifetimes lifetimes, IOptions<GrpcServiceOptions> options)
{
    private readonly HashSet<string> _services = new(StringComparer.Ordinal);
    private long _activeCalls;

    public ILogger Logger { get; } = loggers.CreateLogger("Grpc.AspNetCore.Server");

    public TimeProvider Time { get; } = time;

    public ServiceLifetimes Lifetimes { get; } = lifetimes;

    /// <summary>Calls that have started and not ended.</summary>
    public long ActiveCalls => Interlocked.Read(ref _activeCalls);

    /// <summary>Whether calls to what nobody implements are answered here.</summary>
    public bool AnswersUnknown { get; private set; }

    public void CallStarted() => Interlocked.Increment(ref _activeCalls);

    public void CallEnded() => Interlocked.Decrement(ref _activeCalls);

    public IReadOnlyList<IEndpointConventionBuilder> Map<TService>(IEndpointRouteBuilder routes)
        where TService : class
    {
        var ofService = routes.ServiceProvider.GetRequiredService<IOptions<GrpcServiceOptions<TService>>>();
        var methodOptions = MethodOptions.From(options.Value, ofService.Value);
        var binder = new ServiceBinder<TService>(this, methodOptions, routes.ServiceProvider);
        binder.Bind();
        AnswersUnknown |= !methodOptions.IgnoresUnknown;
        var endpoints = new List<IEndpointConventionBuilder>();
        foreach (var (method, handler, metadata) in binder.Methods)
        {
            _services.Add(method.ServiceName);
            var endpoint = routes.Map(method.FullName, handler.InvokeAsync);
            endpoint.Add(built =>
            {
                built.DisplayName = $"gRPC - {method.FullName}";
                foreach (var item in metadata)
                {
                    built.Metadata.Add(item);
                }
            });
            endpoints.Add(endpoint);
        }

        return endpoints;
    }

    public bool HasService(string name) => _services.Contains(name);

    /// <summary>Answers a call that reaches no handler, in headers alone.</summary>
    public Task RefuseAsync(HttpContext http, Status status)
    {
        GrpcServerLog.RequestRefused(Logger, http.Request.Path, status.Detail);
        http.Response.ContentType = ServerCall.ContentType;
        var headers = http.Response.Headers;
        headers.GrpcStatus = ((int)status.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture);
        headers.GrpcMessage = PercentEncoding.Encode(status.Detail);
        return Task.CompletedTask;
    }
}
