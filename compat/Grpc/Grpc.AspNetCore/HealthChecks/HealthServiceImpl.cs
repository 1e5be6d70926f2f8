using System.Threading.Channels;
using Grpc.Core;
using Grpc.Health.V1;

namespace Grpc.HealthCheck;

/// <summary>
/// The health service with statuses that the host sets. Each watcher has room for a few changes; a slow one loses the oldest, because only
/// the newest status matters. Safe for use by several threads.
/// </summary>
public class HealthServiceImpl : Grpc.Health.V1.Health.HealthBase
{
    internal const int WatchersMax = 1000;

    // As upstream: enough for a burst; what is dropped is out of date anyway.
    private const int ChangesMax = 5;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, HealthCheckResponse.Types.ServingStatus> _statuses = new(StringComparer.Ordinal);
    private readonly HashSet<Watcher> _watchers = [];

    internal int WatcherCount
    {
        get
        {
            lock (_gate)
            {
                return _watchers.Count;
            }
        }
    }

    /// <summary>Sets the status of a service and tells its watchers if it changed.</summary>
    public void SetStatus(string service, HealthCheckResponse.Types.ServingStatus status)
    {
        lock (_gate)
        {
            if (StatusOf_UnderLock(service) != status)
            {
                _statuses[service] = status;
                Notify_UnderLock(service, status);
            }
        }
    }

    /// <summary>Forgets a service; its watchers are told SERVICE_UNKNOWN.</summary>
    public void ClearStatus(string service)
    {
        lock (_gate)
        {
            if (_statuses.Remove(service))
            {
                Notify_UnderLock(service, HealthCheckResponse.Types.ServingStatus.ServiceUnknown);
            }
        }
    }

    /// <summary>Forgets all services.</summary>
    public void ClearAll()
    {
        lock (_gate)
        {
            foreach (var service in _statuses.Keys.ToArray())
            {
                _statuses.Remove(service);
                Notify_UnderLock(service, HealthCheckResponse.Types.ServingStatus.ServiceUnknown);
            }
        }
    }

    /// <summary>The status of a service; NOT_FOUND if none was set.</summary>
    public override Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context)
    {
        HealthCheckResponse.Types.ServingStatus status;
        lock (_gate)
        {
            status = StatusOf_UnderLock(request.Service);
        }

        if (status == HealthCheckResponse.Types.ServingStatus.ServiceUnknown)
        {
            context.Status = new Status(StatusCode.NotFound, "");
        }

        return Task.FromResult(new HealthCheckResponse { Status = status });
    }

    /// <summary>The status now and every change, until the call is cancelled.</summary>
    public override async Task Watch(
        HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
    {
        var watcher = new Watcher(request.Service, Channel.CreateBounded<HealthCheckResponse.Types.ServingStatus>(
            new BoundedChannelOptions(ChangesMax) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true }));
        lock (_gate)
        {
            if (_watchers.Count >= WatchersMax)
            {
                context.Status = new Status(StatusCode.ResourceExhausted, $"There are {WatchersMax} watchers already.");
                return;
            }

            _watchers.Add(watcher);
            watcher.Changes.Writer.TryWrite(StatusOf_UnderLock(request.Service));
        }

        using var registration = context.CancellationToken.Register(() => watcher.Changes.Writer.TryComplete());
        try
        {
            await foreach (var status in watcher.Changes.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
            {
                if (context.CancellationToken.IsCancellationRequested)
                {
                    return;
                }

                await responseStream.WriteAsync(new HealthCheckResponse { Status = status }).ConfigureAwait(false);
            }
        }
        finally
        {
            lock (_gate)
            {
                _watchers.Remove(watcher);
            }
        }
    }

    private HealthCheckResponse.Types.ServingStatus StatusOf_UnderLock(string service) =>
        _statuses.TryGetValue(service, out var status) ? status : HealthCheckResponse.Types.ServingStatus.ServiceUnknown;

    private void Notify_UnderLock(string service, HealthCheckResponse.Types.ServingStatus status)
    {
        foreach (var watcher in _watchers)
        {
            if (watcher.Service == service)
            {
                watcher.Changes.Writer.TryWrite(status);
            }
        }
    }

    private sealed class Watcher(string service, Channel<HealthCheckResponse.Types.ServingStatus> changes)
    {
        public string Service { get; } = service;

        public Channel<HealthCheckResponse.Types.ServingStatus> Changes { get; } = changes;
    }
}
