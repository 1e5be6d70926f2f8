using Inventory.Domain.Work;

namespace Inventory.Domain.Codec;

/// <summary>Events and snapshots of a location's work as bytes. Golden files pin them.</summary>
/// <remarks>
/// Little-endian. An event: format (1), kind (1), start (8), then the event as in <see cref="StockEventCodec"/>. A snapshot: format (1), version (8),
/// time of the newest event (8), count of slots (4), each kind (1), start (8) and, as four bytes of length and its bytes, what
/// <see cref="StockSnapshotCodec"/> writes; slots in the order of kind and start.
/// </remarks>
public static class WorkCodec
{
    /// <summary>Most bytes of one event.</summary>
    public const int EventBytesMax = HeadBytes + Limits.StockEventBytesMax;

    private const byte Format = 1;
    private const int HeadBytes = 1 + SlotBytes;
    private const int SlotBytes = 1 + 8;
    private const int SlotHeadBytes = SlotBytes + 4;

    /// <summary>Writes an event and tells how many bytes that took.</summary>
    public static int Encode(in WorkEvent change, Span<byte> destination)
    {
        var writer = new ByteWriter(destination);
        writer.Byte(Format);
        Write(ref writer, change.Slot);
        return HeadBytes + StockEventCodec.Encode(change.Change, destination[HeadBytes..]);
    }

    /// <summary>Reads an event.</summary>
    /// <exception cref="FormatException">The bytes are no event of a known format.</exception>
    public static WorkEvent DecodeEvent(ReadOnlySpan<byte> source)
    {
        var reader = new ByteReader(source);
        CheckFormat(reader.Byte(), "event");
        var slot = ReadSlot(ref reader);
        return new WorkEvent(slot, StockEventCodec.Decode(source[HeadBytes..]));
    }

    /// <summary>Room that a snapshot needs at most, in bytes.</summary>
    public static long BytesMax(WorkBook book) =>
        1 + 8 + 8 + 4 + book.Slots.Values.Sum(static stock => (long)SlotHeadBytes + StockSnapshotCodec.BytesMax(stock));

    /// <summary>Writes a snapshot and tells how many bytes that took.</summary>
    public static int Encode(WorkBook book, Span<byte> destination)
    {
        var writer = new ByteWriter(destination);
        writer.Byte(Format);
        writer.Int64(book.Version);
        writer.Int64(book.LastAtMs);
        writer.Int32(book.Slots.Count);
        foreach (var (slot, stock) in book.Slots.OrderBy(each => each.Key.Kind).ThenBy(each => each.Key.StartMs))
        {
            Write(ref writer, slot);
            writer.Block(stock, StockSnapshotCodec.Encode);
        }

        return writer.Written;
    }

    /// <summary>Reads a snapshot.</summary>
    /// <exception cref="FormatException">The bytes are no snapshot of a known format.</exception>
    /// <exception cref="InvariantBrokenException">The books of a slot do not balance.</exception>
    public static WorkBook DecodeSnapshot(ReadOnlySpan<byte> source)
    {
        var reader = new ByteReader(source);
        CheckFormat(reader.Byte(), "snapshot");
        var (version, lastAtMs) = (reader.Int64(), reader.Int64());
        var slots = new List<KeyValuePair<WorkSlot, Stocks.Stock>>();
        for (var count = reader.Count32(SlotHeadBytes); count > 0; count--)
        {
            slots.Add(new(ReadSlot(ref reader), StockSnapshotCodec.Decode(reader.Block())));
        }

        return reader.AtEnd ? WorkBook.Restore(version, lastAtMs, slots) : throw new FormatException("Work snapshot with bytes left over.");
    }

    internal static void Write(ref ByteWriter writer, WorkSlot slot)
    {
        writer.Byte((byte)slot.Kind);
        writer.Int64(slot.StartMs);
    }

    internal static WorkSlot ReadSlot(ref ByteReader reader) => Slot(reader.Byte(), reader.Int64());

    internal static WorkSlot Slot(byte kind, long startMs) => kind is (byte)WorkKind.Parcels or (byte)WorkKind.Picks
        ? new WorkSlot((WorkKind)kind, startMs)
        : throw new FormatException($"Work of the unknown kind {kind}.");

    private static void CheckFormat(byte format, string what)
    {
        if (format != Format)
        {
            throw new FormatException($"Work {what} of format {format}; this program reads format {Format}.");
        }
    }
}
