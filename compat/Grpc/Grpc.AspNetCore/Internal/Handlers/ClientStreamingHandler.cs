using Grpc.Core;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>A stream of requests, one response.</summary>
internal sealed class ClientStreamingHandler<TRequest, TResponse>(
    GrpcServer server, MethodOptions options, Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse> pipeline)
    : MethodHandler(server, options)
    where TRequest : class
    where TResponse : class
{
    protected override Task HandleAsync(ServerCall call)
    {
        try
        {
            call.LiftBodyLimits();
            var requests = new RequestStream<TRequest>(call, method.RequestMarshaller.ContextualDeserializer);
            return RespondAsync(call, pipeline(requests, call), method.ResponseMarshaller.ContextualSerializer);
        }
        catch (Exception failure)
        {
            return FailAsync(call, failure);
        }
    }
}
