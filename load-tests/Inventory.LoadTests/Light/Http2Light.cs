using System.Buffers.Binary;
using Inventory.LoadTests.Breaking.Hostile;
using Inventory.LoadTests.Light;
using Inventory.LoadTests.Measuring;

namespace Inventory.LoadTests.Service;

/// <summary>What a light client asks over gRPC.</summary>
internal abstract class LightCall
{
    /// <summary>The path of the method.</summary>
    public abstract string Path { get; }

    /// <summary>The message of a call without the five bytes before it; valid until the next call of this method.</summary>
    public abstract ReadOnlySpan<byte> Message(long index);

    /// <summary>What an answer means whose status is OK.</summary>
    public abstract Outcome OutcomeOf(ReadOnlySpan<byte> answer);
}

/// <summary>Unary gRPC calls as frames of HTTP/2; headers without Huffman coding and without a table, answers that come in one frame of data.</summary>
internal sealed class Http2Light(LightCall call) : LightProtocol
{
    private const int HeadBytes = 9;
    private const int GrpcHeadBytes = 5;
    private const int HeaderTableSize = 1;
    private const int InitialWindowSize = 4;
    private const int SlotsMax = 1 << 16;
    private const int WindowRefill = 1 << 24;
    private const int WindowFirst = 1 << 30;
    private static readonly byte[] s_statusOk = [.. "grpc-status"u8, 1, (byte)'0'];
    private static readonly byte[] s_statusExhausted = [.. "grpc-status"u8, 1, (byte)'8'];
    private readonly byte[] _head = Open(call.Path);
    private readonly int[] _slots = new int[SlotsMax]; // of the streams, by half their number
    private readonly Outcome[] _outcomes = new Outcome[SlotsMax]; // as the data say, until the status has come
    private int _stream = -1;
    private int _received;
    private bool _isOpen;

    public override bool IsOpen => _isOpen;

    public override void Greet(LightBuffer output)
    {
        byte[] settings = [0, HeaderTableSize, 0, 0, 0, 0, 0, InitialWindowSize, 0, 0x10, 0, 0];
        output.Add(Http2.Preface);
        output.Add(Http2.Frame(Http2.Settings, 0, 0, settings));
        output.Add(Window(WindowFirst));
    }

    public override void Ask(LightBuffer output, int slot, long index)
    {
        _stream += 2;
        _slots[At(_stream)] = slot;
        _outcomes[At(_stream)] = Outcome.Failed;
        var message = call.Message(index);
        var bytes = output.Add(_head);
        BinaryPrimitives.WriteInt32BigEndian(bytes[5..], _stream);
        Span<byte> head = stackalloc byte[HeadBytes + GrpcHeadBytes];
        BinaryPrimitives.WriteInt32BigEndian(head, (GrpcHeadBytes + message.Length) << 8);
        (head[3], head[4]) = (Http2.Data, Http2.EndStream);
        BinaryPrimitives.WriteInt32BigEndian(head[5..], _stream);
        BinaryPrimitives.WriteInt32BigEndian(head[(HeadBytes + 1)..], message.Length);
        output.Add(head);
        output.Add(message);
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

    private static byte[] Open(string path) => Http2.Open(0, path);

    private static byte[] Window(int bytes)
    {
        var size = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(size, bytes);
        return Http2.Frame(Http2.WindowUpdate, 0, 0, size);
    }

    private static int At(int stream) => (stream >> 1) & (SlotsMax - 1);

    private void Take(byte type, byte flags, int stream, ReadOnlySpan<byte> payload, LightBuffer output, LightAnswer answer)
    {
        switch (type)
        {
            case Http2.Data:
                _received += payload.Length;
                if (_received >= WindowRefill)
                {
                    output.Add(Window(_received));
                    _received = 0;
                }

                _outcomes[At(stream)] = payload.Length < GrpcHeadBytes ? Outcome.Failed : call.OutcomeOf(payload[GrpcHeadBytes..]);
                break;
            case Http2.Headers when (flags & Http2.EndStream) != 0:
                var outcome = payload.IndexOf(s_statusOk) >= 0 ? _outcomes[At(stream)]
                    : payload.IndexOf(s_statusExhausted) >= 0 ? Outcome.Overloaded : Outcome.Failed;
                answer(_slots[At(stream)], outcome);
                break;
            case Http2.Reset:
                answer(_slots[At(stream)], Outcome.Failed);
                break;
            case Http2.Settings or Http2.Ping when (flags & Http2.Ack) == 0:
                _isOpen = true;
                output.Add(Http2.Frame(type, Http2.Ack, 0, type == Http2.Ping ? payload : []));
                break;
            case Http2.GoAway:
                throw new FormatException("the server ends the connection");
        }
    }
}
