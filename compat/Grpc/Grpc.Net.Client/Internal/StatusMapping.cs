using System.Net;
using Grpc.Core;

namespace Grpc.Net.Client.Internal;

/// <summary>Turns what HTTP reports into a gRPC status. The tables are those of the gRPC protocol description.</summary>
internal static class StatusMapping
{
    /// <summary>Judges response headers: the final status, or null when a body and trailers follow.</summary>
    public static Status? FromHeaders(HttpResponseMessage response)
    {
        // A reply that is not gRPC can still carry grpc-status (a proxy's own refusal); then that wins.
        if (WireMetadata.Find(response.Headers, WireMetadata.Status) is { } code)
        {
            return Parse(code, WireMetadata.Find(response.Headers, WireMetadata.Message));
        }

        if (response.StatusCode != HttpStatusCode.OK)
        {
            return new Status(FromHttp((int)response.StatusCode), $"Bad gRPC response. HTTP status code: {(int)response.StatusCode}");
        }

        var type = response.Content.Headers.NonValidated.TryGetValues("content-type", out var values) ? values.ToString() : null;
        if (type is null || !IsGrpc(type))
        {
            return new Status(StatusCode.Unknown, $"Bad gRPC response. Invalid content-type value: {type ?? "(none)"}");
        }

        return null;
    }

    /// <summary>The status in the trailers; a server that ends without one has failed.</summary>
    public static Status FromTrailers(HttpResponseMessage response)
    {
        var trailers = response.TrailingHeaders;
        return WireMetadata.Find(trailers, WireMetadata.Status) is { } code
            ? Parse(code, WireMetadata.Find(trailers, WireMetadata.Message))
            : new Status(StatusCode.Unknown, "No grpc-status found on response.");
    }

    public static Status FromException(string doing, Exception exception)
    {
        if (exception is RpcException rpc)
        {
            return rpc.Status;
        }

        return new Status(CodeOf(exception), $"{doing} {exception.GetType().Name}: {exception.Message}", exception);
    }

    /// <summary>True when the transport failed before any of the request left this machine.</summary>
    public static bool IsNotConnected(Exception exception) => exception is HttpRequestException
    {
        HttpRequestError:
            HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError,
    };

    public static StatusCode FromHttp(int status) => status switch
    {
        400 => StatusCode.Internal,
        401 => StatusCode.Unauthenticated,
        403 => StatusCode.PermissionDenied,
        404 => StatusCode.Unimplemented,
        429 or 502 or 503 or 504 => StatusCode.Unavailable,
        _ => StatusCode.Unknown,
    };

    /// <summary>The error code of an HTTP/2 RST_STREAM or GOAWAY that came instead of a status.</summary>
    /// <remarks>The protocol's table has INTERNAL for a reset with NO_ERROR; but what comes so is the end of a connection in good order.</remarks>
    public static StatusCode FromReset(long errorCode) => errorCode switch
    {
        0x0 => StatusCode.Unavailable,        // NO_ERROR
        0x7 => StatusCode.Unavailable,        // REFUSED_STREAM
        0x8 => StatusCode.Cancelled,          // CANCEL
        0xb => StatusCode.ResourceExhausted,  // ENHANCE_YOUR_CALM
        0xc => StatusCode.PermissionDenied,   // INADEQUATE_SECURITY
        _ => StatusCode.Internal,
    };

    private static StatusCode CodeOf(Exception exception)
    {
        for (var at = exception; at is not null; at = at.InnerException)
        {
            switch (at)
            {
                case HttpProtocolException protocol:
                    return FromReset(protocol.ErrorCode);
                case OperationCanceledException:
                    return StatusCode.Cancelled;
                case InvalidDataException or InvalidOperationException or ArgumentException:
                    return StatusCode.Internal;
            }
        }

        return exception is HttpRequestException or IOException ? StatusCode.Unavailable : StatusCode.Internal;
    }

    private static Status Parse(string code, string? message)
    {
        var detail = message is null ? "" : WireMetadata.DecodeMessage(message);
        if (code == "0" && detail.Length == 0)
        {
            return Status.DefaultSuccess;
        }

        return int.TryParse(code, out var number) && number is >= 0 and <= 16
            ? new Status((StatusCode)number, detail)
            : new Status(StatusCode.Unknown, detail.Length > 0 ? detail : $"Unexpected grpc-status value: {code}");
    }

    private static bool IsGrpc(string contentType) =>
        contentType.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase)
        && (contentType.Length == 16 || contentType[16] is '+' or ';' or ' ');
}
