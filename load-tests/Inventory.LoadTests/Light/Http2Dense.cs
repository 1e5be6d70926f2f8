using System.Buffers.Binary;
using Inventory.LoadTests.Breaking.Hostile;
using Inventory.LoadTests.Light;
using Inventory.LoadTests.Measuring;
using Inventory.LoadTests.Operations;
using Inventory.V1;

namespace Inventory.LoadTests.Service;

/// <summary>
/// Reservations on one <c>ReserveStream</c>, a thousand in a message: each call of the loop is a line, and the line that makes a message whole sends it. So a
/// connection needs a number of calls under way that thousands make up.
/// </summary>
internal sealed class Http2Dense(BatchNames names, Func<long, (int Stock, Guid Id)> choose) : Http2Frames
{
    /// <summary>Lines in a message.</summary>
    public const int Lines = 1_000;

    private const int Stream = 1;
    private const int FrameBytesMax = 16 * 1024;
    private const byte ResultTag = (ReserveStreamResponse.ResultsFieldNumber << 3) | 2;
    private const byte AcceptedTag = StreamResult.AcceptedFieldNumber << 3;
    private const byte RepeatedTag = StreamResult.RepeatedFieldNumber << 3;
    private const byte ReasonTag = StreamResult.RefusalReasonFieldNumber << 3;
    private readonly BatchMessage _message = new(names, Lines);
    private readonly LightBuffer _answer = new();
    private readonly Queue<int> _asked = new();
    private int _lines;

    protected override int LongStream => Stream;

    public override void Greet(LightBuffer output)
    {
        base.Greet(output);
        output.Add(Http2.Open(Stream, "/inventory.v1.ReservationService/ReserveStream"));
    }

    public override void Ask(LightBuffer output, int slot, long index)
    {
        var (stock, id) = choose(index);
        _message.Add(stock, id);
        _asked.Enqueue(slot);
        if (++_lines == Lines)
        {
            Send(output, _message.Bytes);
            _message.Clear();
            _lines = 0;
        }
    }

    protected override void TakeData(int stream, ReadOnlySpan<byte> data, LightAnswer answer)
    {
        _answer.Add(data);
        while (_answer.Content is { Length: >= GrpcHeadBytes } bytes
            && BinaryPrimitives.ReadInt32BigEndian(bytes[1..]) is var length && bytes.Length >= GrpcHeadBytes + length)
        {
            Read(bytes.Slice(GrpcHeadBytes, length), answer);
            _answer.Taken(GrpcHeadBytes + length);
        }
    }

    protected override void TakeEnd(int stream, bool isOk, bool isExhausted, LightAnswer answer) => throw new FormatException("the server ends the stream");

    // The service asks for more of a stream before half of its first window, 768 KB, is used up, and three messages have 300 KB: no window is counted here.
    private static void Send(LightBuffer output, ReadOnlySpan<byte> message)
    {
        Span<byte> head = stackalloc byte[GrpcHeadBytes];
        head[0] = 0;
        BinaryPrimitives.WriteInt32BigEndian(head[1..], message.Length);
        AddHead(output, head.Length, Http2.Data, 0, Stream);
        output.Add(head);
        while (!message.IsEmpty)
        {
            var part = message[..Math.Min(message.Length, FrameBytesMax)];
            AddHead(output, part.Length, Http2.Data, 0, Stream);
            output.Add(part);
            message = message[part.Length..];
        }
    }

    // Results in the order of the lines, and a time; lengths below 128 but of a result with a text, which is told apart by its outcome.
    private void Read(ReadOnlySpan<byte> message, LightAnswer answer)
    {
        while (!message.IsEmpty)
        {
            var tag = message[0];
            var (length, at) = (message[1] & 127, 2);
            if (message[1] >= 128)
            {
                length |= message[at++] << 7;
            }

            if (tag == ResultTag)
            {
                answer(_asked.Dequeue(), OutcomeOf(message.Slice(at, length)));
            }

            message = message[(at + length)..];
        }
    }

    // StreamResult { accepted, repeated, refusal_reason, ... }, each below 128 and left out when it is zero.
    private static Outcome OutcomeOf(ReadOnlySpan<byte> result) => result switch
    {
        [AcceptedTag, 1, RepeatedTag, 1, ..] => Outcome.Repeated,
        [AcceptedTag, 1, ..] => Outcome.Granted,
        [ReasonTag, (byte)RefusalReason.Insufficient, ..] => Outcome.SoldOut,
        _ => Outcome.Refused,
    };
}
