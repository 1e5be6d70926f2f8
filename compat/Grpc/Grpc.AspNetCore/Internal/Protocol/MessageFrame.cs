using System.Buffers;
using System.Buffers.Binary;

namespace Grpc.AspNetCore.Server.Internal;

internal enum FrameResult
{
    /// <summary>A message is whole.</summary>
    Message,

    /// <summary>More bytes are needed.</summary>
    Incomplete,

    /// <summary>The announced length is above the limit.</summary>
    TooLarge,

    /// <summary>The first byte is neither 0 nor 1.</summary>
    BadFlag,
}

/// <summary>The frame around each message: one byte that says whether it is compressed, four bytes of length, big-endian.</summary>
internal static class MessageFrame
{
    public const int HeaderLength = 5;

    /// <summary>
    /// Takes one message off the front of the buffer, which moves past it. The limit is checked as soon as the header is there.
    /// </summary>
    public static FrameResult TryRead(
        ref ReadOnlySequence<byte> buffer, int lengthMax, out ReadOnlySequence<byte> payload, out bool isCompressed)
    {
        payload = default;
        isCompressed = false;
        scoped ReadOnlySpan<byte> header = buffer.FirstSpan;
        if (header.Length < HeaderLength)
        {
            if (buffer.Length < HeaderLength)
            {
                return FrameResult.Incomplete;
            }

            Span<byte> copy = stackalloc byte[HeaderLength];
            buffer.Slice(0, HeaderLength).CopyTo(copy);
            header = copy;
        }

        if (header[0] > 1)
        {
            return FrameResult.BadFlag;
        }

        var length = BinaryPrimitives.ReadUInt32BigEndian(header[1..]);
        if (length > (uint)lengthMax)
        {
            return FrameResult.TooLarge;
        }

        if (buffer.Length - HeaderLength < length)
        {
            return FrameResult.Incomplete;
        }

        isCompressed = header[0] == 1;
        payload = buffer.Slice(HeaderLength, length);
        buffer = buffer.Slice(payload.End);
        return FrameResult.Message;
    }

    public static void WriteHeader(Span<byte> destination, bool isCompressed, int length)
    {
        destination[0] = isCompressed ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt32BigEndian(destination[1..], length);
    }
}
