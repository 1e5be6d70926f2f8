using Inventory.Grpc.Errors;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Inventory.Grpc.Calls;

/// <summary>Makes the frame of each service, with gates of its own, so that one busy service does not shut out the others.</summary>
internal sealed class CallRunners(IOptions<InventoryGrpcOptions> options, FailureMap failures, IHostApplicationLifetime lifetime)
{
    /// <summary>The settings.</summary>
    public InventoryGrpcOptions Options => options.Value;

    /// <summary>The frame of one service.</summary>
    public CallRunner For(string service) => new(
        Gate($"calls to {service}", Options.CallsInFlightMax),
        Gate($"streams of {service}", Options.WorkStreamsMax),
        failures,
        lifetime.ApplicationStopping);

    /// <summary>A gate of its own.</summary>
    public CallGate Gate(string what, int max) => new(what, max, TimeSpan.FromMilliseconds(Options.RetryAfterMs));
}
