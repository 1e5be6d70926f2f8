using System.IO.Pipelines;
using Grpc.Core;
using Microsoft.AspNetCore.Http.Features;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>The responses of a call. A write completes when the transport has taken it, which is the caller's back-pressure.</summary>
internal sealed class ResponseStream<T>(ServerCall call, Action<T, SerializationContext> serializer) : IServerStreamWriter<T>
    where T : class
{
    private const int ResetCancel = 8;

    private int _isWriting;

    public WriteOptions? WriteOptions
    {
        get => call.WriteOptions;
        set => call.WriteOptions = value;
    }

    public Task WriteAsync(T message) => WriteAsync(message, CancellationToken.None);

    /// <summary>Half a message cannot be taken back, so a cancelled write that waits resets the stream.</summary>
    public Task WriteAsync(T message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled(cancellationToken);
        }

        if (Interlocked.Exchange(ref _isWriting, 1) != 0)
        {
            return Fail("Can't write the message because the previous write is in progress.");
        }

        if (call.Http.RequestAborted.IsCancellationRequested || !call.TryBeginWrite())
        {
            Volatile.Write(ref _isWriting, 0);
            return Fail("Can't write the message because the request is complete.");
        }

        try
        {
            call.WriteMessage(message, serializer);
            if (call.WriteOptions is not null && (call.WriteOptions.Flags & WriteFlags.BufferHint) != 0)
            {
                EndWrite();
                return Task.CompletedTask;
            }

            var flush = call.Http.Response.BodyWriter.FlushAsync(CancellationToken.None);
            if (!flush.IsCompletedSuccessfully)
            {
                return AwaitFlush(flush, cancellationToken);
            }

            _ = flush.Result;
            EndWrite();
            return Task.CompletedTask;
        }
        catch (Exception failure)
        {
            EndWrite();
            return Task.FromException(failure);
        }
    }

    private static Task Fail(string text) => Task.FromException(new InvalidOperationException(text));

    private static void Reset(ServerCall call) => call.Http.Features.Get<IHttpResetFeature>()?.Reset(ResetCancel);

    private async Task AwaitFlush(ValueTask<FlushResult> flush, CancellationToken cancellationToken)
    {
        try
        {
            using (cancellationToken.UnsafeRegister(static state => Reset((ServerCall)state!), call))
            {
                await flush.ConfigureAwait(false);
            }

            cancellationToken.ThrowIfCancellationRequested();
        }
        finally
        {
            EndWrite();
        }
    }

    private void EndWrite()
    {
        call.EndWrite();
        Volatile.Write(ref _isWriting, 0);
    }
}
