using Grpc.AspNetCore.Server.Internal;
using Microsoft.AspNetCore.Http;

namespace Grpc.Core;

/// <summary>The way from a gRPC call to its HTTP request.</summary>
public static class ServerCallContextExtensions
{
    internal const string HttpContextKey = "__HttpContext";

    /// <summary>The HTTP request of a call; a context made by a test may carry one in its user state.</summary>
    /// <exception cref="InvalidOperationException">The call is not hosted by ASP.NET Core.</exception>
    public static HttpContext GetHttpContext(this ServerCallContext serverCallContext)
    {
        ArgumentNullException.ThrowIfNull(serverCallContext);
        if (serverCallContext is ServerCall call)
        {
            return call.Http;
        }

        return serverCallContext.UserState.TryGetValue(HttpContextKey, out var found) && found is HttpContext http
            ? http
            : throw new InvalidOperationException(
                "Could not get HttpContext from ServerCallContext. " +
                "HttpContext can only be accessed when gRPC services are hosted by ASP.NET Core.");
    }
}
