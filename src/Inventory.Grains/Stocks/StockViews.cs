using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Reservations;
using Inventory.Domain.Stocks;

namespace Inventory.Grains;

/// <summary>Makes what readers see of a stock. The stock was advanced to now.</summary>
internal static class StockViews
{
    public static StockView Of(StockKey key, Stock stock, Channel channel, bool closed) => new()
    {
        Key = key,
        Sellable = stock.Sellable,
        Held = stock.Held,
        Damaged = stock.Damaged,
        Quarantine = stock.Quarantine,
        Display = stock.Display,
        Available = closed ? 0 : Math.Max(0, stock.Atp(channel)),
        Holds = stock.HoldCount,
        Policy = stock.Policy,
        Ledger = stock.Ledger,
        Version = stock.Version,
        ChangedAtMs = stock.ChangedAtMs,
        Lots = stock.Lots,
    };

    public static BoardFigure FigureOf(StockKey key, Stock stock)
    {
        var fences = stock.Policy.RingFences;
        var byChannel = ImmutableArray<RingFence>.Empty;
        if (!fences.IsEmpty)
        {
            var builder = ImmutableArray.CreateBuilder<RingFence>(fences.Length);
            foreach (var fence in fences)
            {
                builder.Add(new RingFence(fence.Channel, stock.Atp(fence.Channel)));
            }

            byChannel = builder.MoveToImmutable();
        }

        return new BoardFigure(key.Location, stock.Version, stock.LastAtMs, stock.Sellable, stock.Atp(default), byChannel);
    }

    /// <summary>A hold, live or remembered.</summary>
    public static HoldView? HoldOf(StockKey key, Stock stock, HoldId id)
    {
        if (stock.TryGetHold(id, out var hold))
        {
            return HoldOf(key, id, hold);
        }

        if (!stock.TryGetEnded(id.Reservation, out var over))
        {
            return null;
        }

        var line = new LineView
        {
            Key = key,
            State = over.Expired ? LineState.Expired : LineState.Ended,
            Reserved = over.Reserved,
            Collected = over.Collected,
            Shipped = over.Shipped,
            Released = over.Released,
        };
        return new HoldView(id, false, line, over.Channel, 0);
    }

    public static HoldPage HoldsOf(StockKey key, Stock stock, HoldId? after, int max)
    {
        var sorted = stock.Holds
            .Where(each => after is not { } last || Compare(each.Key, last) > 0)
            .OrderBy(each => each.Key, Comparer<HoldId>.Create(Compare))
            .Take(max + 1)
            .Select(each => HoldOf(key, each.Key, each.Value))
            .ToList();
        return new HoldPage([.. sorted.Take(max)], stock.Version, sorted.Count > max);
    }

    private static HoldView HoldOf(StockKey key, HoldId id, in Hold hold)
    {
        var line = new LineView
        {
            Line = Math.Max(0, KitLines.AskedOfHold(id.Line)),
            Key = key,
            State = hold.IsLeased ? LineState.Pending : hold.IsFirm ? LineState.Firm : LineState.Soft,
            Reserved = hold.Reserved,
            Held = hold.Left,
            Collected = hold.Collected,
            Shipped = hold.Shipped,
            Released = hold.Released,
        };
        return new HoldView(id, id.Line > 0, line, hold.Channel, hold.IsFirm ? 0 : hold.ExpiresAtMs);
    }

    private static int Compare(HoldId a, HoldId b)
    {
        var order = a.Reservation.High.CompareTo(b.Reservation.High);
        order = order != 0 ? order : a.Reservation.Low.CompareTo(b.Reservation.Low);
        return order != 0 ? order : a.Line.CompareTo(b.Line);
    }
}
