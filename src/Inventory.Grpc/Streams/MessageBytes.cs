using System.Buffers;
using System.Buffers.Binary;

namespace Inventory.Grpc.Streams;

/// <summary>One message as bytes, to be read in place. Owned by who reads it, who disposes it once.</summary>
internal sealed class MessageBytes : IDisposable
{
    private byte[] _bytes;
    private readonly int _length;

    private MessageBytes(byte[] bytes, int length) => (_bytes, _length) = (bytes, length);

    /// <summary>The message.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    /// <summary>Takes a copy: the transport wants its buffer back before the message is worked on.</summary>
    public static MessageBytes Copy(in ReadOnlySequence<byte> payload)
    {
        var length = checked((int)payload.Length);
        var bytes = ArrayPool<byte>.Shared.Rent(length);
        payload.CopyTo(bytes);
        return new MessageBytes(bytes, length);
    }

    /// <summary>Gives the bytes back.</summary>
    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
    }
}

/// <summary>Where the parts of a message are, as nearly every client writes them.</summary>
/// <remarks>
/// What is written in any other way that protobuf permits (groups, unknown fields, long tags, texts that are not ASCII) is not read here: who calls reads
/// such a message with the generated class, which also says what is no message at all. So this needs to be right, not complete.
/// </remarks>
internal ref struct PlainReader(ReadOnlySpan<byte> source)
{
    private const int LengthBits = 7;
    private const int LengthBytesMax = 4;
    private ReadOnlySpan<byte> _rest = source;

    /// <summary>True when all is read.</summary>
    public readonly bool AtEnd => _rest.IsEmpty;

    /// <summary>A tag of one byte; 0 for none.</summary>
    public byte Tag()
    {
        var tag = _rest[0];
        _rest = _rest[1..];
        return tag < 128 ? tag : (byte)0;
    }

    /// <summary>A length and as many bytes.</summary>
    public bool TryBlock(out ReadOnlySpan<byte> block)
    {
        block = default;
        var length = 0;
        for (var i = 0; i < LengthBytesMax && i < _rest.Length; i++)
        {
            length |= (_rest[i] & 127) << (LengthBits * i);
            if (_rest[i] < 128)
            {
                if (length > _rest.Length - i - 1)
                {
                    return false;
                }

                block = _rest.Slice(i + 1, length);
                _rest = _rest[(i + 1 + length)..];
                return true;
            }
        }

        return false;
    }

    /// <summary>A whole number that is not negative, of up to eight bytes.</summary>
    public bool TryNumber(out long number)
    {
        number = 0;
        for (var i = 0; i < sizeof(long) && i < _rest.Length; i++)
        {
            number |= (long)(_rest[i] & 127) << (LengthBits * i);
            if (_rest[i] < 128)
            {
                _rest = _rest[(i + 1)..];
                return true;
            }
        }

        return false;
    }
}
