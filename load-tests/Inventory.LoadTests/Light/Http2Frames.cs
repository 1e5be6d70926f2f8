using System.Buffers.Binary;
using Inventory.LoadTests.Breaking.Hostile;
using Inventory.LoadTests.Light;

namespace Inventory.LoadTests.Service;

/// <summary>A connection of HTTP/2 for a light client: headers without Huffman coding and without a table, and windows that are never in the way.</summary>
internal abstract class Http2Frames : LightProtocol
{
    protected const int HeadBytes = 9;
    protected const int GrpcHeadBytes = 5;
    private const int HeaderTableSize = 1;
    private const int InitialWindowSize = 4;
    private const int WindowRefill = 1 << 18; // less than what a stream may have under way, 1 MB
    private const int WindowFirst = 1 << 30;
    private static readonly byte[] s_statusOk = [.. "grpc-status"u8, 1, (byte)'0'];
    private static readonly byte[] s_statusExhausted = [.. "grpc-status"u8, 1, (byte)'8'];
    private int _received;
    private bool _isOpen;

    public override bool IsOpen => _isOpen;

    /// <summary>A stream that takes more than a stream's first window, so that its own must be refilled too; 0 if there is none.</summary>
    protected virtual int LongStream => 0;

    public override void Greet(LightBuffer output)
    {
        byte[] settings = [0, HeaderTableSize, 0, 0, 0, 0, 0, InitialWindowSize, 0, 0x10, 0, 0];
        output.Add(Http2.Preface);
        output.Add(Http2.Frame(Http2.Settings, 0, 0, settings));
        output.Add(Window(0, WindowFirst));
    }

    public override int Take(ReadOnlySpan<byte> input, LightBuffer output, LightAnswer answer)
    {
        var used = 0;
        while (input.Length - used >= HeadBytes)
        {
            var head = input.Slice(used, HeadBytes);
            var length = BinaryPrimitives.ReadInt32BigEndian(head) >> 8 & 0xFFFFFF;
            if (input.Length - used < HeadBytes + length)
            {
                break;
            }

            Take(head[3], head[4], BinaryPrimitives.ReadInt32BigEndian(head[5..]), input.Slice(used + HeadBytes, length), output, answer);
            used += HeadBytes + length;
        }

        return used;
    }

    /// <summary>Takes data of a stream, as they come.</summary>
    protected abstract void TakeData(int stream, ReadOnlySpan<byte> data, LightAnswer answer);

    /// <summary>A stream has ended. Both are false when it was reset or failed.</summary>
    protected abstract void TakeEnd(int stream, bool isOk, bool isExhausted, LightAnswer answer);

    /// <summary>Adds the head of a frame.</summary>
    protected static void AddHead(LightBuffer output, int length, byte type, byte flags, int stream)
    {
        Span<byte> head = stackalloc byte[HeadBytes];
        BinaryPrimitives.WriteInt32BigEndian(head, length << 8);
        (head[3], head[4]) = (type, flags);
        BinaryPrimitives.WriteInt32BigEndian(head[5..], stream);
        output.Add(head);
    }

    private static byte[] Window(int stream, int bytes)
    {
        var size = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(size, bytes);
        return Http2.Frame(Http2.WindowUpdate, 0, stream, size);
    }

    private void Take(byte type, byte flags, int stream, ReadOnlySpan<byte> payload, LightBuffer output, LightAnswer answer)
    {
        switch (type)
        {
            case Http2.Data:
                Received(payload.Length, output);
                TakeData(stream, payload, answer);
                break;
            case Http2.Headers when (flags & Http2.EndStream) != 0:
                TakeEnd(stream, payload.IndexOf(s_statusOk) >= 0, payload.IndexOf(s_statusExhausted) >= 0, answer);
                break;
            case Http2.Reset:
                TakeEnd(stream, false, false, answer);
                break;
            case Http2.Settings or Http2.Ping when (flags & Http2.Ack) == 0:
                _isOpen = true;
                output.Add(Http2.Frame(type, Http2.Ack, 0, type == Http2.Ping ? payload : []));
                break;
            case Http2.GoAway:
                throw new FormatException("the server ends the connection");
        }
    }

    private void Received(int bytes, LightBuffer output)
    {
        _received += bytes;
        if (_received >= WindowRefill)
        {
            output.Add(Window(0, _received));
            if (LongStream != 0)
            {
                output.Add(Window(LongStream, _received));
            }

            _received = 0;
        }
    }
}
