using System.Buffers.Binary;
using System.Text;

namespace Inventory.LoadTests.Breaking.Hostile;

/// <summary>Frames of HTTP/2 as bytes, right ones; whoever wants wrong ones changes them.</summary>
internal static class Http2
{
    public const byte Data = 0, Headers = 1, Priority = 2, Reset = 3, Settings = 4, Ping = 6, GoAway = 7, WindowUpdate = 8, Continuation = 9;
    public const byte Ack = 1, EndStream = 1, EndHeaders = 4;

    private const int HeadBytes = 9;
    private const int GrpcHeadBytes = 5;

    public static ReadOnlySpan<byte> Preface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    /// <summary>What a client says first: preface and settings, with windows of this size for what the service sends.</summary>
    public static byte[] Hello(int window = 65_535)
    {
        var initialWindow = new byte[6];
        BinaryPrimitives.WriteUInt16BigEndian(initialWindow, 4);
        BinaryPrimitives.WriteInt32BigEndian(initialWindow.AsSpan(2), window);
        return [.. Preface, .. Frame(Settings, 0, 0, initialWindow)];
    }

    public static byte[] Frame(byte type, byte flags, int stream, ReadOnlySpan<byte> payload)
    {
        var frame = new byte[HeadBytes + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, payload.Length << 8);
        frame[3] = type;
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame.AsSpan(HeadBytes));
        return frame;
    }

    /// <summary>The headers of a gRPC call in one frame.</summary>
    public static byte[] Open(int stream, string path, params (string Name, string Value)[] more) =>
        Frame(Headers, EndHeaders, stream, Block([
            (":method", "POST"), (":scheme", "http"), (":path", path), (":authority", "localhost"), ("content-type", "application/grpc"), ("te", "trailers"),
            .. more,
        ]));

    /// <summary>A message of a call in one frame.</summary>
    public static byte[] Message(int stream, ReadOnlySpan<byte> message, bool isLast)
    {
        var payload = new byte[GrpcHeadBytes + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(payload.AsSpan(1), message.Length);
        message.CopyTo(payload.AsSpan(GrpcHeadBytes));
        return Frame(Data, isLast ? EndStream : (byte)0, stream, payload);
    }

    public static byte[] ResetOf(int stream) => Frame(Reset, 0, stream, [0, 0, 0, 8]);

    /// <summary>Headers as literals without an index and without Huffman coding.</summary>
    public static byte[] Block((string Name, string Value)[] headers)
    {
        using var block = new MemoryStream();
        foreach (var (name, value) in headers)
        {
            block.WriteByte(0);
            Text(block, name);
            Text(block, value);
        }

        return block.ToArray();
    }

    private static void Text(MemoryStream block, string text)
    {
        const int inFirstByte = 127;
        var bytes = Encoding.ASCII.GetBytes(text);
        if (bytes.Length < inFirstByte)
        {
            block.WriteByte((byte)bytes.Length);
        }
        else
        {
            block.WriteByte(inFirstByte);
            var rest = bytes.Length - inFirstByte;
            for (; rest >= 128; rest >>= 7)
            {
                block.WriteByte((byte)((rest & 127) | 128));
            }

            block.WriteByte((byte)rest);
        }

        block.Write(bytes);
    }
}
