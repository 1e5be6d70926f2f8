namespace Inventory.Domain.Stocks;

/// <summary>Units of one stock promised to one reservation line.</summary>
/// <param name="Channel">Who asked.</param>
/// <param name="Reserved">Units promised at first.</param>
/// <param name="Left">Units still held.</param>
/// <param name="Collected">Units collected of it.</param>
/// <param name="Shipped">Units shipped of it.</param>
/// <param name="ExpiresAtMs">When it falls back, Unix milliseconds; <see cref="long.MaxValue"/> if firm.</param>
/// <param name="LeaseUntilMs">While not 0, a coordinator decides over it, and it counts as held until that is done, whatever the time.</param>
/// <param name="BornOfLease">True if the open lease made it: then "as before" means gone.</param>
/// <param name="Pledged">Units that the open lease keeps on the shelf, because its coordinator's word may take them.</param>
public readonly record struct Hold(
    Channel Channel, long Reserved, long Left, long Collected, long Shipped, long ExpiresAtMs, long LeaseUntilMs, bool BornOfLease, long Pledged = 0)
{
    /// <summary>True if it cannot expire.</summary>
    public bool IsFirm => ExpiresAtMs == long.MaxValue;

    /// <summary>True while a coordinator decides over it.</summary>
    public bool IsLeased => LeaseUntilMs != 0;

    /// <summary>Units given back by release.</summary>
    public long Released => Reserved - Left - Collected - Shipped;

    /// <summary>Expiry as callers are told it: 0 if it is firm or nothing is left.</summary>
    internal long ToldExpiresAtMs => IsFirm || Left == 0 ? 0 : ExpiresAtMs;

    /// <summary>True if time alone has ended it.</summary>
    internal bool IsExpired(long nowMs) => !IsLeased && ExpiresAtMs <= nowMs;

    /// <summary>What an event makes of this hold; <c>default</c> is a hold that is not there. Judging and applying both use it.</summary>
    internal Hold After(in StockEvent change) => change.Verb switch
    {
        StockVerb.Reserve => new Hold(change.Channel, change.Units, change.Units, 0, 0, change.ExpiresAtMs, 0, false),
        StockVerb.Lease when Left > 0 => this with { LeaseUntilMs = change.LeaseUntilMs, Pledged = change.Units },
        StockVerb.Lease => new Hold(change.Channel, change.Units, change.Units, 0, 0, change.ExpiresAtMs, change.LeaseUntilMs, true),
        StockVerb.Extend or StockVerb.Confirm => this with { ExpiresAtMs = change.ExpiresAtMs },
        StockVerb.Settle => Settled(change),
        StockVerb.Collect => this with { Left = Left - change.Units, Collected = Collected + change.Units },
        StockVerb.Ship => this with { Left = Left - change.Units, Shipped = Shipped + change.Units },
        StockVerb.ReceiveHeld or StockVerb.TransferInHeld => Reserved == 0
            ? new Hold(change.Channel, change.Units, change.Units, 0, 0, long.MaxValue, 0, false)
            : this with { Reserved = Reserved + change.Units, Left = Left + change.Units },
        _ => this with { Left = Left - change.Units },
    };

    private Hold Settled(in StockEvent change)
    {
        var open = this with { LeaseUntilMs = 0, BornOfLease = false, Pledged = 0 };
        var settled = change.Settlement switch
        {
            Settlement.Firm => open with { ExpiresAtMs = long.MaxValue },
            Settlement.Soft => open with { ExpiresAtMs = change.ExpiresAtMs },
            Settlement.Restore when !BornOfLease => open,
            Settlement.Collect => open with { Left = Left - change.Units, Collected = Collected + change.Units },
            Settlement.Ship => open with { Left = Left - change.Units, Shipped = Shipped + change.Units },
            Settlement.Release => open with { Left = Left - change.Units },
            _ => open with { Left = 0 },
        };

        // While it was leased its time may have passed; the lease kept it, the word does not.
        return settled.IsExpired(change.AtMs) ? settled with { Left = 0 } : settled;
    }
}
