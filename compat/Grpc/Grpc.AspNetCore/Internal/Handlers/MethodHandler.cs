using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>Handles the requests of one method. Its tasks never fault: whatever happens becomes a status.</summary>
internal abstract class MethodHandler(GrpcServer server, MethodOptions options)
{
    public Task InvokeAsync(HttpContext http)
    {
        if (!GrpcRequest.Accept(http, server))
        {
            return Task.CompletedTask;
        }

        var call = new ServerCall(http, options, server);
        call.Start();
        return HandleAsync(call);
    }

    protected abstract Task HandleAsync(ServerCall call);

    /// <summary>Ends a call whose handler may still be running.</summary>
    protected static Task EndAfterAsync(ServerCall call, Task handling)
    {
        return handling.IsCompletedSuccessfully ? call.EndAsync() : AwaitAsync(call, handling);

        static async Task AwaitAsync(ServerCall call, Task handling)
        {
            try
            {
                await handling.ConfigureAwait(false);
            }
            catch (Exception failure)
            {
                call.Fail(failure);
            }

            await call.EndAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Sends the one response of a handler that may still be running, and ends the call.</summary>
    protected static Task RespondAsync<TResponse>(
        ServerCall call, Task<TResponse> handling, Action<TResponse, SerializationContext> serializer)
        where TResponse : class
    {
        if (!handling.IsCompletedSuccessfully)
        {
            return AwaitAsync(call, handling, serializer);
        }

        call.WriteSingle(handling.Result, serializer);
        return call.EndAsync();

        static async Task AwaitAsync(ServerCall call, Task<TResponse> handling, Action<TResponse, SerializationContext> serializer)
        {
            try
            {
                call.WriteSingle(await handling.ConfigureAwait(false), serializer);
            }
            catch (Exception failure)
            {
                call.Fail(failure);
            }

            await call.EndAsync().ConfigureAwait(false);
        }
    }

    protected static Task FailAsync(ServerCall call, Exception failure)
    {
        call.Fail(failure);
        return call.EndAsync();
    }
}
