using System.Collections.Immutable;
using Inventory.Domain.Reservations;
using Inventory.Domain.Stocks;

namespace Inventory.Domain.Codec;

/// <summary>A coordinator's events as bytes. Golden files pin them.</summary>
/// <remarks>
/// Little-endian: format (1), kind (1), at (8); then by kind. 1 ReserveIntended: request (16), hash (8), expiry (8), partial (1), channel (text), lines:
/// count (2), each stock key (long text) and units (8). 2 ReserveDecided: held (1), count (2), each
/// outcome (1), version (8), units (8), expiry (8). 3 StepIntended: request (16), hash (8), verb (1), expiry (8), count (2), each units (8).
/// A ReserveIntended with lines that are work has format 3: each line begins with its kind (1); 0 is a stock and goes on as before, others are kinds
/// of work and go on with location (long text), start of the slot (8) and units (8).
/// A StepIntended with lines that come in place of others has format 4 and ends in them: count (2), each as in format 3.
/// Either, with lines that are components of kits, has format 5: as format 3 or 4, and kind 255 is a component, which goes on with the kit's SKU (short text),
/// version of its definition (8), place within it (1), units in one kit (4), stock key (long text) and units (8).
/// 4 StepDecided: outcome (1), count (2), each refused line (2) and outcome (1). 5 AllSettled: nothing more.
/// </remarks>
public static class ReservationCodec
{
    private const byte Format = 2;
    private const byte WorkFormat = 3;
    private const byte MoveFormat = 4;
    private const byte KitFormat = 5;
    private const byte ComponentKind = 255;
    private const int BytesPerLine = 8 + 2 + Limits.SkuCharactersMax + 1 + Limits.LocationIdCharactersMax + 8 + 8;
    private const int BytesPerKitLine = BytesPerLine + 2 + Limits.SkuCharactersMax + 8 + 1 + sizeof(int);

    /// <summary>Room that an event needs at most, in bytes.</summary>
    /// <param name="lines">How many lines its reservation has.</param>
    /// <param name="kits">Whether any of them is a component of a kit.</param>
    public static int BytesMax(int lines, bool kits = false) => 128 + (lines * (kits ? BytesPerKitLine : BytesPerLine));

    /// <summary>Room that any event of a reservation needs at most, in bytes.</summary>
    public static int BytesMax(ReserveIntended intent) => BytesMax(intent.Lines.Length, HasKits(intent.Lines));

    /// <summary>Writes an event and tells how many bytes that took.</summary>
    public static int Encode(ReservationEvent change, Span<byte> destination)
    {
        var writer = new ByteWriter(destination);
        writer.Byte(FormatOf(change));
        writer.Byte(KindOf(change));
        writer.Int64(change.AtMs);
        switch (change)
        {
            case ReserveIntended intended:
                WriteIntent(ref writer, intended);
                break;
            case ReserveDecided decided:
                writer.Byte(decided.Held ? (byte)1 : (byte)0);
                writer.Int16((short)decided.Answers.Length);
                foreach (var answer in decided.Answers)
                {
                    writer.Byte((byte)answer.Outcome);
                    writer.Int64(answer.Version);
                    writer.Int64(answer.Units);
                    writer.Int64(answer.ExpiresAtMs);
                }

                break;
            case StepIntended step:
                writer.Request(step.Id);
                writer.Int64((long)step.ContentHash);
                writer.Byte((byte)step.Verb);
                writer.Int64(step.ExpiresAtMs);
                WriteUnits(ref writer, step.Units);
                if (!step.Added.IsEmpty)
                {
                    WriteLines(ref writer, step.Added, hasKinds: true);
                }

                break;
            case StepDecided decided:
                writer.Byte((byte)decided.Outcome);
                WriteRefused(ref writer, decided.Refused);
                break;
        }

        return writer.Written;
    }

    /// <summary>Reads an event.</summary>
    /// <exception cref="FormatException">The bytes are no event of a known format.</exception>
    public static ReservationEvent Decode(ReadOnlySpan<byte> source)
    {
        var reader = new ByteReader(source);
        var format = reader.Byte();
        var kind = reader.Byte();
        if (format != Format && (format, kind) is not ((WorkFormat, 1) or (MoveFormat, 3) or (KitFormat, 1 or 3)))
        {
            throw new FormatException($"Reservation event of format {format}; this program reads formats {Format} to {KitFormat}.");
        }

        var at = reader.Int64();
        ReservationEvent change = kind switch
        {
            1 => ReadIntent(ref reader, at, format),
            2 => ReadDecision(ref reader, at),
            3 => ReadStep(ref reader, at, format),
            4 => new StepDecided(at, (StockOutcome)reader.Byte(), ReadRefused(ref reader)),
            5 => new AllSettled(at),
            _ => throw new FormatException($"Reservation event of the unknown kind {kind}."),
        };
        return reader.AtEnd ? change : throw new FormatException("Reservation event with bytes left over.");
    }

    private static byte KindOf(ReservationEvent change) => change switch
    {
        ReserveIntended => 1,
        ReserveDecided => 2,
        StepIntended => 3,
        StepDecided => 4,
        _ => 5,
    };

    private static void WriteIntent(ref ByteWriter writer, ReserveIntended intended)
    {
        writer.Request(intended.Id);
        writer.Int64((long)intended.ContentHash);
        writer.Int64(intended.ExpiresAtMs);
        writer.Byte(intended.Partial ? (byte)1 : (byte)0);
        writer.ShortText(intended.Channel.Value);
        WriteLines(ref writer, intended.Lines, FormatOf(intended) != Format);
    }

