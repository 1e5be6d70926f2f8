using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>Answers gRPC calls to what nobody implements. Requests that are not gRPC pass it by.</summary>
internal sealed class UnimplementedEndpoint : IRouteConstraint
{
    private const string Service = "unimplementedService";
    private const string Method = "unimplementedMethod";

    public static void Map(IEndpointRouteBuilder routes, GrpcServer server)
    {
        var policies = new Dictionary<string, object?> { [Method] = new UnimplementedEndpoint() };
        var pattern = RoutePatternFactory.Parse($"{{{Service}}}/{{{Method}}}", defaults: null, parameterPolicies: policies);
        routes.Map(pattern, http => AnswerAsync(http, server)).WithDisplayName("gRPC - Unimplemented");
    }

    public bool Match(
        HttpContext? httpContext, IRouter? route, string routeKey, RouteValueDictionary values, RouteDirection routeDirection) =>
        httpContext is null
        || (HttpMethods.IsPost(httpContext.Request.Method) && GrpcRequest.IsGrpcContentType(httpContext.Request.ContentType));

    private static Task AnswerAsync(HttpContext http, GrpcServer server)
    {
        if (!GrpcRequest.Accept(http, server))
        {
            return Task.CompletedTask;
        }

        var service = http.Request.RouteValues[Service] as string ?? "";
        var what = server.HasService(service) ? "Method" : "Service";
        return server.RefuseAsync(http, new Status(StatusCode.Unimplemented, $"{what} is unimplemented."));
    }
}
