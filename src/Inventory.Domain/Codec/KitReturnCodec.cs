using Inventory.Domain.Catalog;
using Inventory.Domain.Stocks;

namespace Inventory.Domain.Codec;

/// <summary>Events of a kit's return as bytes. Golden files pin them.</summary>
/// <remarks>
/// Little-endian: format (1), kind (1), at (8); then by kind. 1 KitReturnIntended: hash (8), stock key (long text), units (8), condition (1), components:
/// count (1), each SKU (short text) and units (4). 2 KitReturnEnded: outcome (1), version (8), units (8).
/// </remarks>
public static class KitReturnCodec
{
    /// <summary>Room that an event needs at most, in bytes.</summary>
    public const int BytesMax = 64 + 2 + Limits.SkuCharactersMax + 1 + Limits.LocationIdCharactersMax
        + (Limits.KitComponentsMax * (Limits.SkuCharactersMax + 5));

    private const byte Format = 1;

    /// <summary>Writes an event and tells how many bytes that took.</summary>
    public static int Encode(KitReturnEvent change, Span<byte> destination)
    {
        var writer = new ByteWriter(destination);
        writer.Byte(Format);
        writer.Byte(change is KitReturnIntended ? (byte)1 : (byte)2);
        writer.Int64(change.AtMs);
        if (change is KitReturnIntended intended)
        {
            writer.Int64((long)intended.ContentHash);
            writer.LongText(intended.Kit.ToString());
            writer.Int64(intended.Units);
            writer.Byte((byte)intended.Condition);
            CatalogCodec.WriteComponents(ref writer, intended.Components);
        }
        else
        {
            var answer = ((KitReturnEnded)change).Answer;
            writer.Byte((byte)answer.Outcome);
            writer.Int64(answer.Version);
            writer.Int64(answer.Units);
        }

        return writer.Written;
    }

    /// <summary>Reads an event.</summary>
    /// <exception cref="FormatException">The bytes are no event of a known format.</exception>
    public static KitReturnEvent Decode(ReadOnlySpan<byte> source)
    {
        var reader = new ByteReader(source);
        if (reader.Byte() is not Format and var format)
        {
            throw new FormatException($"Event of a kit's return of format {format}; this program reads format {Format}.");
        }

        var (kind, at) = (reader.Byte(), reader.Int64());
        KitReturnEvent change = kind switch
        {
            1 => new KitReturnIntended(
                at, (ulong)reader.Int64(), StockKey.Parse(reader.LongText()), reader.Int64(), reader.Condition(), CatalogCodec.ReadComponents(ref reader)),
            2 => new KitReturnEnded(at, new StockAnswer((StockOutcome)reader.Byte(), reader.Int64(), reader.Int64())),
            _ => throw new FormatException($"Event of a kit's return of the unknown kind {kind}."),
        };
        return reader.AtEnd ? change : throw new FormatException("Event of a kit's return with bytes left over.");
    }
}
