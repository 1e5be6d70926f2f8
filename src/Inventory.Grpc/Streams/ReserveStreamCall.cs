using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Inventory.Domain;
using Inventory.Grains;
using Inventory.Grpc.Errors;
using Inventory.Grpc.Mapping;
using Inventory.V1;

namespace Inventory.Grpc.Streams;

/// <summary>One <c>ReserveStream</c>. Messages come in one at a time, in order.</summary>
internal sealed class ReserveStreamCall(IStocks stocks, IReservations reservations, int callsInFlightMax)
{
    // Fields of the proto with their wire types.
    private const byte EntryTag = (ReserveStreamRequest.ReservationsFieldNumber << 3) | 2;
    private const byte ChannelTag = (ReserveStreamRequest.ChannelFieldNumber << 3) | 2;
    private const byte TtlTag = (ReserveStreamRequest.TtlFieldNumber << 3) | 2;
    private const byte IdTag = (StreamReservation.RequestIdFieldNumber << 3) | 2;
    private const byte SkuTag = (StreamReservation.SkuFieldNumber << 3) | 2;
    private const byte LocationTag = (StreamReservation.LocationIdFieldNumber << 3) | 2;
    private const byte UnitsTag = StreamReservation.UnitsFieldNumber << 3;

    private const int EntriesAtOnce = 16;

    private static readonly RichStatus s_malformed = RichStatus.Of(
        StatusCode.Internal, "MALFORMED_MESSAGE", "The message could not be parsed as inventory.v1.ReserveStreamRequest.");

    /// <summary>Answers one message, and disposes it. A wrong message ends the stream, a malformed entry does not.</summary>
    /// <exception cref="CallRefusedException">The message is wrong.</exception>
    public Task<StreamReply> Answer(MessageBytes ask)
    {
        StreamBatch batch;
        StreamReply reply;
        using (ask)
        {
            try
            {
                (batch, reply) = TryReadHead(ask.Bytes, out var head)
                    ? Read(ask.Bytes, head)
                    : Read(ReserveStreamRequest.Parser.ParseFrom(ask.Bytes));
            }
            catch (InvalidProtocolBufferException)
            {
                throw new CallRefusedException(s_malformed);
            }
        }

        return Finish(batch, reply);
    }

    private async Task<StreamReply> Finish(StreamBatch batch, StreamReply reply)
    {
        await batch.Run(stocks, reservations, callsInFlightMax);
        return reply;
    }

    /// <summary>What a message says beside its entries, and how many of those it has. False if it must be read by the generated class.</summary>
    private static bool TryReadHead(ReadOnlySpan<byte> bytes, out Head head)
    {
        head = default;
        var reader = new PlainReader(bytes);
        while (!reader.AtEnd)
        {
            var tag = reader.Tag();
            if (tag is not (EntryTag or ChannelTag or TtlTag) || !reader.TryBlock(out var block))
            {
                return false;
            }

            switch (tag)
            {
                case EntryTag:
                    head.Entries++;
                    break;
                case ChannelTag when Ascii.IsValid(block):
                    head.Channel = Encoding.ASCII.GetString(block);
                    break;
                case TtlTag when head.Ttl is null:
                    head.Ttl = Duration.Parser.ParseFrom(block);
                    break;
                default:
                    return false;
            }
        }

        return true;
    }

    private (StreamBatch Batch, StreamReply Reply) Read(ReadOnlySpan<byte> bytes, in Head head)
    {
        var (batch, reply) = Begin(head);
        var reader = new PlainReader(bytes);
        Span<Entry> some = stackalloc Entry[EntriesAtOnce];
        var (line, count) = (0, 0);
        while (!reader.AtEnd)
        {
            var tag = reader.Tag();
            reader.TryBlock(out var block);
            if (tag != EntryTag)
            {
                continue;
            }

            some[count] = ReadEntry(bytes, block);
            if (++count == some.Length)
            {
                Set(bytes, some, batch, reply, line);
                (line, count) = (line + count, 0);
            }
        }

        Set(bytes, some[..count], batch, reply, line);
        return (batch, reply);
    }

