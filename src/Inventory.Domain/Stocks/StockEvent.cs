namespace Inventory.Domain.Stocks;

/// <summary>What happened to a stock: an accepted command with every figure settled. Applying it cannot fail.</summary>
public struct StockEvent
{
    /// <summary>What.</summary>
    public StockVerb Verb;

    /// <summary>When, in Unix milliseconds; never before the stock's event before.</summary>
    public long AtMs;

    /// <summary>Id of the write.</summary>
    public RequestId Id;

    /// <summary>Hash of the request's content.</summary>
    public ulong ContentHash;

    /// <summary>
    /// Units moved: the signed change of on hand for Adjust, Count and Import; of a lease that keeps a hold, those pledged; else how many.
    /// </summary>
    public long Units;

    /// <summary>The condition concerned, or the one that units leave.</summary>
    public Condition Condition;

    /// <summary>The condition that units enter.</summary>
    public Condition To;

    /// <summary>Why, of an adjustment.</summary>
    public AdjustReason Reason;

    /// <summary>A coordinator's word.</summary>
    public Settlement Settlement;

    /// <summary>The hold concerned.</summary>
    public HoldId Hold;

    /// <summary>Who asked, of a new hold.</summary>
    public Channel Channel;

    /// <summary>Expiry of the hold in Unix milliseconds; <see cref="long.MaxValue"/> if firm.</summary>
    public long ExpiresAtMs;

    /// <summary>Until when a lease may stay open, in Unix milliseconds.</summary>
    public long LeaseUntilMs;

    /// <summary>The new policy.</summary>
    public StockPolicy? Policy;

    /// <summary>
    /// The part of the units that belongs to lots, each with the sign of <see cref="Units"/>; the rest has no lot. Default if none does.
    /// </summary>
    public System.Collections.Immutable.ImmutableArray<LotUnits> Lots;

    /// <summary>When what this made needs attention, at its expiry or the end of its lease: Unix milliseconds; <see cref="long.MaxValue"/> if never, 0 if the
    /// stock must be asked, because lots have dates.</summary>
    public readonly long DueMs => !Lots.IsDefault ? 0 : Verb is StockVerb.Reserve or StockVerb.Lease or StockVerb.Extend or StockVerb.Settle
        ? Math.Min(ExpiresAtMs, LeaseUntilMs == 0 ? long.MaxValue : LeaseUntilMs)
        : long.MaxValue;

    /// <summary>Units that the customer is handed by this.</summary>
    internal readonly long Collected => Verb == StockVerb.Collect || (Verb == StockVerb.Settle && Settlement == Settlement.Collect) ? Units : 0;

    /// <summary>Units that are sent by this.</summary>
    internal readonly long Shipped => Verb == StockVerb.Ship || (Verb == StockVerb.Settle && Settlement == Settlement.Ship) ? Units : 0;
}

/// <summary>What a caller is told of a decision, and told again when the same request comes again.</summary>
/// <param name="Outcome">Accepted, or why not.</param>
/// <param name="Version">Version of the stock after the write, or the one that was judged.</param>
/// <param name="Units">Units held, moved or changed.</param>
/// <param name="ExpiresAtMs">Expiry in Unix milliseconds; 0 if there is none.</param>
[Orleans.GenerateSerializer, Orleans.Immutable, Orleans.Alias("stock-answer")]
public readonly record struct StockAnswer(
    [property: Orleans.Id(0)] StockOutcome Outcome,
    [property: Orleans.Id(1)] long Version,
    [property: Orleans.Id(2)] long Units = 0,
    [property: Orleans.Id(3)] long ExpiresAtMs = 0);
