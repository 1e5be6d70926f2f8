using Grpc.Core;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>One request, one response. Without a state machine where request and response are there at once.</summary>
internal sealed class UnaryHandler<TRequest, TResponse>(
    GrpcServer server, MethodOptions options, Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse> pipeline)
    : MethodHandler(server, options)
    where TRequest : class
    where TResponse : class
{
    private readonly Func<DeserializationContext, TRequest> _deserialize = method.RequestMarshaller.ContextualDeserializer;
    private readonly Action<TResponse, SerializationContext> _serialize = method.ResponseMarshaller.ContextualSerializer;

    protected override Task HandleAsync(ServerCall call)
    {
        try
        {
            var reading = call.ReadSingleAsync(_deserialize);
            return reading.IsCompletedSuccessfully ? HandleRequestAsync(call, reading.Result) : AwaitRequestAsync(call, reading);
        }
        catch (Exception failure)
        {
            return FailAsync(call, failure);
        }
    }

    private async Task AwaitRequestAsync(ServerCall call, ValueTask<TRequest?> reading)
    {
        Task handling;
        try
        {
            handling = HandleRequestAsync(call, await reading.ConfigureAwait(false));
        }
        catch (Exception failure)
        {
            handling = FailAsync(call, failure);
        }

        await handling.ConfigureAwait(false);
    }

    private Task HandleRequestAsync(ServerCall call, TRequest? request) =>
        request is null ? call.EndAsync() : RespondAsync(call, pipeline(request, call), _serialize);
}
