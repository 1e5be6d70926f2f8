using System.Collections.Immutable;
using Inventory.Domain.Stocks;

namespace Inventory.Domain.Transfers;

/// <summary>One line of a transfer: each unit that was sent is in transit or gone to exactly one of the named ends.</summary>
public sealed class TransferLine(Sku sku, long planned)
{
    /// <summary>What.</summary>
    public Sku Sku => sku;

    /// <summary>Units to be sent, sent ones included.</summary>
    public long Planned { get; internal set; } = planned;

    /// <summary>Units that left the source.</summary>
    public long Shipped { get; internal set; }

    /// <summary>Units that were taken in at the destination, those beyond what was sent included.</summary>
    public long Received { get; internal set; }

    /// <summary>Of <see cref="Received"/>: those beyond what was in transit.</summary>
    public long Over { get; internal set; }

    /// <summary>Units that never came.</summary>
    public long Lost { get; internal set; }

    /// <summary>Units that were not taken in because they were destroyed.</summary>
    public long Damaged { get; internal set; }

    /// <summary>Of <see cref="InTransit"/>: units that belong to lots, the earliest date first.</summary>
    public ImmutableArray<LotUnits> Lots { get; private set; } = [];

    /// <summary>Units still to be sent.</summary>
    public long ToShip => Planned - Shipped;

    /// <summary>Units between the two locations.</summary>
    public long InTransit => Shipped - (Received - Over) - Lost - Damaged;

    /// <summary>Units that the destination's supply expects of this line.</summary>
    public long AnnouncedUnits { get; private set; }

    /// <summary>When it expects them, Unix milliseconds; 0 with no units.</summary>
    public long AnnouncedMs { get; private set; }

    /// <summary>True if the destination could not take the latest announcement: not tried again before the next step.</summary>
    public bool IsAnnouncementRefused { get; private set; }

    internal void Announce(AnnouncedLine announced)
    {
        IsAnnouncementRefused = announced.IsRefused;
        (AnnouncedUnits, AnnouncedMs) = announced.IsRefused ? (AnnouncedUnits, AnnouncedMs) : (announced.Units, announced.DueMs);
    }

    internal void TryAnnouncingAgain() => IsAnnouncementRefused = false;

    /// <summary>What the destination's supply has done by itself, as it brought units in.</summary>
    internal void TakeAnnounced(long units)
    {
        AnnouncedUnits = Math.Max(0, AnnouncedUnits - units);
        AnnouncedMs = AnnouncedUnits == 0 ? 0 : AnnouncedMs;
    }

    internal void Receive(long units)
    {
        Over += Math.Max(0, units - InTransit);
        Received += units;
    }

    /// <summary>Adds units of lots that left the source.</summary>
    internal void AddLots(ImmutableArray<LotUnits> lots)
    {
        foreach (var lot in lots)
        {
            var place = Place(lot);
            var known = place < 0 ? 0 : Lots[place].Units;
            Lots = place < 0 ? Lots.Add(lot) : Lots.SetItem(place, lot with { Units = known + lot.Units });
        }

        Lots = Lots.Sort(static (a, b) => a.BestBefore != b.BestBefore ? Nullable.Compare(a.BestBefore, b.BestBefore)
            : string.CompareOrdinal(a.Name.Value, b.Name.Value));
    }

    /// <summary>Takes units of lots out of transit.</summary>
    internal void TakeLots(ImmutableArray<LotUnits> lots)
    {
        foreach (var lot in lots)
        {
            var place = Place(lot);
            Invariant.Holds(place >= 0 && Lots[place].Units >= lot.Units);
            var left = Lots[place].Units - lot.Units;
            Lots = left == 0 ? Lots.RemoveAt(place) : Lots.SetItem(place, lot with { Units = left });
        }
    }

    private int Place(LotUnits lot)
    {
        for (var i = 0; i < Lots.Length; i++)
        {
            if (Lots[i].Name == lot.Name && Lots[i].BestBefore == lot.BestBefore)
            {
                return i;
            }
        }

        return -1;
    }

    internal void CheckInvariants()
    {
        Invariant.Holds(AnnouncedUnits >= 0 && AnnouncedUnits == 0 == (AnnouncedMs == 0));
        Invariant.Holds(Lots.Sum(static lot => lot.Units) <= InTransit);
        Invariant.Holds(ToShip >= 0 && InTransit >= 0 && Over >= 0 && Received >= Over && Lost >= 0 && Damaged >= 0);
    }
}