    private static void WriteLines(ref ByteWriter writer, ImmutableArray<ReservedLine> lines, bool hasKinds)
    {
        writer.Int16((short)lines.Length);
        foreach (var line in lines)
        {
            WriteLine(ref writer, line, hasKinds);
        }
    }

    private static byte FormatOf(ReservationEvent change) => change switch
    {
        StepIntended { Added.IsEmpty: false } step => HasKits(step.Added) ? KitFormat : MoveFormat,
        ReserveIntended intended when HasKits(intended.Lines) => KitFormat,
        ReserveIntended intended when intended.Lines.Any(static line => line.IsWork) => WorkFormat,
        _ => Format,
    };

    private static bool HasKits(ImmutableArray<ReservedLine> lines) => lines.Any(static line => line.Kit is not null);

    private static void WriteLine(ref ByteWriter writer, in ReservedLine line, bool hasKinds)
    {
        if (line.Kit is { } part)
        {
            writer.Byte(ComponentKind);
            writer.ShortText(part.Kit.Value);
            writer.Int64(part.Version);
            writer.Byte((byte)part.Component);
            writer.Int32(part.PerKit);
            writer.LongText(line.Key.ToString());
        }
        else if (line.Slot is { } slot)
        {
            writer.Byte((byte)slot.Kind);
            writer.LongText(line.Key.Location.Value);
            writer.Int64(slot.StartMs);
        }
        else
        {
            if (hasKinds)
            {
                writer.Byte(0);
            }

            writer.LongText(line.Key.ToString());
        }

        writer.Int64(line.Units);
    }

    private static ReservedLine ReadLine(ref ByteReader reader, byte format)
    {
        var kind = format == Format ? (byte)0 : reader.Byte();
        if (kind == ComponentKind && format == KitFormat)
        {
            var part = new KitPart(Sku.Parse(reader.ShortText()), reader.Int64(), reader.Byte(), reader.Int32());
            return new ReservedLine(StockKey.Parse(reader.LongText()), reader.Int64()) { Kit = part };
        }

        return kind == 0
            ? new ReservedLine(StockKey.Parse(reader.LongText()), reader.Int64())
            : ReservedLine.Work(LocationId.Parse(reader.LongText()), WorkCodec.Slot(kind, reader.Int64()), reader.Int64());
    }

    private static ReserveIntended ReadIntent(ref ByteReader reader, long at, byte format)
    {
        var (id, hash, expires, partial) = (reader.Request(), (ulong)reader.Int64(), reader.Int64(), reader.Byte() != 0);
        var channel = reader.Channel();
        return new ReserveIntended(at, id, hash, ReadLines(ref reader, format), channel, expires, partial);
    }

    private static ImmutableArray<ReservedLine> ReadLines(ref ByteReader reader, byte format)
    {
        var lines = ImmutableArray.CreateBuilder<ReservedLine>(reader.Count16(13)); // of either format
        for (var i = 0; i < lines.Capacity; i++)
        {
            lines.Add(ReadLine(ref reader, format));
        }

        CheckKits(lines);
        return lines.MoveToImmutable();
    }

    // Components of one kit follow each other and count from 0: who holds what is told by that.
    private static void CheckKits(ImmutableArray<ReservedLine>.Builder lines)
    {
        for (var i = 0; i < lines.Count; i++)
        {
            if (lines[i].Kit is { Component: > 0 } part
                && (i == 0 || lines[i - 1].Kit is not { } before || before.Kit != part.Kit || before.Component != part.Component - 1))
            {
                throw new FormatException($"A component of the kit {part.Kit} out of its place.");
            }
        }
    }

    private static ReserveDecided ReadDecision(ref ByteReader reader, long at)
    {
        var held = reader.Byte() != 0;
        var answers = ImmutableArray.CreateBuilder<StockAnswer>(reader.Count16(25));
        for (var i = 0; i < answers.Capacity; i++)
        {
            answers.Add(new StockAnswer((StockOutcome)reader.Byte(), reader.Int64(), reader.Int64(), reader.Int64()));
        }

        return new ReserveDecided(at, answers.MoveToImmutable(), held);
    }

    private static StepIntended ReadStep(ref ByteReader reader, long at, byte format)
    {
        var (id, hash, verb, expires) = (reader.Request(), (ulong)reader.Int64(), (StockVerb)reader.Byte(), reader.Int64());
        var step = new StepIntended(at, id, hash, verb, ReadUnits(ref reader), expires);
        return format == Format ? step : step with { Added = ReadLines(ref reader, format) };
    }

    internal static void WriteRefused(ref ByteWriter writer, ImmutableArray<RefusedLine> refused)
    {
        writer.Int16((short)refused.Length);
        foreach (var (line, outcome) in refused)
        {
            writer.Int16((short)line);
            writer.Byte((byte)outcome);
        }
    }

    internal static ImmutableArray<RefusedLine> ReadRefused(ref ByteReader reader)
    {
        var refused = ImmutableArray.CreateBuilder<RefusedLine>(reader.Count16(3));
        for (var i = 0; i < refused.Capacity; i++)
        {
            refused.Add(new RefusedLine(reader.Int16(), (StockOutcome)reader.Byte()));
        }

        return refused.MoveToImmutable();
    }

    private static void WriteUnits(ref ByteWriter writer, ImmutableArray<long> units)
    {
        writer.Int16((short)units.Length);
        foreach (var each in units)
        {
            writer.Int64(each);
        }
    }

    private static ImmutableArray<long> ReadUnits(ref ByteReader reader)
    {
        var units = ImmutableArray.CreateBuilder<long>(reader.Count16(8));
        for (var i = 0; i < units.Capacity; i++)
        {
            units.Add(reader.Int64());
        }

        return units.MoveToImmutable();
    }
}
