using System.Runtime.CompilerServices;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Inventory.Domain;
using Inventory.Domain.Stocks;
using Inventory.Grpc.Mapping;
using Inventory.V1;

namespace Inventory.Grpc.Streams;

/// <summary>The answer to a <c>Reserve</c>: that of a stock, from which its bytes are written, or any other as the generated class.</summary>
internal sealed class ReserveReply
{
    // Field numbers and types of the proto, as they stand on the wire.
    private const byte DecisionTag = (ReserveResponse.DecisionFieldNumber << 3) | 2;
    private const byte ReservationTag = (ReserveResponse.ReservationIdFieldNumber << 3) | 2;
    private const byte ExpireTimeTag = (ReserveResponse.ExpireTimeFieldNumber << 3) | 2;
    private const byte AcceptedTag = Decision.AcceptedFieldNumber << 3;
    private const byte RepeatedTag = Decision.RepeatedFieldNumber << 3;
    private const byte VersionTag = Decision.VersionFieldNumber << 3;
    private const byte SecondsTag = Timestamp.SecondsFieldNumber << 3;
    private const byte NanosTag = Timestamp.NanosFieldNumber << 3;

    private StockAnswer _answer;
    private ShortName _name;
    private byte[]? _longName;
    private int _nameLength;
    private ReserveResponse? _generated;

    /// <summary>Tells what a stock said to a reservation of one line.</summary>
    public void Set(in StockAnswer answer, in Domain.StockKey key, in RequestId id)
    {
        if (answer.Outcome.IsAccepted())
        {
            // Spelled now, while the stock's names are near: by the time that the answer is written, other calls have driven them away.
            var reservation = new ReservationId(id, key);
            (_answer, _nameLength) = (answer, reservation.Characters);
            _longName = _nameLength > ShortName.BytesMax ? new byte[_nameLength] : null;
            reservation.WriteAscii(Name);
        }
        else
        {
            _generated = ReservationMapping.One(answer, key, id);
        }
    }

    private Span<byte> Name => _longName ?? ((Span<byte>)_name)[.._nameLength];

    /// <summary>Tells anything else.</summary>
    public void Set(ReserveResponse response) => _generated = response;

    /// <summary>Writes the message.</summary>
    public void Write(SerializationContext context)
    {
        if (_generated is not null)
        {
            context.SetPayloadLength(_generated.CalculateSize());
            _generated.WriteTo(context.GetBufferWriter());
        }
        else
        {
            WriteAccepted(context);
        }

        context.Complete();
    }

    private void WriteAccepted(SerializationContext context)
    {
        var isRepeated = _answer.Outcome == StockOutcome.AlreadyAccepted;
        var decision = 2 + (isRepeated ? 2 : 0) + (_answer.Version == 0 ? 0 : 1 + Varints.LengthOf((ulong)_answer.Version));
        var name = _nameLength;
        var (seconds, nanos) = Times.Parts(_answer.ExpiresAtMs);
        var time = (seconds == 0 ? 0 : 1 + Varints.LengthOf((ulong)seconds)) + (nanos == 0 ? 0 : 1 + Varints.LengthOf((ulong)nanos));
        var bytes = 2 + decision + 1 + Varints.LengthOf((ulong)name) + name + (_answer.ExpiresAtMs == 0 ? 0 : 2 + time);
        context.SetPayloadLength(bytes);
        var output = context.GetBufferWriter();
        var span = output.GetSpan(bytes);
        var at = 0;
        span[at++] = DecisionTag;
        span[at++] = (byte)decision;
        span[at++] = AcceptedTag;
        span[at++] = 1;
        if (isRepeated)
        {
            span[at++] = RepeatedTag;
            span[at++] = 1;
        }

        WriteNumber(span, ref at, VersionTag, _answer.Version);
        span[at++] = ReservationTag;
        Varints.Write(span, ref at, (ulong)name);
        Name.CopyTo(span[at..]);
        at += name;
        if (_answer.ExpiresAtMs != 0)
        {
            span[at++] = ExpireTimeTag;
            span[at++] = (byte)time;
            WriteNumber(span, ref at, SecondsTag, seconds);
            WriteNumber(span, ref at, NanosTag, nanos);
        }

        output.Advance(at);
    }

    // Zero is not written.
    private static void WriteNumber(Span<byte> span, ref int at, byte tag, long number)
    {
        if (number != 0)
        {
            span[at++] = tag;
            Varints.Write(span, ref at, (ulong)number);
        }
    }

    /// <summary>Room for the name of most reservations.</summary>
    [InlineArray(BytesMax)]
    private struct ShortName
    {
        public const int BytesMax = 64;
        private byte _first;
    }
}
