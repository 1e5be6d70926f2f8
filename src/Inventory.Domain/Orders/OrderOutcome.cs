using System.Diagnostics;
using Orleans;

namespace Inventory.Domain.Orders;

/// <summary>What was decided about an order, in order of precedence: of several that apply, the first is told. Numbers are never reused.</summary>
[GenerateSerializer, Alias("order-outcome")]
public enum OrderOutcome : byte
{
    /// <summary>Took effect.</summary>
    Accepted = 0,

    /// <summary>Took effect at an earlier asking; this is the first answer again.</summary>
    AlreadyAccepted = 1,

    /// <summary>The id was used before with other content.</summary>
    IdReused = 2,

    /// <summary>No such order, or nothing of it was ever held.</summary>
    NotFound = 3,

    /// <summary>The order names no such part or line.</summary>
    NoSuchPart = 4,

    /// <summary>Its time passed before it was confirmed.</summary>
    Expired = 5,

    /// <summary>Nothing of it is left to do that with.</summary>
    Ended = 6,

    /// <summary>What is concerned has left the location already: it can only be brought back.</summary>
    HasLeft = 7,

    /// <summary>The part does not take this step in its state.</summary>
    WrongState = 8,

    /// <summary>More units than are left of the line in that part.</summary>
    ExceedsLeft = 9,

    /// <summary>More units than the customer has of the line.</summary>
    ExceedsDelivered = 10,

    /// <summary>An earlier step is not decided yet, because a stock cannot be reached.</summary>
    InDoubt = 11,

    /// <summary>The location is closed or unknown, or does not do that.</summary>
    LocationRefuses = 12,

    /// <summary>There are not enough units where they could come from.</summary>
    Insufficient = 13,

    /// <summary>There are units, but not under the rules of the policy, or not in time.</summary>
    NoRoute = 14,

    /// <summary>The order has had <see cref="Limits.OrderStepsMax"/> steps.</summary>
    TooManySteps = 15,

    /// <summary>The quote was redeemed before, by another write.</summary>
    QuoteRedeemed = 16,

    /// <summary>The quote was made for other content.</summary>
    QuoteDiffers = 17,

    /// <summary>Of what comes back: the lot is new where it is taken back, and its date was not told.</summary>
    LotDateRequired = 18,

    /// <summary>Of what comes back: the lot is there with another date.</summary>
    LotDateDiffers = 19,

    /// <summary>Of what comes back: the stock has as many lots as it may.</summary>
    TooManyLots = 20,

    /// <summary>Of what comes back: a lot is named of a SKU that has none.</summary>
    SkuHasNoLots = 21,

    /// <summary>As many orders as may wait for a SKU of which there is not enough.</summary>
    TooManyWait = 22,

    /// <summary>What is concerned is promised and has not come yet: the customer says how it is to be delivered once it is there.</summary>
    UnitsToCome = 23,
}

/// <summary>What follows from an outcome.</summary>
public static class OrderOutcomes
{
    /// <summary>True if the write took effect, now or earlier.</summary>
    public static bool IsAccepted(this OrderOutcome outcome) => outcome <= OrderOutcome.AlreadyAccepted;

    /// <summary>True if the same request may be accepted later. Such refusals are not remembered.</summary>
    public static bool MayPassLater(this OrderOutcome outcome) => outcome switch
    {
        OrderOutcome.NotFound or OrderOutcome.WrongState or OrderOutcome.InDoubt or OrderOutcome.LocationRefuses or OrderOutcome.Insufficient
            or OrderOutcome.NoRoute or OrderOutcome.ExceedsDelivered or OrderOutcome.LotDateRequired or OrderOutcome.LotDateDiffers
            or OrderOutcome.TooManyLots or OrderOutcome.SkuHasNoLots or OrderOutcome.TooManyWait
            or OrderOutcome.UnitsToCome => true,
        OrderOutcome.Accepted or OrderOutcome.AlreadyAccepted or OrderOutcome.IdReused or OrderOutcome.NoSuchPart or OrderOutcome.Expired
            or OrderOutcome.Ended or OrderOutcome.HasLeft or OrderOutcome.ExceedsLeft or OrderOutcome.TooManySteps
            or OrderOutcome.QuoteRedeemed or OrderOutcome.QuoteDiffers => false,
        _ => throw new UnreachableException($"unclassified {outcome}"),
    };
}
