using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>Tells gRPC requests from others, and answers the others.</summary>
internal static class GrpcRequest
{
    /// <summary><c>application/grpc</c> or <c>application/grpc+proto</c>, with or without parameters.</summary>
    public static bool IsGrpcContentType(string? contentType)
    {
        if (contentType is null || !contentType.StartsWith(ServerCall.ContentType, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var rest = contentType.AsSpan(ServerCall.ContentType.Length);
        if (rest.StartsWith("+proto", StringComparison.OrdinalIgnoreCase))
        {
            rest = rest["+proto".Length..];
        }

        return rest.IsEmpty || rest[0] == ';' || rest.TrimStart(' ').StartsWith(';');
    }

    /// <summary>True if the request can be a call. Otherwise it is answered: 405, 415, or 426 to HTTP/1.1.</summary>
    public static bool Accept(HttpContext http, GrpcServer server)
    {
        var request = http.Request;
        if (HttpProtocol.IsHttp2(request.Protocol) && HttpMethods.IsPost(request.Method) && IsGrpcContentType(request.ContentType))
        {
            return true;
        }

        Refuse(http, server);
        return false;
    }

    private static void Refuse(HttpContext http, GrpcServer server)
    {
        var request = http.Request;
        string reason;
        if (!HttpMethods.IsPost(request.Method))
        {
            reason = $"Request method '{request.Method}' is not supported.";
            http.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            http.Response.Headers.Allow = HttpMethods.Post;
        }
        else if (!IsGrpcContentType(request.ContentType))
        {
            reason = request.ContentType is null
                ? "Content-Type is missing from the request."
                : $"Content-Type '{request.ContentType}' is not supported.";
            http.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
        }
        else
        {
            reason = $"Request protocol '{request.Protocol}' is not supported.";
            http.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
            http.Response.Headers[HeaderNames.Upgrade] = HttpProtocol.Http2;
        }

        GrpcServerLog.RequestRefused(server.Logger, request.Path, reason);
        http.Response.Headers.GrpcStatus = ((int)StatusCode.Internal).ToString(System.Globalization.CultureInfo.InvariantCulture);
        http.Response.Headers.GrpcMessage = PercentEncoding.Encode(reason);
    }
}
