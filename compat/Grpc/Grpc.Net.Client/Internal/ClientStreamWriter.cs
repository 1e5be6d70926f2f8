using Grpc.Core;

namespace Grpc.Net.Client.Internal;

/// <summary>
/// The request side of a streaming call. A write completes when the transport took the message, which waits while the server's
/// flow-control window is full.
/// </summary>
internal sealed class ClientStreamWriter<TRequest, TResponse>(GrpcCall<TRequest, TResponse> call, StreamingContent content)
    : IClientStreamWriter<TRequest>
    where TRequest : class
    where TResponse : class
{
    private readonly Lock _lock = new();
    private Task? _write;
    private bool _isComplete;

    public WriteOptions? WriteOptions { get; set; }

    private bool IsWriting => _write is { IsCompleted: false };

    public Task WriteAsync(TRequest message) => WriteAsync(message, CancellationToken.None);

    public Task WriteAsync(TRequest message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        lock (_lock)
        {
            if (_isComplete)
            {
                return Refuse("Request stream has already been completed.");
            }

            if (call.IsOver)
            {
                return Task.FromException(call.CreateException());
            }

            if (IsWriting)
            {
                return Refuse("Can't write the message because the previous write is in progress.");
            }

            return _write = SendAsync(message, cancellationToken);
        }
    }

    public Task CompleteAsync()
    {
        lock (_lock)
        {
            if (IsWriting)
            {
                return Refuse("Can't complete the client stream writer because the previous write is in progress.");
            }

            _isComplete = true;
            content.Complete();
            return Task.CompletedTask;
        }
    }

    private async Task SendAsync(TRequest message, CancellationToken cancellationToken)
    {
        var registration = cancellationToken.CanBeCanceled
            ? cancellationToken.UnsafeRegister(static call => ((GrpcCall)call!).CancelByCaller(), call)
            : default;
        try
        {
            var frame = call.Serialize(message, WriteOptions);
            try
            {
                var stream = await content.Stream.ConfigureAwait(false);
                await stream.WriteAsync(frame.Memory, call.Ended).ConfigureAwait(false);
                if (((WriteOptions?.Flags ?? 0) & WriteFlags.BufferHint) == 0)
                {
                    await stream.FlushAsync(call.Ended).ConfigureAwait(false);
                }
            }
            catch (Exception e) when (e is not RpcException)
            {
                throw await FailureOfWriteAsync(e).ConfigureAwait(false);
            }

            // Not in a finally: after a failed write the transport may still hold the buffer.
            frame.Return();
        }
        finally
        {
            registration.Unregister();
        }
    }

    /// <summary>A write fails because the call ends; what ended it is a better answer than what the transport says.</summary>
    private async Task<Exception> FailureOfWriteAsync(Exception exception)
    {
        await call.WhenAnsweredAsync().ConfigureAwait(false);
        return call.IsOver
            ? call.CreateException()
            : new RpcException(StatusMapping.FromException("Error writing to the request stream.", exception));
    }

    private static Task Refuse(string why) => Task.FromException(new InvalidOperationException(why));
}
