using System.Collections.Immutable;
using Inventory.Domain.Catalog;

namespace Inventory.Domain.Codec;

/// <summary>Events of the catalogue, and the whole of it, as bytes. Golden files pin them.</summary>
/// <remarks>
/// Little-endian. An event: format (1), request (16), content hash (8), at (8), SKU (short text), lots (1), least days of shelf life (2), grams of a
/// unit (4), handling (1), components: count (1), each SKU (short text) and units (4).
/// A snapshot: format (1), version (8), items: count (4), each version (8), the latest event as four bytes of length and its bytes, the writes that are
/// remembered: count (1), each request (16), hash (8), version (8).
/// </remarks>
public static class CatalogCodec
{
    private const byte Format = 1;
    private const int WriteBytes = 16 + 8 + 8;
    private const int ItemBytesMin = 8 + sizeof(int) + 1;

    /// <summary>Room that <see cref="Encode(CatalogEvent, Span{byte})"/> needs at most, in bytes.</summary>
    public static int BytesMax(CatalogFacts facts) => 64 + Limits.SkuCharactersMax + (facts.Kit.Length * (Limits.SkuCharactersMax + 5));

    /// <summary>Room that <see cref="Encode(CatalogRecord, Span{byte})"/> needs at most, in bytes.</summary>
    public static int BytesMax(CatalogRecord catalog) =>
        16 + catalog.Items.Sum(item => ItemBytesMin + BytesMax(item.Facts) + (item.Writes.Count * WriteBytes));

    /// <summary>Writes an event and tells how many bytes that took.</summary>
    public static int Encode(CatalogEvent change, Span<byte> destination)
    {
        var writer = new ByteWriter(destination);
        writer.Byte(Format);
        writer.Request(change.Id);
        writer.Int64((long)change.ContentHash);
        writer.Int64(change.AtMs);
        writer.ShortText(change.Sku.Value);
        writer.Byte(change.Facts.HasLots ? (byte)1 : (byte)0);
        writer.Int16((short)change.Facts.MinShelfDays);
        writer.Int32(change.Facts.UnitGrams);
        writer.Byte((byte)change.Facts.Goods);
        WriteComponents(ref writer, change.Facts.Kit);
        return writer.Written;
    }

    /// <summary>Reads an event.</summary>
    /// <exception cref="FormatException">The bytes are no event of a known format.</exception>
    public static CatalogEvent Decode(ReadOnlySpan<byte> source)
    {
        var reader = new ByteReader(source);
        CheckFormat(reader.Byte(), "event");
        var (id, hash, at, sku) = (reader.Request(), (ulong)reader.Int64(), reader.Int64(), Sku.Parse(reader.ShortText()));
        var facts = new CatalogFacts
        {
            HasLots = reader.Byte() != 0, MinShelfDays = reader.Int16(), UnitGrams = reader.Int32(), Goods = (Handling)reader.Byte(),
            Kit = ReadComponents(ref reader),
        };
        return reader.AtEnd ? new CatalogEvent(id, hash, at, sku, facts) : throw new FormatException("Catalogue event with bytes left over.");
    }

    /// <summary>Writes a whole catalogue and tells how many bytes that took.</summary>
    public static int Encode(CatalogRecord catalog, Span<byte> destination)
    {
        var writer = new ByteWriter(destination);
        writer.Byte(Format);
        writer.Int64(catalog.Version);
        writer.Int32(catalog.Items.Count);
        foreach (var item in catalog.Items)
        {
            writer.Int64(item.Version);
            writer.Block(item.Latest, Encode);
            writer.Byte((byte)item.Writes.Count);
            foreach (var (id, hash, version) in item.Writes)
            {
                writer.Request(id);
                writer.Int64((long)hash);
                writer.Int64(version);
            }
        }

        return writer.Written;
    }

    /// <summary>Reads a whole catalogue.</summary>
    /// <exception cref="FormatException">The bytes are no snapshot of a known format.</exception>
    public static CatalogRecord DecodeSnapshot(ReadOnlySpan<byte> source)
    {
        var reader = new ByteReader(source);
        CheckFormat(reader.Byte(), "snapshot");
        var version = reader.Int64();
        var items = new List<CatalogItem>(reader.Count32(ItemBytesMin));
        for (var left = items.Capacity; left > 0; left--)
        {
            var (itemVersion, latest) = (reader.Int64(), Decode(reader.Block()));
            var writes = new CatalogWrite[reader.Byte()];
            for (var i = 0; i < writes.Length; i++)
            {
                writes[i] = new CatalogWrite(reader.Request(), (ulong)reader.Int64(), reader.Int64());
            }

            items.Add(new CatalogItem(itemVersion, latest, writes));
        }

        return reader.AtEnd ? CatalogRecord.Restore(version, items) : throw new FormatException("Catalogue snapshot with bytes left over.");
    }

    internal static void WriteComponents(ref ByteWriter writer, ImmutableArray<KitComponent> parts)
    {
        writer.Byte((byte)parts.Length);
        foreach (var part in parts)
        {
            writer.ShortText(part.Sku.Value);
            writer.Int32(part.Units);
        }
    }

    internal static ImmutableArray<KitComponent> ReadComponents(ref ByteReader reader)
    {
        var parts = ImmutableArray.CreateBuilder<KitComponent>(reader.Byte());
        for (var i = 0; i < parts.Capacity; i++)
        {
            parts.Add(new KitComponent(Sku.Parse(reader.ShortText()), reader.Int32()));
        }

        return parts.MoveToImmutable();
    }

    private static void CheckFormat(byte format, string what)
    {
        if (format != Format)
        {
            throw new FormatException($"Catalogue {what} of format {format}; this program reads format {Format}.");
        }
    }
}
