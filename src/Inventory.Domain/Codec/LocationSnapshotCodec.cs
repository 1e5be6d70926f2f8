namespace Inventory.Domain.Codec;

/// <summary>A whole location as bytes, so that recovery need not begin at its first event. Golden files pin them.</summary>
/// <remarks>
/// Little-endian: format (1), version (8); the latest event, as four bytes of length and its bytes as in <see cref="LocationCodec"/>; the writes that are
/// remembered: count (2), each request (16), hash (8), version (8).
/// </remarks>
public static class LocationSnapshotCodec
{
    private const byte Format = 1;
    private const int WriteBytes = 16 + 8 + 8;

    /// <summary>Room that <see cref="Encode"/> needs at most, in bytes.</summary>
    public static int BytesMax(LocationRecord location) =>
        16 + LocationCodec.BytesMax(location.Facts!) + (Limits.LocationWritesRememberedMax * WriteBytes);

    /// <summary>Writes a location that has at least one event, and tells how many bytes that took.</summary>
    public static int Encode(LocationRecord location, Span<byte> destination)
    {
        var writer = new ByteWriter(destination);
        writer.Byte(Format);
        writer.Int64(location.Version);
        writer.Block(location.Latest!, LocationCodec.Encode);
        writer.Int16((short)location.Writes.Count);
        foreach (var (id, hash, version) in location.Writes)
        {
            writer.Request(id);
            writer.Int64((long)hash);
            writer.Int64(version);
        }

        return writer.Written;
    }

    /// <summary>Reads a location.</summary>
    /// <exception cref="FormatException">The bytes are no snapshot of a known format.</exception>
    public static LocationRecord Decode(ReadOnlySpan<byte> source)
    {
        var reader = new ByteReader(source);
        var format = reader.Byte();
        if (format != Format)
        {
            throw new FormatException($"Location snapshot of format {format}; this program reads format {Format}.");
        }

        var version = reader.Int64();
        var latest = LocationCodec.Decode(reader.Block());
        var writes = new List<(RequestId, ulong, long)>();
        for (var count = reader.Count16(WriteBytes); count > 0; count--)
        {
            writes.Add((reader.Request(), (ulong)reader.Int64(), reader.Int64()));
        }

        return reader.AtEnd ? LocationRecord.Restore(version, latest, writes) : throw new FormatException("Location snapshot with bytes left over.");
    }
}
