using Grpc.Health.V1;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Grpc.AspNetCore.HealthChecks;

/// <summary>From the results of health checks to one status.</summary>
internal static class HealthStatuses
{
    public static bool SpeaksFor(this ServiceMapping mapping, string check, IEnumerable<string> tags) =>
        mapping.HealthCheckPredicate?.Invoke(new HealthCheckMapContext(check, tags)) != false;

    /// <summary>Not serving as soon as one check is unhealthy; a degraded one still serves.</summary>
    public static HealthCheckResponse.Types.ServingStatus Of(IEnumerable<KeyValuePair<string, HealthReportEntry>> entries) =>
        entries.Any(entry => entry.Value.Status == HealthStatus.Unhealthy)
            ? HealthCheckResponse.Types.ServingStatus.NotServing
            : HealthCheckResponse.Types.ServingStatus.Serving;
}