    // Names lead to memory that is scattered, one piece behind the other: looked up for several lines at once, so that their waits are one.
    private void Set(ReadOnlySpan<byte> bytes, ReadOnlySpan<Entry> some, StreamBatch batch, StreamReply reply, int line)
    {
        for (var step = 0; step < IStocks.ExpectSteps; step++)
        {
            foreach (ref readonly var entry in some)
            {
                stocks.Expect(entry.Hash, step);
            }
        }

        foreach (ref readonly var entry in some)
        {
            if (entry.IsPlain && stocks.Find(entry.Hash, entry.Sku.Of(bytes), entry.Location.Of(bytes)) is { } known)
            {
                batch.Set(line, known, entry.Id, entry.Units);
            }
            else
            {
                Read(StreamReservation.Parser.ParseFrom(entry.Block.Of(bytes)), batch, reply, line);
            }

            line++;
        }
    }

    private (StreamBatch Batch, StreamReply Reply) Read(ReserveStreamRequest request)
    {
        var (batch, reply) = Begin(new Head { Entries = request.Reservations.Count, Channel = request.Channel, Ttl = request.Ttl });
        for (var line = 0; line < request.Reservations.Count; line++)
        {
            Read(request.Reservations[line], batch, reply, line);
        }

        return (batch, reply);
    }

    private static (StreamBatch Batch, StreamReply Reply) Begin(in Head head)
    {
        var violations = default(Violations);
        var channel = Fields.Channel(head.Channel ?? "", ref violations);
        var ttlMs = ReservationRequests.TtlMs(head.Ttl, ref violations);
        if (head.Entries is 0 or > Limits.StreamReservationsMax)
        {
            violations.Add("reservations", $"has {head.Entries}; it must have 1 to {Limits.StreamReservationsMax}.");
        }

        if (violations.Any)
        {
            throw new CallRefusedException(violations.Status());
        }

        var reply = new StreamReply(head.Entries);
        return (new StreamBatch(head.Entries, channel, ttlMs, reply), reply);
    }

    /// <summary>Reads an entry that is written as nearly all are; any other has to be looked at more closely.</summary>
    private Entry ReadEntry(ReadOnlySpan<byte> message, ReadOnlySpan<byte> bytes)
    {
        scoped ReadOnlySpan<byte> request = default, sku = default, location = default;
        var entry = new Entry { Block = Part.In(message, bytes) };
        var reader = new PlainReader(bytes);
        while (!reader.AtEnd)
        {
            var tag = reader.Tag();
            var isRead = tag switch
            {
                IdTag => reader.TryBlock(out request),
                SkuTag => reader.TryBlock(out sku),
                LocationTag => reader.TryBlock(out location),
                UnitsTag => reader.TryNumber(out entry.Units),
                _ => false,
            };
            if (!isRead)
            {
                return entry;
            }
        }

        entry.IsPlain = entry.Units is >= 1 and <= Domain.Limits.UnitsMax && RequestId.TryParse(request, out entry.Id);
        if (entry.IsPlain)
        {
            (entry.Sku, entry.Location, entry.Hash) = (Part.In(message, sku), Part.In(message, location), stocks.HashOf(sku, location));
        }

        return entry;
    }

    private void Read(StreamReservation entry, StreamBatch batch, StreamReply reply, int line)
    {
        var violations = default(Violations);
        var id = Fields.RequestId(entry.RequestId, ref violations);
        var sku = Fields.Sku(entry.Sku, "sku", ref violations);
        var location = Fields.Location(entry.LocationId, "location_id", ref violations);
        var units = Fields.Units(entry.Units, "units", 1, ref violations);
        if (violations.Any)
        {
            reply.SetProblem(line, violations.Line());
        }
        else
        {
            batch.Set(line, stocks.Find(new Domain.StockKey(sku, location)), id, units);
        }
    }

    /// <summary>One entry of a message. What is not plain has only its block.</summary>
    private struct Entry
    {
        public Part Block;
        public Part Sku;
        public Part Location;
        public RequestId Id;
        public long Units;
        public ulong Hash;
        public bool IsPlain;
    }

    /// <summary>Where something stands in a message.</summary>
    private readonly record struct Part(int At, int Length)
    {
        public static Part In(ReadOnlySpan<byte> message, ReadOnlySpan<byte> part) =>
            part.IsEmpty ? default : new((int)Unsafe.ByteOffset(in MemoryMarshal.GetReference(message), in MemoryMarshal.GetReference(part)), part.Length);

        public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> message) => message.Slice(At, Length);
    }

    private struct Head
    {
        public int Entries;
        public string? Channel;
        public Duration? Ttl;
    }
}
