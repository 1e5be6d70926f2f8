using System.Buffers;
using System.IO.Pipelines;
using Grpc.Core;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>
/// Where marshallers put responses. A message of known length that is not compressed goes straight into the response, header and payload in
/// one piece of memory; any other is collected first. One writer per thread is kept, since a message is serialized without a pause.
/// </summary>
internal sealed class MessageWriter : SerializationContext, IBufferWriter<byte>
{
    // What Kestrel's memory pool hands out without renting elsewhere.
    private const int ChunkBytes = 4096;

    [ThreadStatic]
    private static MessageWriter? _idle;

    private readonly PooledBuffer _collected = new();
    private PipeWriter _pipe = null!;
    private MethodOptions _options = null!;
    private bool _compresses;
    private int _announced;
    private int _written;
    private bool _isHeaderPending;
    private bool _isComplete;

    /// <summary>Appends one framed message to the pipe without flushing it.</summary>
    public static void Write<T>(
        PipeWriter pipe, T message, Action<T, SerializationContext> serializer, MethodOptions options, bool compresses)
    {
        var writer = _idle ?? new MessageWriter();
        _idle = null;
        try
        {
            writer._pipe = pipe;
            writer._options = options;
            writer._compresses = compresses;
            writer._announced = -1;
            writer._written = 0;
            writer._isHeaderPending = true;
            writer._isComplete = false;
            serializer(message, writer);
            if (!writer._isComplete)
            {
                throw new InvalidOperationException("The serializer did not complete the message.");
            }
        }
        finally
        {
            writer._pipe = null!;
            writer._collected.Clear();
            _idle = writer;
        }
    }

    public override void SetPayloadLength(int payloadLength)
    {
        ThrowIfTooLarge(payloadLength);
        _announced = payloadLength;
    }

    public override IBufferWriter<byte> GetBufferWriter() => _compresses || _announced < 0 ? _collected : this;

    public override void Complete(byte[] payload)
    {
        ThrowIfTooLarge(payload.Length);
        CompleteWith(payload);
    }

    public override void Complete()
    {
        if (_compresses || _announced < 0)
        {
            ThrowIfTooLarge(_collected.Length);
            CompleteWith(_collected.Written);
            return;
        }

        if (_written != _announced)
        {
            throw new InvalidOperationException($"The serializer announced {_announced} bytes and wrote {_written}.");
        }

        if (_isHeaderPending)
        {
            MessageFrame.WriteHeader(_pipe.GetSpan(MessageFrame.HeaderLength), isCompressed: false, length: 0);
            _pipe.Advance(MessageFrame.HeaderLength);
        }

        _isComplete = true;
    }

    public void Advance(int count)
    {
        if (count == 0)
        {
            return;
        }

        _written += count;
        if (_isHeaderPending)
        {
            _isHeaderPending = false;
            count += MessageFrame.HeaderLength;
        }

        _pipe.Advance(count);
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (!_isHeaderPending)
        {
            return _pipe.GetMemory(sizeHint);
        }

        var memory = _pipe.GetMemory(SizeWithHeader(sizeHint));
        MessageFrame.WriteHeader(memory.Span, isCompressed: false, _announced);
        return memory[MessageFrame.HeaderLength..];
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        if (!_isHeaderPending)
        {
            return _pipe.GetSpan(sizeHint);
        }

        var span = _pipe.GetSpan(SizeWithHeader(sizeHint));
        MessageFrame.WriteHeader(span, isCompressed: false, _announced);
        return span[MessageFrame.HeaderLength..];
    }

    private int SizeWithHeader(int sizeHint) =>
        MessageFrame.HeaderLength + Math.Max(sizeHint, Math.Min(_announced, ChunkBytes - MessageFrame.HeaderLength));

    private void CompleteWith(ReadOnlySpan<byte> payload)
    {
        if (!_compresses || payload.IsEmpty)
        {
            // Nothing compresses to no bytes at all, which is not valid gzip to other implementations.
            WriteFrame(isCompressed: false, payload);
        }
        else
        {
            var packed = new PooledBuffer();
            GzipEncoding.Compress(payload, _options.CompressionLevel, packed);
            WriteFrame(isCompressed: true, packed.Written);
            packed.Clear();
        }

        _isComplete = true;
    }

    private void WriteFrame(bool isCompressed, ReadOnlySpan<byte> payload)
    {
        MessageFrame.WriteHeader(_pipe.GetSpan(MessageFrame.HeaderLength), isCompressed, payload.Length);
        _pipe.Advance(MessageFrame.HeaderLength);
        _pipe.Write(payload);
    }

    private void ThrowIfTooLarge(int length)
    {
        if (length > _options.SendMax)
        {
            throw new RpcException(
                new Status(StatusCode.ResourceExhausted, "Sending message exceeds the maximum configured message size."));
        }
    }
}
