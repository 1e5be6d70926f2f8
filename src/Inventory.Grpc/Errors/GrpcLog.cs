using Microsoft.Extensions.Logging;

namespace Inventory.Grpc.Errors;

/// <summary>
/// Log lines of the gRPC services: 4001 to 4099. A caller's mistake is no line at all; what failed on our side is an error.
/// </summary>
internal static partial class GrpcLog
{
    [LoggerMessage(4001, LogLevel.Error, "{Method} failed for a reason that nobody foresaw.")]
    public static partial void Unforeseen(ILogger logger, string method, Exception failure);

    [LoggerMessage(4002, LogLevel.Information, "{Method} was answered UNAVAILABLE: {Reason}")]
    public static partial void Unavailable(ILogger logger, string method, string reason);   // next id 4003
}
