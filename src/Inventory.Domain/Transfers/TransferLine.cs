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

    /// <summary>Units still to be sent.</summary>
    public long ToShip => Planned - Shipped;

    /// <summary>Units between the two locations.</summary>
    public long InTransit => Shipped - (Received - Over) - Lost - Damaged;

    internal void Receive(long units)
    {
        Over += Math.Max(0, units - InTransit);
        Received += units;
    }

    internal void CheckInvariants() =>
        Invariant.Holds(ToShip >= 0 && InTransit >= 0 && Over >= 0 && Received >= Over && Lost >= 0 && Damaged >= 0);
}
