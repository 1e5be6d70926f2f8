using Grpc.Core;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>One request, a stream of responses.</summary>
internal sealed class ServerStreamingHandler<TRequest, TResponse>(
    GrpcServer server, MethodOptions options, Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse> pipeline)
    : MethodHandler(server, options)
    where TRequest : class
    where TResponse : class
{
    protected override async Task HandleAsync(ServerCall call)
    {
        try
        {
            if (await call.ReadSingleAsync(method.RequestMarshaller.ContextualDeserializer).ConfigureAwait(false) is { } request)
            {
                var responses = new ResponseStream<TResponse>(call, method.ResponseMarshaller.ContextualSerializer);
                await pipeline(request, responses, call).ConfigureAwait(false);
            }
        }
        catch (Exception failure)
        {
            call.Fail(failure);
        }

        await call.EndAsync().ConfigureAwait(false);
    }
}
