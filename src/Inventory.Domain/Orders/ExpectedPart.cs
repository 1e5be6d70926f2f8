namespace Inventory.Domain.Orders;

/// <summary>Units of an order that are promised from what a location expects. Changed only through its <see cref="OrderRecord"/>.</summary>
public sealed class ExpectedPart
{
    internal ExpectedPart(int number, SupplyAsk plan) =>
        (Number, Plan, Receipt, DueMs, PromisedAtMs) = (number, plan, plan.Receipt, plan.DueMs, plan.PromisedAtMs);

    /// <summary>Place among the order's promises, from 0: it names the promise.</summary>
    public int Number { get; }

    /// <summary>What was promised at first.</summary>
    public SupplyAsk Plan { get; }

    /// <summary>The announcement that brings the last of its units.</summary>
    public string Receipt { get; internal set; }

    /// <summary>When that is due, Unix milliseconds.</summary>
    public long DueMs { get; internal set; }

    /// <summary>When the customer is to have them, Unix milliseconds.</summary>
    public long PromisedAtMs { get; internal set; }

    /// <summary>True once the stock has promised it; one that it refused is nothing.</summary>
    public bool IsMade { get; internal set; }

    /// <summary>Units that have come: those that the order took, and those that went back to the shelf because it did not want them any more.</summary>
    public long Arrived { get; internal set; }

    /// <summary>Units that were given up before they came.</summary>
    public long GivenUp { get; internal set; }

    /// <summary>Units that are still to come.</summary>
    public long Left => IsMade ? Plan.Units - Arrived - GivenUp : 0;

    /// <summary>True if the customer was told an earlier time at first, or the time has passed.</summary>
    public bool IsLateAt(long nowMs) => PromisedAtMs > Plan.PromisedAtMs || nowMs > PromisedAtMs;
}

/// <summary>What happened to an order without a step of anybody's: for its history.</summary>
/// <param name="Verb">Promise, Repromise, Arrive or Lapse.</param>
/// <param name="AtMs">When, Unix milliseconds.</param>
/// <param name="Version">Version of the order afterwards.</param>
/// <param name="Part">The promise concerned.</param>
/// <param name="Units">How many units.</param>
/// <param name="PromisedAtMs">When the customer has them since, Unix milliseconds; 0 if nothing is promised any more.</param>
/// <param name="Receipt">The announcement concerned.</param>
public sealed record SupplyNote(OrderVerb Verb, long AtMs, long Version, ExpectedPart Part, long Units, long PromisedAtMs, string Receipt);
