using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Stocks;

namespace Inventory.Grains;

/// <summary>Hashes the content of writes to a coordinator or an order, to tell a retry from another request under the same id.</summary>
internal static class ReservationHash
{
    public static ulong Of(ReserveMany order)
    {
        var hash = Add((ulong)order.TtlMs, order.Partial ? 1UL : 0UL);
        hash = Add(hash, order.Channel.Value);
        return Add(hash, order.Lines);
    }

    public static ulong Of(ReservationStep step)
    {
        var hash = Add((ulong)step.Verb, (ulong)step.TtlMs);
        foreach (var part in step.Parts)
        {
            hash = Add(Add(hash, (ulong)part.Line), (ulong)part.Units);
        }

        return Add(hash, step.Added);
    }

    public static ulong OfReturn(StockKey kit, long units, Condition condition, ImmutableArray<ReturnedLot> lots) =>
        Add(Add(Add(Add(Add(1, kit.Sku.Value), kit.Location.Value), (ulong)units), (ulong)condition), lots);

    public static ulong Of(OrderStep step)
    {
        var hash = Add(Add((ulong)step.Verb, (ulong)step.TtlMs), (ulong)((step.Part ?? -1) + 1));
        hash = Add(Add(hash, step.To?.Value ?? ""), (ulong)step.Condition);
        foreach (var line in step.Lines)
        {
            hash = Add(Add(hash, (ulong)line.Line), (ulong)line.Units);
        }

        hash = step.Wish is { } wish
            ? Add(Add(Add(hash, (ulong)wish.Kind), wish.Location?.Value ?? ""), wish.Point is { } point ? $"{point.Latitude:R} {point.Longitude:R}" : "")
            : hash;
        hash = step.Content is { } content ? Add(hash, Domain.Codec.OrderCodec.HashOf(content)) : hash;
        hash = Add(hash, step.Lots);
        return step.QuotedHash is { } quoted ? Add(hash, quoted) : hash;
    }

    private static ulong Add(ulong hash, ImmutableArray<ReturnedLot> lots)
    {
        foreach (var lot in lots)
        {
            hash = Add(Add(Add(hash, lot.Sku.Value), lot.Lot.Value), (ulong)(lot.BestBefore?.DayNumber ?? -1));
        }

        return hash;
    }

    /// <summary>Of an order as it is placed: a quote is not the order of the same content.</summary>
    public static ulong Of(PlaceOrder order)
    {
        var hash = Domain.Codec.OrderCodec.HashOf(order.Content);
        hash = order.QuoteMs > 0 ? Add(hash, (ulong)order.QuoteMs) : hash;
        return order.Exchanges is { } exchanged ? Add(hash, exchanged.High) : hash;
    }

    /// <summary>Of a quote as it is redeemed.</summary>
    public static ulong Of(RedeemQuote quote) =>
        Add(Add(quote.Quote.High, quote.Quote.Low), quote.Content is { } content ? Domain.Codec.OrderCodec.HashOf(content) : 0);

    private static ulong Add(ulong hash, System.Collections.Immutable.ImmutableArray<ReserveLine> lines)
    {
        foreach (var line in lines)
        {
            hash = line.Slot is { } slot ? Add(Add(hash, (ulong)slot.Kind), (ulong)slot.StartMs) : Add(hash, line.Key.Sku.Value);
            hash = Add(Add(hash, line.Key.Location.Value), (ulong)line.Units);
        }

        return hash;
    }

    private static ulong Add(ulong hash, string text)
    {
        foreach (var character in text)
        {
            hash = (hash ^ character) * 0x100000001B3UL;
        }

        return Add(hash, (ulong)text.Length);
    }

    private static ulong Add(ulong hash, ulong value) =>
        System.Numerics.BitOperations.RotateLeft(hash ^ (value * 0x9E3779B97F4A7C15UL), 29) * 0xBF58476D1CE4E5B9UL;
}
