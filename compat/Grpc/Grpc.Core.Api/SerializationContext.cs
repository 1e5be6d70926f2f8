using System.Buffers;

namespace Grpc.Core;

/// <summary>
/// Where a marshaller puts one message. Call either <see cref="Complete(byte[])"/>, or write to the buffer and call <see cref="Complete()"/>.
/// </summary>
public abstract class SerializationContext
{
    /// <summary>The whole payload in one array, which the context owns from now on.</summary>
    public virtual void Complete(byte[] payload) => throw new NotSupportedException();

    /// <summary>A writer for the payload, to be followed by <see cref="Complete()"/>.</summary>
    public virtual IBufferWriter<byte> GetBufferWriter() => throw new NotSupportedException();

    /// <summary>The exact number of bytes to come; optional, before <see cref="GetBufferWriter"/>.</summary>
    public virtual void SetPayloadLength(int payloadLength)
    {
    }

    /// <summary>The payload is whole.</summary>
    public virtual void Complete() => throw new NotSupportedException();
}

/// <summary>Where a marshaller reads one message from. The payload may be read once.</summary>
public abstract class DeserializationContext
{
    /// <summary>Bytes in the payload.</summary>
    public abstract int PayloadLength { get; }

    /// <summary>The payload in an array that the caller then owns.</summary>
    public virtual byte[] PayloadAsNewBuffer() => throw new NotSupportedException();

    /// <summary>The payload in place; valid only until the deserializer returns.</summary>
    public virtual ReadOnlySequence<byte> PayloadAsReadOnlySequence() => throw new NotSupportedException();
}

internal sealed class ArraySerializationContext : SerializationContext
{
    private ArrayBufferWriter<byte>? _writer;
    private byte[]? _payload;
    private bool _isComplete;

    public override void Complete(byte[] payload)
    {
        _payload = payload;
        _isComplete = true;
    }

    public override IBufferWriter<byte> GetBufferWriter() => _writer ??= new ArrayBufferWriter<byte>();

    public override void Complete() => _isComplete = true;

    public byte[] ToArray()
    {
        if (!_isComplete)
        {
            throw new InvalidOperationException("The serializer did not complete the payload.");
        }

        return _payload ?? _writer?.WrittenSpan.ToArray() ?? [];
    }
}

internal sealed class ArrayDeserializationContext(byte[] payload) : DeserializationContext
{
    public override int PayloadLength => payload.Length;

    public override byte[] PayloadAsNewBuffer() => payload;

    public override ReadOnlySequence<byte> PayloadAsReadOnlySequence() => new(payload);
}
