using Inventory.Domain.Routing;

namespace Inventory.Domain.Codec;

/// <summary>Demand for one SKU as bytes. Golden files pin them.</summary>
/// <remarks>
/// Little-endian. An event: format (1), time (8), region (4), units (8). A snapshot: format (1), time of the first event (8), count (4), each region (4) with
/// units and orders (8 each, IEEE 754) and the time at which they counted so (8); by rising region.
/// </remarks>
public static class DemandCodec
{
    /// <summary>Bytes of one event.</summary>
    public const int EventBytes = 1 + 8 + 4 + 8;

    private const byte Format = 1;
    private const int RegionBytes = 4 + 8 + 8 + 8;

    /// <summary>Writes an event.</summary>
    public static void Encode(in DemandNoted noted, Span<byte> destination)
    {
        var writer = new ByteWriter(destination);
        writer.Byte(Format);
        writer.Int64(noted.AtMs);
        writer.Int32(noted.Region);
        writer.Int64(noted.Units);
    }

    /// <summary>Reads an event.</summary>
    /// <exception cref="FormatException">The bytes are no event of a known format.</exception>
    public static DemandNoted DecodeEvent(ReadOnlySpan<byte> source)
    {
        var reader = new ByteReader(source);
        CheckFormat(reader.Byte(), "Event");
        var noted = new DemandNoted(reader.Int64(), reader.Int32(), reader.Int64());
        return reader.AtEnd ? noted : throw new FormatException("Event of demand with bytes left over.");
    }

    /// <summary>Bytes of a snapshot.</summary>
    public static int BytesOf(DemandBook book) => 1 + 8 + 4 + (book.Regions.Count * RegionBytes);

    /// <summary>Writes a snapshot.</summary>
    public static void Encode(DemandBook book, Span<byte> destination)
    {
        var writer = new ByteWriter(destination);
        writer.Byte(Format);
        writer.Int64(book.FirstMs);
        writer.Int32(book.Regions.Count);
        foreach (var (region, record) in book.Regions.OrderBy(each => each.Key))
        {
            writer.Int32(region);
            writer.Int64(BitConverter.DoubleToInt64Bits(record.Units));
            writer.Int64(BitConverter.DoubleToInt64Bits(record.Orders));
            writer.Int64(record.AtMs);
        }
    }

    /// <summary>Reads a snapshot.</summary>
    /// <exception cref="FormatException">The bytes are no snapshot of a known format.</exception>
    public static DemandBook DecodeSnapshot(ReadOnlySpan<byte> source)
    {
        var reader = new ByteReader(source);
        CheckFormat(reader.Byte(), "Snapshot");
        var (book, firstMs) = (new DemandBook(), reader.Int64());
        for (var count = reader.Count32(RegionBytes); count > 0; count--)
        {
            var region = reader.Int32();
            var (units, orders) = (BitConverter.Int64BitsToDouble(reader.Int64()), BitConverter.Int64BitsToDouble(reader.Int64()));
            book.Restore(firstMs, region, new RegionRecord(units, orders, reader.Int64()));
        }

        return reader.AtEnd ? book : throw new FormatException("Snapshot of demand with bytes left over.");
    }

    private static void CheckFormat(byte format, string what)
    {
        if (format != Format)
        {
            throw new FormatException($"{what} of demand, of format {format}; this program reads format {Format}.");
        }
    }
}
