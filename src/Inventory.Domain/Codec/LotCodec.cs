using System.Collections.Immutable;
using Inventory.Domain.Stocks;

namespace Inventory.Domain.Codec;

/// <summary>Lots as bytes, within the events and snapshots of a stock.</summary>
/// <remarks>
/// Little-endian. Units of lots: count (2), then of each name (one byte of length and UTF-8), day of its date (4), units (8); days are counted from 1 January
/// of the year 1, which is 0. The lots of a snapshot: count (4), then of each name, day (4) and units by condition (4 times 8); the version of the latest
/// change that was dropped (8); changes, count (4), of each version (8), name, condition (1), units (8); what writes took, count (4), of each request (16),
/// at (8) and units of lots as above.
/// </remarks>
internal static class LotCodec
{
    private const int NameBytesMax = 1 + Limits.LotNameCharactersMax;
    private const int UnitsBytesMin = 2 + 4 + 8;
    private const int LotBytesMin = 2 + 4 + (4 * 8);
    private const int ChangeBytesMin = 8 + 2 + 1 + 8;
    private const int TakenBytesMin = 16 + 8 + 2;

    /// <summary>How much room the lots of an event need at most.</summary>
    public static int BytesMax(ImmutableArray<LotUnits> lots) => lots.IsDefaultOrEmpty ? 0 : 2 + (lots.Length * Limits.LotUnitsBytesMax);

    /// <summary>How much room the lots of a snapshot need at most.</summary>
    public static int BytesMax(LotTable lots) =>
        (3 * 4) + 8 + (lots.All.Count * (LotBytesMin + NameBytesMax)) + (lots.Changes.Count * (ChangeBytesMin + NameBytesMax))
        + lots.Taken.Sum(static taken => TakenBytesMin + BytesMax(taken.Lots));

    public static void Write(ref ByteWriter writer, ImmutableArray<LotUnits> lots)
    {
        writer.Int16((short)lots.Length);
        foreach (var lot in lots)
        {
            writer.ShortText(lot.Name.Value);
            writer.Int32(lot.BestBefore!.Value.DayNumber);
            writer.Int64(lot.Units);
        }
    }

    public static ImmutableArray<LotUnits> Read(ref ByteReader reader)
    {
        var lots = ImmutableArray.CreateBuilder<LotUnits>(reader.Count16(UnitsBytesMin));
        for (var i = 0; i < lots.Capacity; i++)
        {
            lots.Add(new LotUnits(Name(ref reader), Date(ref reader), reader.Int64()));
        }

        return lots.MoveToImmutable();
    }

    public static void Write(ref ByteWriter writer, LotTable table)
    {
        writer.Int32(table.All.Count);
        foreach (var lot in table.All)
        {
            writer.ShortText(lot.Name.Value);
            writer.Int32(lot.BestBefore.DayNumber);
            writer.Int64(lot.Units.Sellable);
            writer.Int64(lot.Units.Damaged);
            writer.Int64(lot.Units.Quarantine);
            writer.Int64(lot.Units.Display);
        }

        writer.Int64(table.CutAtVersion);
        writer.Int32(table.Changes.Count);
        foreach (var change in table.Changes)
        {
            writer.Int64(change.Version);
            writer.ShortText(change.Name.Value);
            writer.Byte((byte)change.Condition);
            writer.Int64(change.Units);
        }

        writer.Int32(table.Taken.Count);
        foreach (var taken in table.Taken)
        {
            writer.Request(taken.Id);
            writer.Int64(taken.AtMs);
            Write(ref writer, taken.Lots);
        }
    }

    public static void Read(ref ByteReader reader, LotTable table)
    {
        for (var left = reader.Count32(LotBytesMin); left > 0; left--)
        {
            var (name, date) = (Name(ref reader), Date(ref reader));
            table.Restore(new Lot(name, date, new OnHandFigures(reader.Int64(), reader.Int64(), reader.Int64(), reader.Int64()), 0));
        }

        table.RestoreCut(reader.Int64());
        for (var left = reader.Count32(ChangeBytesMin); left > 0; left--)
        {
            table.NoteChange(new LotChange(reader.Int64(), Name(ref reader), reader.Condition(), reader.Int64()));
        }

        for (var left = reader.Count32(TakenBytesMin); left > 0; left--)
        {
            table.NoteTaken(new LotsTaken(reader.Request(), reader.Int64(), Read(ref reader)));
        }
    }

    private static LotName Name(ref ByteReader reader) => LotName.Parse(reader.ShortText());

    private static DateOnly Date(ref ByteReader reader) => reader.Int32() is var day && day >= 0 && day <= DateOnly.MaxValue.DayNumber
        ? DateOnly.FromDayNumber(day)
        : throw new FormatException($"A record with the impossible day {day}.");
}
