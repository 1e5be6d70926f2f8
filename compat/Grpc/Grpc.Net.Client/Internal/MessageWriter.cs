using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using Grpc.Core;

namespace Grpc.Net.Client.Internal;

/// <summary>One framed message in a rented array; whoever holds it gives it back once with <see cref="Return"/>.</summary>
internal readonly struct Frame(byte[] array, int length)
{
    public ReadOnlyMemory<byte> Memory => new(array, 0, length);

    public void Return() => ArrayPool<byte>.Shared.Return(array);
}

/// <summary>
/// Serializes messages behind their five-byte prefix. One per thread, because a serializer runs to its end without waiting.
/// </summary>
internal sealed class MessageWriter : SerializationContext, IBufferWriter<byte>
{
    private const int PrefixLength = 5;
    private const int SmallestBuffer = 512;

    [ThreadStatic]
    private static MessageWriter? t_spare;

    private byte[] _buffer = [];
    private int _length;
    private bool _isComplete;
    private int _maxMessageSize;

    /// <summary>Serializes and frames a message.</summary>
    /// <exception cref="RpcException">The message is longer than the limit, or its serializer did not complete.</exception>
    public static Frame Write<T>(Marshaller<T> marshaller, T message, int maxMessageSize, bool compress)
    {
        var writer = t_spare ?? new MessageWriter();
        t_spare = null;
        try
        {
            writer.Begin(maxMessageSize);
            marshaller.ContextualSerializer(message, writer);
            return writer.End(compress);
        }
        finally
        {
            writer.Release();
            t_spare = writer;
        }
    }

    public override void SetPayloadLength(int payloadLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(payloadLength);
        CheckSize(payloadLength);
        Reserve(payloadLength);
    }

    public override IBufferWriter<byte> GetBufferWriter() => this;

    public override void Complete() => _isComplete = true;

    public override void Complete(byte[] payload)
    {
        ArgumentNullException.ThrowIfNull(payload);
        CheckSize(payload.Length);
        payload.CopyTo(GetSpan(payload.Length));
        _length += payload.Length;
        _isComplete = true;
    }

    public void Advance(int count)
    {
        if ((uint)count > (uint)(_buffer.Length - _length))
        {
            throw new InvalidOperationException("The serializer advanced past the buffer that it was given.");
        }

        _length += count;
        CheckSize(_length - PrefixLength);
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _buffer.AsMemory(_length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _buffer.AsSpan(_length);
    }

    private void Begin(int maxMessageSize)
    {
        _buffer = ArrayPool<byte>.Shared.Rent(SmallestBuffer);
        _length = PrefixLength;
        _isComplete = false;
        _maxMessageSize = maxMessageSize;
    }

    private Frame End(bool compress)
    {
        if (!_isComplete)
        {
            throw Fail(StatusCode.Internal, "The serializer did not complete the message.");
        }

        // Nothing compresses to no bytes at all, which is not valid gzip to other implementations.
        compress &= _length > PrefixLength;
        if (compress)
        {
            Compress();
        }

        _buffer[0] = compress ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt32BigEndian(_buffer.AsSpan(1), _length - PrefixLength);
        var frame = new Frame(_buffer, _length);
        _buffer = [];
        return frame;
    }

    private void Compress()
    {
        var plain = _buffer;
        var plainLength = _length;
        _buffer = ArrayPool<byte>.Shared.Rent(SmallestBuffer);
        _length = PrefixLength;
        _maxMessageSize = int.MaxValue;
        using (var target = new BufferWriterStream(this))
        using (var gzip = new GZipStream(target, CompressionLevel.Fastest))
        {
            gzip.Write(plain, PrefixLength, plainLength - PrefixLength);
        }

        ArrayPool<byte>.Shared.Return(plain);
    }

    private void Reserve(int count)
    {
        if (_buffer.Length - _length >= count)
        {
            return;
        }

        var needed = (long)_length + count;
        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(Array.MaxLength, Math.Max(needed, 2L * _buffer.Length)));
        _buffer.AsSpan(0, _length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }

    private void Release()
    {
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
        }
    }

    private void CheckSize(int length)
    {
        if (length > _maxMessageSize)
        {
            throw Fail(StatusCode.ResourceExhausted, "Sending message exceeds the maximum configured message size.");
        }
    }

    private static RpcException Fail(StatusCode code, string detail) => new(new Status(code, detail));
}

/// <summary>A stream that ends in a buffer writer, for the compressor.</summary>
internal sealed class BufferWriterStream(IBufferWriter<byte> target) : Stream
{
    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(byte[] buffer, int offset, int count) => target.Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer) => target.Write(buffer);

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
