using Inventory.Domain.Routing;

namespace Inventory.Domain.Codec;

/// <summary>What locations found of what they were asked for, as bytes. Golden files pin them.</summary>
/// <remarks>
/// Little-endian. An event: format (1), time (8), units found and missed (8 each), location (long text). A snapshot: format (1), count (4), each location
/// (long text), found and missed (8 each, IEEE 754), time until which they have faded (8); in the ordinal order of ids.
/// </remarks>
public static class FoundCodec
{
    /// <summary>Most bytes of one event.</summary>
    public const int EventBytesMax = 1 + PlaceBytesMax;

    private const byte Format = 1;
    private const int PlaceBytesMax = 8 + 8 + 8 + 2 + Limits.LocationIdCharactersMax;

    /// <summary>Writes an event and tells how many bytes that took.</summary>
    public static int Encode(in FoundNoted noted, Span<byte> destination)
    {
        var writer = new ByteWriter(destination);
        writer.Byte(Format);
        writer.Int64(noted.AtMs);
        writer.Int64(noted.Found);
        writer.Int64(noted.Missed);
        writer.LongText(noted.Location.Value);
        return writer.Written;
    }

    /// <summary>Reads an event.</summary>
    /// <exception cref="FormatException">The bytes are no event of a known format.</exception>
    public static FoundNoted DecodeEvent(ReadOnlySpan<byte> source)
    {
        var reader = new ByteReader(source);
        CheckFormat(reader.Byte(), "event");
        var (atMs, found, missed) = (reader.Int64(), reader.Int64(), reader.Int64());
        return new FoundNoted(atMs, LocationId.Parse(reader.LongText()), found, missed);
    }

    /// <summary>Room that a snapshot needs at most, in bytes.</summary>
    public static int BytesMax(FoundBook book) => 1 + 4 + (book.Places.Count * PlaceBytesMax);

    /// <summary>Writes a snapshot and tells how many bytes that took.</summary>
    public static int Encode(FoundBook book, Span<byte> destination)
    {
        var writer = new ByteWriter(destination);
        writer.Byte(Format);
        writer.Int32(book.Places.Count);
        foreach (var (location, (record, atMs)) in book.Places.OrderBy(each => each.Key.Value, StringComparer.Ordinal))
        {
            writer.LongText(location.Value);
            writer.Int64(BitConverter.DoubleToInt64Bits(record.Found));
            writer.Int64(BitConverter.DoubleToInt64Bits(record.Missed));
            writer.Int64(atMs);
        }

        return writer.Written;
    }

    /// <summary>Reads a snapshot.</summary>
    /// <exception cref="FormatException">The bytes are no snapshot of a known format.</exception>
    public static FoundBook DecodeSnapshot(ReadOnlySpan<byte> source)
    {
        var reader = new ByteReader(source);
        CheckFormat(reader.Byte(), "snapshot");
        var book = new FoundBook();
        for (var count = reader.Int32(); count > 0; count--)
        {
            var location = LocationId.Parse(reader.LongText());
            var record = new FoundRecord(BitConverter.Int64BitsToDouble(reader.Int64()), BitConverter.Int64BitsToDouble(reader.Int64()));
            book.Restore(location, record, reader.Int64());
        }

        return reader.AtEnd ? book : throw new FormatException("Snapshot of what was found with bytes left over.");
    }

    private static void CheckFormat(byte format, string what)
    {
        if (format != Format)
        {
            throw new FormatException($"{what} of what was found, of format {format}; this program reads format {Format}.");
        }
    }
}
