using System.Collections.Concurrent;
using Inventory.Grpc.Errors;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Inventory.Grpc.Calls;

/// <summary>Makes the frame of each service, with gates of its own, so that one busy service does not shut out the others.</summary>
internal sealed class CallRunners(IOptions<InventoryGrpcOptions> options, FailureMap failures, IHostApplicationLifetime lifetime)
{
    private readonly ConcurrentDictionary<string, CallGate> _unary = new(StringComparer.Ordinal);

    /// <summary>The settings.</summary>
    public InventoryGrpcOptions Options => options.Value;

    /// <summary>The frame of one service, by its name without the package.</summary>
    public CallRunner For(string service) => new(
        UnaryGate(service), Gate($"streams of {service}", Options.WorkStreamsMax), failures, lifetime.ApplicationStopping);

    /// <summary>The gate of a service's unary calls: one for each name.</summary>
    public CallGate UnaryGate(string service) => _unary.GetOrAdd(service, name => Gate($"calls to {name}", Options.CallsInFlightMax));

    /// <summary>A gate of its own.</summary>
    public CallGate Gate(string what, int max) => new(what, max, TimeSpan.FromMilliseconds(Options.RetryAfterMs));
}
