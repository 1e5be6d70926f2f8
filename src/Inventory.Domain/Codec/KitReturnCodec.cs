using System.Collections.Immutable;
using Inventory.Domain.Catalog;
using Inventory.Domain.Stocks;

namespace Inventory.Domain.Codec;

/// <summary>Events of a kit's return as bytes. Golden files pin them.</summary>
/// <remarks>
/// Little-endian: format (1), kind (1), at (8); then by kind. 1 KitReturnIntended: hash (8), stock key (long text), units (8), condition (1), components:
/// count (1), each SKU (short text) and units (4). 2 KitReturnEnded: outcome (1), version (8), units (8). 3 KitReturnIntended with lots: as 1, then count (1),
/// of each lot SKU and name (short texts) and the day of its date (4), counted from 1 January of the year 1, which is 0; -1 if it was not told.
/// </remarks>
public static class KitReturnCodec
{
    /// <summary>Room that an event needs at most, in bytes.</summary>
    public const int BytesMax = 64 + 2 + Limits.SkuCharactersMax + 1 + Limits.LocationIdCharactersMax
        + (Limits.KitComponentsMax * (Limits.SkuCharactersMax + 5))
        + 1 + (Limits.KitComponentsMax * (Limits.SkuCharactersMax + 1 + Limits.LotNameCharactersMax + 1 + 4));

    private const byte Format = 1;

    /// <summary>Writes an event and tells how many bytes that took.</summary>
    public static int Encode(KitReturnEvent change, Span<byte> destination)
    {
        var writer = new ByteWriter(destination);
        writer.Byte(Format);
        writer.Byte(change is not KitReturnIntended { Lots: var lots } ? (byte)2 : lots.IsDefaultOrEmpty ? (byte)1 : (byte)3);
        writer.Int64(change.AtMs);
        if (change is KitReturnIntended intended)
        {
            writer.Int64((long)intended.ContentHash);
            writer.LongText(intended.Kit.ToString());
            writer.Int64(intended.Units);
            writer.Byte((byte)intended.Condition);
            CatalogCodec.WriteComponents(ref writer, intended.Components);
            if (!intended.Lots.IsDefaultOrEmpty)
            {
                WriteLots(ref writer, intended.Lots);
            }
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
            1 or 3 => new KitReturnIntended(
                at, (ulong)reader.Int64(), StockKey.Parse(reader.LongText()), reader.Int64(), reader.Condition(), CatalogCodec.ReadComponents(ref reader),
                kind == 3 ? ReadLots(ref reader) : default),
            2 => new KitReturnEnded(at, new StockAnswer((StockOutcome)reader.Byte(), reader.Int64(), reader.Int64())),
            _ => throw new FormatException($"Event of a kit's return of the unknown kind {kind}."),
        };
        return reader.AtEnd ? change : throw new FormatException("Event of a kit's return with bytes left over.");
    }

    private static void WriteLots(ref ByteWriter writer, ImmutableArray<ReturnedLot> lots)
    {
        writer.Byte((byte)lots.Length);
        foreach (var lot in lots)
        {
            writer.ShortText(lot.Sku.Value);
            writer.ShortText(lot.Lot.Value);
            writer.Int32(lot.BestBefore?.DayNumber ?? -1);
        }
    }

    private static ImmutableArray<ReturnedLot> ReadLots(ref ByteReader reader)
    {
        var lots = ImmutableArray.CreateBuilder<ReturnedLot>();
        for (var left = (int)reader.Byte(); left > 0; left--)
        {
            var (sku, name, day) = (Sku.Parse(reader.ShortText()), LotName.Parse(reader.ShortText()), reader.Int32());
            lots.Add(new ReturnedLot(sku, name, day < 0 ? null : day <= DateOnly.MaxValue.DayNumber ? DateOnly.FromDayNumber(day)
                : throw new FormatException($"A record with the impossible day {day}.")));
        }

        return lots.ToImmutable();
    }
}
