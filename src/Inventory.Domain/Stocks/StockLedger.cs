using Orleans;

namespace Inventory.Domain.Stocks;

/// <summary>Cumulative sums by named reason since the first event. On hand in all conditions is always their balance.</summary>
[GenerateSerializer, Immutable, Alias("stock-ledger")]
public struct StockLedger
{
    /// <summary>Units received.</summary>
    [Id(0)] public long Received;

    /// <summary>Units brought back.</summary>
    [Id(1)] public long Returned;

    /// <summary>Units collected.</summary>
    [Id(2)] public long Collected;

    /// <summary>Units shipped.</summary>
    [Id(3)] public long Shipped;

    /// <summary>Net correction by counts and imports.</summary>
    [Id(4)] public long Counted;

    /// <summary>Net loss by damage (negative).</summary>
    [Id(5)] public long Damage;

    /// <summary>Net loss by shrink (negative).</summary>
    [Id(6)] public long Shrink;

    /// <summary>Net gain by finds.</summary>
    [Id(7)] public long Found;

    /// <summary>Net loss by expiry of goods (negative).</summary>
    [Id(8)] public long Expired;

    /// <summary>Net internal use (negative).</summary>
    [Id(9)] public long InternalUse;

    /// <summary>Net corrections by a person.</summary>
    [Id(10)] public long Correction;

    /// <summary>Units taken away to other locations.</summary>
    [Id(11)] public long TransferredOut;

    /// <summary>Units that came from other locations.</summary>
    [Id(12)] public long TransferredIn;

    /// <summary>What must be on hand, whatever the condition.</summary>
    public readonly long Balance =>
        Received + Returned - Collected - Shipped + Counted + Damage + Shrink + Found + Expired + InternalUse + Correction
        - TransferredOut + TransferredIn;

    internal readonly bool HasAny =>
        (Received | Returned | Collected | Shipped | Counted | Damage | Shrink | Found | Expired | InternalUse | Correction | TransferredOut | TransferredIn)
        != 0;

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

    internal void Transfer(StockVerb verb, long units)
    {
        TransferredOut += verb == StockVerb.TransferOut ? units : 0;
        TransferredIn += verb is StockVerb.TransferIn or StockVerb.TransferInHeld ? units : 0;
    }

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
