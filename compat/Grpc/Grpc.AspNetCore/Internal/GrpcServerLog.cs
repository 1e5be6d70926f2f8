using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>Everything that the server logs. The level says whose fault it is: the peer's is Information at most, ours is Error.</summary>
internal static partial class GrpcServerLog
{
    [LoggerMessage(1, LogLevel.Information, "Refused a request to {Path}: {Reason}")]
    public static partial void RequestRefused(ILogger logger, string path, string reason);

    [LoggerMessage(2, LogLevel.Debug, "Ignored the grpc-timeout '{Timeout}', which is not a timeout.")]
    public static partial void TimeoutIgnored(ILogger logger, string timeout);

    [LoggerMessage(3, LogLevel.Debug, "Deadline of {Method} exceeded.")]
    public static partial void DeadlineExceeded(ILogger logger, string method);

    [LoggerMessage(4, LogLevel.Error, "Could not answer the exceeded deadline of {Method}.")]
    public static partial void DeadlineReplyFailed(ILogger logger, Exception exception, string method);

    [LoggerMessage(5, LogLevel.Information, "Request of {Method} broke the protocol: {StatusCode} {Detail}")]
    public static partial void RequestBroken(ILogger logger, string method, StatusCode statusCode, string detail);

    [LoggerMessage(6, LogLevel.Information, "Request message of {Method} could not be parsed.")]
    public static partial void RequestNotParsed(ILogger logger, Exception exception, string method);

    [LoggerMessage(7, LogLevel.Debug, "Call of {Method} ended by its handler: {StatusCode} {Detail}")]
    public static partial void HandlerFailedCall(ILogger logger, string method, StatusCode statusCode, string detail);

    [LoggerMessage(8, LogLevel.Information, "Call of {Method} was cancelled by its caller.")]
    public static partial void CallCancelled(ILogger logger, string method);

    [LoggerMessage(9, LogLevel.Error, "Handler of {Method} threw.")]
    public static partial void HandlerThrew(ILogger logger, Exception exception, string method);

    [LoggerMessage(10, LogLevel.Error, "Trailers of {Method} could not be written.")]
    public static partial void TrailersNotWritten(ILogger logger, Exception exception, string method);

    // next id 11
}
