namespace Inventory.Domain.Stocks;

/// <summary>Cumulative sums by named reason since the first event. On hand in all conditions is always their balance.</summary>
public struct StockLedger
{
    /// <summary>Units received.</summary>
    public long Received;

    /// <summary>Units brought back.</summary>
    public long Returned;

    /// <summary>Units collected.</summary>
    public long Collected;

    /// <summary>Units shipped.</summary>
    public long Shipped;

    /// <summary>Net correction by counts and imports.</summary>
    public long Counted;

    /// <summary>Net loss by damage (negative).</summary>
    public long Damage;

    /// <summary>Net loss by shrink (negative).</summary>
    public long Shrink;

    /// <summary>Net gain by finds.</summary>
    public long Found;

    /// <summary>Net loss by expiry of goods (negative).</summary>
    public long Expired;

    /// <summary>Net internal use (negative).</summary>
    public long InternalUse;

    /// <summary>Net corrections by a person.</summary>
    public long Correction;

    /// <summary>What must be on hand, whatever the condition.</summary>
    public readonly long Balance =>
        Received + Returned - Collected - Shipped + Counted + Damage + Shrink + Found + Expired + InternalUse + Correction;

    /// <summary>Net adjustment for a reason.</summary>
    public readonly long Adjusted(AdjustReason reason) => reason switch
    {
        AdjustReason.Damage => Damage,
        AdjustReason.Shrink => Shrink,
        AdjustReason.Found => Found,
        AdjustReason.Expired => Expired,
        AdjustReason.InternalUse => InternalUse,
        AdjustReason.Correction => Correction,
        _ => 0,
    };

    internal void Adjust(AdjustReason reason, long units)
    {
        switch (reason)
        {
            case AdjustReason.Damage: Damage += units; break;
            case AdjustReason.Shrink: Shrink += units; break;
            case AdjustReason.Found: Found += units; break;
            case AdjustReason.Expired: Expired += units; break;
            case AdjustReason.InternalUse: InternalUse += units; break;
            default: Correction += units; break;
        }
    }
}
