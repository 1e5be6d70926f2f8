using Grpc.Core;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>A stream each way, independent of each other.</summary>
internal sealed class DuplexStreamingHandler<TRequest, TResponse>(
    GrpcServer server, MethodOptions options, Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse> pipeline)
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
            var responses = new ResponseStream<TResponse>(call, method.ResponseMarshaller.ContextualSerializer);
            return EndAfterAsync(call, pipeline(requests, responses, call));
        }
        catch (Exception failure)
        {
            return FailAsync(call, failure);
        }
    }
}
