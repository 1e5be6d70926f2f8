using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>Answers gRPC calls to what nobody implements. Requests that are not gRPC pass it by.</summary>
/// <remarks>
/// The last of all, behind routing, and no route: a route that takes any name is a second candidate for every call, with values and a constraint that are
/// looked at each time.
/// </remarks>
internal sealed class UnimplementedCalls(GrpcServer server) : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        next(app);
        app.Use((http, rest) => server.AnswersUnknown && NameOf(http) is { } service ? AnswerAsync(http, service) : rest(http));
    };

    /// <summary>The service of a call to /service/method; null for what is no call, or has been answered.</summary>
    private static string? NameOf(HttpContext http)
    {
        var path = http.Request.Path.Value ?? "";
        var slash = path.Length > 1 ? path.IndexOf('/', 1) : -1;
        return !http.Response.HasStarted && slash > 1 && slash < path.Length - 1 && path.IndexOf('/', slash + 1) < 0
            && HttpMethods.IsPost(http.Request.Method) && GrpcRequest.IsGrpcContentType(http.Request.ContentType)
                ? path[1..slash]
                : null;
    }

    private Task AnswerAsync(HttpContext http, string service)
    {
        if (!GrpcRequest.Accept(http, server))
        {
            return Task.CompletedTask;
        }

        var what = server.HasService(service) ? "Method" : "Service";
        return server.RefuseAsync(http, new Status(StatusCode.Unimplemented, $"{what} is unimplemented."));
    }
}
