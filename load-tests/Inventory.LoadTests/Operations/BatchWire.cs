using System.Buffers;
using System.Buffers.Text;
using System.Text;
using Google.Protobuf;
using Grpc.Core;
using Inventory.V1;

namespace Inventory.LoadTests.Operations;

/// <summary>A message of <c>ReserveStream</c> in its bytes. One user at a time; used again for the next message when its answer is there.</summary>
/// <remarks>
/// The generated classes cost a client more for each line than the service needs to decide it, and client and service share the machine. So what does not
/// change from message to message is encoded once, and what changes, an id for each line, is written in its place: what <c>h2load</c> is for unary calls.
/// </remarks>
internal sealed class BatchMessage
{
    /// <summary>Characters of an id: a UUID.</summary>
    private const int IdBytes = 36;

    private const byte LineTag = (ReserveStreamRequest.ReservationsFieldNumber << 3) | 2;
    private const byte IdTag = (StreamReservation.RequestIdFieldNumber << 3) | 2;
    private const int LengthBytesMax = 3;
    private readonly BatchNames _names;
    private byte[] _bytes;
    private int _length;

    public BatchMessage(BatchNames names, int lines)
    {
        _names = names;
        _bytes = new byte[names.Head.Length + (lines * (1 + LengthBytesMax + 2 + IdBytes + names.BytesMax))];
        Clear();
    }

    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    /// <summary>Begins the next message.</summary>
    public void Clear()
    {
        _names.Head.CopyTo(_bytes, 0);
        _length = _names.Head.Length;
    }

    /// <summary>Adds one unit of a stock.</summary>
    public void Add(int stock, Guid id)
    {
        var rest = _names.Rest[stock];
        var at = _bytes.AsSpan(_length);
        var length = 2 + IdBytes + rest.Length;
        at[0] = LineTag;
        var n = 1;
        for (; length >= 128; length >>= 7)
        {
            at[n++] = (byte)(length | 128);
        }

        at[n++] = (byte)length;
        at[n++] = IdTag;
        at[n++] = IdBytes;
        Utf8Formatter.TryFormat(id, at[n..], out _);
        rest.CopyTo(at[(n + IdBytes)..]);
        _length += n + IdBytes + rest.Length;
    }
}

/// <summary>What the lines of many messages share: each stock's names with one unit, and the time to hold. Immutable.</summary>
internal sealed class BatchNames
{
    /// <summary>Encodes the names of numbered stocks.</summary>
    public BatchNames(int stocks, Func<int, string> sku, Func<int, string> location)
    {
        Head = new ReserveStreamRequest { Ttl = ReserveOne.Ttl }.ToByteArray();
        Rest = [.. Enumerable.Range(0, stocks).Select(i => new StreamReservation { Sku = sku(i), LocationId = location(i), Units = 1 }.ToByteArray())];
        BytesMax = Rest.Max(rest => rest.Length);
    }

    public byte[] Head { get; }

    public byte[][] Rest { get; }

    public int BytesMax { get; }
}

/// <summary>What a message came to.</summary>
/// <param name="Lines">Results in it.</param>
/// <param name="Granted">Of those: accepted, and not before.</param>
/// <param name="IsSoldOut">True if a line was refused because too few units were there.</param>
internal sealed record BatchAnswer(int Lines, int Granted, bool IsSoldOut);

/// <summary>The method with messages of this kind.</summary>
internal static class BatchWire
{
    private const byte ResultTag = (ReserveStreamResponse.ResultsFieldNumber << 3) | 2;
    private const byte AcceptedTag = StreamResult.AcceptedFieldNumber << 3;
    private const byte VersionTag = StreamResult.VersionFieldNumber << 3;

    public static Method<BatchMessage, BatchAnswer> ReserveStream { get; } = new(
        MethodType.DuplexStreaming,
        ReservationService.Descriptor.FullName,
        "ReserveStream",
        Marshallers.Create<BatchMessage>(Write, _ => throw new NotSupportedException()),
        Marshallers.Create<BatchAnswer>((_, _) => throw new NotSupportedException(), context => Read(context.PayloadAsReadOnlySequence())));

    /// <summary>Counts. A result that says only that a line was granted, and its version, is told by its bytes; any other is read as a message.</summary>
    public static BatchAnswer Read(in ReadOnlySequence<byte> payload)
    {
        var bytes = payload.IsSingleSegment ? payload.FirstSpan : payload.ToArray();
        var (lines, granted, isSoldOut) = (0, 0, false);
        while (!bytes.IsEmpty)
        {
            var tag = bytes[0];
            var (length, at) = (0, 1);
            for (var shift = 0; ; shift += 7)
            {
                length |= (bytes[at] & 127) << shift;
                if (bytes[at++] < 128)
                {
                    break;
                }
            }

            var field = bytes.Slice(at, length);
            bytes = bytes[(at + length)..];
            if (tag != ResultTag)
            {
                continue; // the time
            }

            lines++;
            if (field is [AcceptedTag, 1, VersionTag, ..])
            {
                granted++;
                continue;
            }

            var result = StreamResult.Parser.ParseFrom(field);
            granted += result is { Accepted: true, Repeated: false } ? 1 : 0;
            isSoldOut |= result.RefusalReason == RefusalReason.Insufficient;
        }

        return new BatchAnswer(lines, granted, isSoldOut);
    }

    private static void Write(BatchMessage message, SerializationContext context)
    {
        var bytes = message.Bytes;
        context.SetPayloadLength(bytes.Length);
        context.GetBufferWriter().Write(bytes);
        context.Complete();
    }
}
