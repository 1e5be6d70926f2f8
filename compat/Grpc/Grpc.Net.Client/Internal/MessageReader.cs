using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using Grpc.Core;

namespace Grpc.Net.Client.Internal;

/// <summary>
/// Takes framed messages off a response stream. One reader at a time. Faults of the peer end as <see cref="RpcException"/> with the
/// status that the call gets. Buffers are rented and grow with the bytes that really came, never with what a prefix claims.
/// </summary>
internal sealed class MessageReader(Stream stream, string? encoding, int maxMessageSize)
{
    private const int PrefixLength = 5;
    private const int SmallestBuffer = 4096;
    private const int GrowthStep = 256 * 1024;

    private byte[] _buffer = [];
    private int _start;
    private int _end;

    private int Buffered => _end - _start;

    /// <summary>The next message; null at the end of the stream.</summary>
    public async ValueTask<T?> ReadAsync<T>(Marshaller<T> marshaller, CancellationToken cancellationToken)
        where T : class
    {
        if (!await FillAsync(PrefixLength, cancellationToken).ConfigureAwait(false))
        {
            return Buffered == 0 ? null : throw Incomplete();
        }

        var length = CheckPrefix();
        if (!await FillAsync(PrefixLength + length, cancellationToken).ConfigureAwait(false))
        {
            throw Incomplete();
        }

        var compressed = _buffer[_start] == 1;
        var payload = new ReadOnlyMemory<byte>(_buffer, _start + PrefixLength, length);
        var message = compressed ? ReadCompressed(marshaller, payload) : PayloadContext.Deserialize(marshaller, payload);
        _start += PrefixLength + length;
        return message ?? throw Fail(StatusCode.Internal, "The deserializer returned null.");
    }

    /// <summary>Reads to the end of the stream, so that the trailers are there.</summary>
    /// <exception cref="RpcException">More data came.</exception>
    public async ValueTask ExpectEndAsync(CancellationToken cancellationToken)
    {
        if (await FillAsync(1, cancellationToken).ConfigureAwait(false))
        {
            throw Fail(StatusCode.Internal, "Unexpected data after finished reading message.");
        }
    }

    /// <summary>Gives the buffer back; the reader must not be used afterwards.</summary>
    public void Release()
    {
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
        }

        _start = _end = 0;
    }

    private int CheckPrefix()
    {
        var prefix = _buffer.AsSpan(_start, PrefixLength);
        var length = BinaryPrimitives.ReadUInt32BigEndian(prefix[1..]);
        if (prefix[0] > 1)
        {
            throw Fail(StatusCode.Internal, "Unexpected compressed flag value in message header.");
        }

        if (length > (uint)Math.Min(maxMessageSize, Array.MaxLength - PrefixLength))
        {
            throw TooLong();
        }

        return (int)length;
    }

    private async ValueTask<bool> FillAsync(int count, CancellationToken cancellationToken)
    {
        while (Buffered < count)
        {
            MakeRoom(count);
            var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                return false;
            }

            _end += read;
        }

        return true;
    }

    private void MakeRoom(int count)
    {
        if (_start == _end)
        {
            _start = _end = 0;
        }

        if (_buffer.Length - _start >= count && _end < _buffer.Length)
        {
            return;
        }

        var size = Math.Max(SmallestBuffer, (int)Math.Min(count, Math.Min(Array.MaxLength, 2L * Buffered + GrowthStep)));
        if (size <= _buffer.Length && Buffered < _buffer.Length)
        {
            _buffer.AsSpan(_start, Buffered).CopyTo(_buffer);
        }
        else
        {
            var larger = ArrayPool<byte>.Shared.Rent(size);
            _buffer.AsSpan(_start, Buffered).CopyTo(larger);
            if (_buffer.Length > 0)
            {
                ArrayPool<byte>.Shared.Return(_buffer);
            }

            _buffer = larger;
        }

        _end = Buffered;
        _start = 0;
    }

    private T ReadCompressed<T>(Marshaller<T> marshaller, ReadOnlyMemory<byte> payload)
    {
        if (encoding is null or "identity")
        {
            throw Fail(StatusCode.Internal, "Request did not include grpc-encoding value with compressed message.");
        }

        if (encoding != "gzip")
        {
            throw Fail(StatusCode.Internal, $"Unsupported grpc-encoding value '{encoding}'. Supported encodings: identity, gzip");
        }

        var plain = ArrayPool<byte>.Shared.Rent((int)Math.Clamp(payload.Length * 4L, SmallestBuffer, GrowthStep));
        try
        {
            var length = Decompress(payload, ref plain);
            return PayloadContext.Deserialize(marshaller, new ReadOnlyMemory<byte>(plain, 0, length));
        }
        catch (InvalidDataException e)
        {
            throw new RpcException(new Status(StatusCode.Internal, "Compressed message is corrupt.", e));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(plain);
        }
    }

    private int Decompress(ReadOnlyMemory<byte> payload, ref byte[] plain)
    {
        using var source = new ReadOnlyMemoryStream(payload);
        using var gzip = new GZipStream(source, CompressionMode.Decompress);
        var length = 0;
        while (true)
        {
            var read = gzip.Read(plain.AsSpan(length));
            if (read == 0)
            {
                return length;
            }

            length += read;
            if (length > maxMessageSize)
            {
                throw TooLong();
            }

            if (length == plain.Length)
            {
                var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(Array.MaxLength, 2L * length));
                plain.AsSpan(0, length).CopyTo(larger);
                ArrayPool<byte>.Shared.Return(plain);
                plain = larger;
            }
        }
    }

    private static RpcException Incomplete() => Fail(StatusCode.Internal, "Incomplete message.");

    private static RpcException TooLong() =>
        Fail(StatusCode.ResourceExhausted, "Received message exceeds the maximum configured message size.");

    private static RpcException Fail(StatusCode code, string detail) => new(new Status(code, detail));
}

/// <summary>What a deserializer reads from. One per thread, because a deserializer runs to its end without waiting.</summary>
internal sealed class PayloadContext : DeserializationContext
{
    [ThreadStatic]
    private static PayloadContext? t_spare;

    private ReadOnlyMemory<byte> _payload;

    public override int PayloadLength => _payload.Length;

    public static T Deserialize<T>(Marshaller<T> marshaller, ReadOnlyMemory<byte> payload)
    {
        var context = t_spare ?? new PayloadContext();
        t_spare = null;
        context._payload = payload;
        try
        {
            return marshaller.ContextualDeserializer(context);
        }
        catch (Exception e) when (e is not RpcException)
        {
            throw new RpcException(new Status(StatusCode.Internal, "Failed to deserialize response message.", e));
        }
        finally
        {
            context._payload = default;
            t_spare = context;
        }
    }

    public override byte[] PayloadAsNewBuffer() => _payload.ToArray();

    public override ReadOnlySequence<byte> PayloadAsReadOnlySequence() => new(_payload);
}

/// <summary>A readable stream over memory, for the decompressor.</summary>
internal sealed class ReadOnlyMemoryStream(ReadOnlyMemory<byte> memory) : Stream
{
    private int _position;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var count = Math.Min(buffer.Length, memory.Length - _position);
        memory.Span.Slice(_position, count).CopyTo(buffer);
        _position += count;
        return count;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
