using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Inventory.Grpc;

/// <summary>What <see cref="ServiceHealth"/> says, for ASP.NET Core's health checks, whose rounds tell the watchers of changes.</summary>
internal sealed class JournalHealthCheck(ServiceHealth health) : IHealthCheck
{
    /// <summary>Name of the check.</summary>
    public const string Name = "journal";

    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(health.Trouble is { } trouble ? HealthCheckResult.Unhealthy(trouble) : HealthCheckResult.Healthy());
}
