using Grpc.Core;
using Grpc.Health.V1;
using Grpc.HealthCheck;
using Inventory.Journal;
using Microsoft.Extensions.Hosting;

namespace Inventory.Grpc;

/// <summary>
/// Whether calls are served: not when storage is lost, nor from the moment the host begins to stop, so that balancers send callers elsewhere.
/// Balancers ask often, so an answer costs two looks and is handed out again and again; it is never older than the question.
/// Safe for use by several threads.
/// </summary>
internal sealed class ServiceHealth : HealthServiceImpl
{
    // Never changed after they are made: whoever serializes them only reads.
    private static readonly Task<HealthCheckResponse> s_serving = Answer(HealthCheckResponse.Types.ServingStatus.Serving);
    private static readonly Task<HealthCheckResponse> s_notServing = Answer(HealthCheckResponse.Types.ServingStatus.NotServing);

    private readonly IJournal _journal;
    private readonly CancellationToken _stopping;

    /// <summary>Health of the services on a journal.</summary>
    public ServiceHealth(IJournal journal, IHostApplicationLifetime lifetime) => (_journal, _stopping) = (journal, lifetime.ApplicationStopping);

    /// <summary>The services that are told of; the empty name stands for the whole.</summary>
    public static IReadOnlySet<string> Names { get; } = new HashSet<string>(
        InventoryGrpcExtensions.Services.Select(service => service.FullName).Prepend(""), StringComparer.Ordinal);

    /// <summary>Null while calls are served; otherwise why not.</summary>
    public string? Trouble => _stopping.IsCancellationRequested ? "The service is stopping."
        : _journal.Health is { IsServing: false } health ? health.Reason ?? "unknown" : null;

    private HealthCheckResponse.Types.ServingStatus Now =>
        Trouble is null ? HealthCheckResponse.Types.ServingStatus.Serving : HealthCheckResponse.Types.ServingStatus.NotServing;

    /// <summary>The state of a service now; NOT_FOUND for a name that is none.</summary>
    public override Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context) =>
        !Names.Contains(request.Service) ? base.Check(request, context) : Now == HealthCheckResponse.Types.ServingStatus.Serving ? s_serving : s_notServing;

    /// <summary>The state of a service now, and every change, which is noticed in rounds.</summary>
    public override Task Watch(HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
    {
        if (Names.Contains(request.Service))
        {
            SetStatus(request.Service, Now);
        }

        return base.Watch(request, responseStream, context);
    }

    private static Task<HealthCheckResponse> Answer(HealthCheckResponse.Types.ServingStatus status) =>
        Task.FromResult(new HealthCheckResponse { Status = status });
}
