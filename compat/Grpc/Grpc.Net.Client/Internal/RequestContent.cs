using System.Net;

namespace Grpc.Net.Client.Internal;

/// <summary>The body of a call with one request, framed before anything is sent.</summary>
internal sealed class FrameContent(Frame frame) : HttpContent
{
    private const int Sending = 1;
    private const int Sent = 2;
    private const int Released = 3;

    private int _state;

    /// <summary>
    /// Gives the buffer back if the transport is done with it. Only once response headers are there: until then the transport may send the
    /// body again on another connection. A body still under way is left to the garbage collector.
    /// </summary>
    public void ReleaseIfSent()
    {
        if (Interlocked.CompareExchange(ref _state, Released, Sent) == Sent)
        {
            frame.Return();
        }
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _state, Sending) == Released)
        {
            throw new InvalidOperationException("The request was sent already.");
        }

        await stream.WriteAsync(frame.Memory, cancellationToken).ConfigureAwait(false);
        Volatile.Write(ref _state, Sent);
    }

    /// <summary>Unknown on purpose: gRPC requests carry no content-length.</summary>
    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}

/// <summary>The body of a call with a stream of requests: lends the transport's stream to the writer until that is done.</summary>
internal sealed class StreamingContent : HttpContent
{
    private readonly TaskCompletionSource<Stream> _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Where to write, once there is a connection; cancelled when the call ended before.</summary>
    public Task<Stream> Stream => _opened.Task;

    public bool IsComplete => _completed.Task.IsCompleted;

    /// <summary>No request follows; the server gets to know.</summary>
    public void Complete() => _completed.TrySetResult();

    /// <summary>The call is over; an unfinished body makes the transport reset the stream.</summary>
    public void Abandon()
    {
        _opened.TrySetCanceled();
        _completed.TrySetCanceled();
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        // Sends the headers now: the server may have something to say before the first request.
        await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
        _opened.TrySetResult(stream);
        await _completed.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
