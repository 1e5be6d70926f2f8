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

/// <summary>Unary gRPC calls as frames of HTTP/2, with answers that come in one frame of data.</summary>
internal sealed class Http2Light(LightCall call) : Http2Frames
{
    private const int SlotsMax = 1 << 16;
    private const int None = -1;
    private readonly byte[] _head = Http2.Open(0, call.Path);
    private readonly int[] _slots = new int[SlotsMax]; // of the streams, by half their number
    private readonly Outcome[] _outcomes = new Outcome[SlotsMax]; // as the data say, until the status has come
    private int _stream = -1;

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

    protected override void TakeData(int stream, ReadOnlySpan<byte> data, LightAnswer answer) =>
        _outcomes[At(stream)] = data.Length < GrpcHeadBytes ? Outcome.Failed : call.OutcomeOf(data[GrpcHeadBytes..]);

    // A server may reset a stream after its end, to say that it wants no more of the request; by then the slot is another call's.
    protected override void TakeEnd(int stream, bool isOk, bool isExhausted, LightAnswer answer)
    {
        var slot = _slots[At(stream)];
        if (slot >= 0)
        {
            _slots[At(stream)] = None;
            answer(slot, isOk ? _outcomes[At(stream)] : isExhausted ? Outcome.Overloaded : Outcome.Failed);
        }
    }

    private static int At(int stream) => (stream >> 1) & (SlotsMax - 1);
}
