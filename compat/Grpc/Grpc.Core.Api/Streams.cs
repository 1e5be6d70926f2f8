namespace Grpc.Core;

/// <summary>A stream of messages to read, by one reader at a time.</summary>
public interface IAsyncStreamReader<out T>
{
    /// <summary>The message that the last successful <see cref="MoveNext"/> brought.</summary>
    T Current { get; }

    /// <summary>Waits for the next message; false at the end. Must not be called again before the last call has completed.</summary>
    Task<bool> MoveNext(CancellationToken cancellationToken);
}

/// <summary>A stream of messages to write, by one writer at a time.</summary>
public interface IAsyncStreamWriter<in T>
{
    /// <summary>How the next messages are to be written; null is the default.</summary>
    WriteOptions? WriteOptions { get; set; }

    /// <summary>Writes one message; completes when there is room for another, which is the back-pressure of the peer.</summary>
    Task WriteAsync(T message);

    /// <summary>As above; cancelling ends the call, because half a message cannot be taken back.</summary>
    /// <exception cref="NotSupportedException">The implementation cannot cancel a write.</exception>
    Task WriteAsync(T message, CancellationToken cancellationToken) => cancellationToken.CanBeCanceled
        ? throw new NotSupportedException("Cancellation of stream writes is not supported by this gRPC implementation.")
        : WriteAsync(message);
}

/// <summary>The requests of a call, written by the client.</summary>
public interface IClientStreamWriter<in T> : IAsyncStreamWriter<T>
{
    /// <summary>Says that no further request follows.</summary>
    Task CompleteAsync();
}

/// <summary>The responses of a call, written by the server.</summary>
public interface IServerStreamWriter<in T> : IAsyncStreamWriter<T>
{
}

/// <summary>Flags of one write.</summary>
[Flags]
public enum WriteFlags
{
    /// <summary>No wish.</summary>
    None = 0,

    /// <summary>More follows soon: the message may wait in a buffer.</summary>
    BufferHint = 0x1,

    /// <summary>Do not compress this message.</summary>
    NoCompress = 0x2,
}

/// <summary>How messages are to be written.</summary>
public class WriteOptions(WriteFlags flags = default)
{
    /// <summary>No flags.</summary>
    public static readonly WriteOptions Default = new();

    /// <summary>The flags.</summary>
    public WriteFlags Flags { get; } = flags;
}
