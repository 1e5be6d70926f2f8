using Inventory.Domain;

namespace Inventory.RouteQuality;

/// <summary>A location of the network.</summary>
/// <param name="Id">Which.</param>
/// <param name="Position">Where.</param>
/// <param name="Kind">What sort of place.</param>
/// <param name="HandlingMinor">Cost of handling a parcel.</param>
/// <param name="CutOffMinute">Minute of the day, UTC, when its parcels leave.</param>
internal sealed record Site(LocationId Id, Position Position, LocationKind Kind, long HandlingMinor, int CutOffMinute)
{
    private const long DayMs = 86_400_000;

    /// <summary>When a parcel ordered now leaves: the next cut-off; none leaves on a Sunday.</summary>
    public long LeavesAtMs(long nowMs)
    {
        var at = (nowMs / DayMs * DayMs) + (CutOffMinute * 60_000L);
        at = at < nowMs ? at + DayMs : at;
        return (at / DayMs) % 7 == 3 ? at + DayMs : at; // day 0 of Unix time was a Thursday
    }
}

/// <summary>One line of an order.</summary>
internal readonly record struct Wanted(int Sku, long Units, int UnitGrams, long UnitValueMinor);

/// <summary>An order and where it is to go.</summary>
internal sealed record Order(long AtMs, Position Home, Wanted[] Lines);

/// <summary>A network, its orders in time order, and how much each shelf holds when it is full.</summary>
/// <param name="Name">For the report.</param>
/// <param name="Sites">Locations.</param>
/// <param name="Orders">In time order.</param>
/// <param name="Full">Units by SKU, then by site; what lies there at the start.</param>
/// <param name="RefillDays">Every so many days each site is filled up again, one site after the other; 0 for never.</param>
/// <param name="MaxParts">Most locations of an order, for all ways but nearest first.</param>
internal sealed record Year(string Name, Site[] Sites, Order[] Orders, long[][] Full, int RefillDays, int MaxParts = 4);
