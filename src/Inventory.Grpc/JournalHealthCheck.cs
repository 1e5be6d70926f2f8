using Inventory.Journal;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Inventory.Grpc;

/// <summary>
/// Unhealthy when storage is lost, and from the moment the host begins to stop, so that balancers send callers elsewhere.
/// </summary>
internal sealed class JournalHealthCheck(IJournal journal, IHostApplicationLifetime lifetime) : IHealthCheck
{
    /// <summary>Name of the check.</summary>
    public const string Name = "journal";

    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            return Task.FromResult(HealthCheckResult.Unhealthy("The service is stopping."));
        }

        var health = journal.Health;
        return Task.FromResult(health.IsServing ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy(health.Reason));
    }
}
