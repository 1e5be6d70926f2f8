using System.Diagnostics;
using System.Globalization;
using Inventory.Domain;
using Inventory.Domain.Catalog;
using Inventory.Domain.Orders;
using Inventory.Domain.Routing;
using Inventory.Domain.Stocks;
using Inventory.Domain.Supply;
using Inventory.Domain.Transfers;
using Inventory.Grains;
using Inventory.V1;

namespace Inventory.Grpc.Mapping;

/// <summary>
/// The table of outcomes: what callers are told for each of them. Every outcome has a row; a test feeds them all through.
/// </summary>
internal static class Refusals
{
    private static readonly string[] s_words = Words();

    /// <summary>The reason of a refusal; unspecified for what was accepted.</summary>
    public static RefusalReason ReasonOf(StockOutcome outcome) => outcome switch
    {
        StockOutcome.Accepted or StockOutcome.AlreadyAccepted => RefusalReason.Unspecified,
        StockOutcome.UnitsMustBePositive or StockOutcome.UnitsMustNotBeZero or StockOutcome.QuantityOutOfRange =>
            RefusalReason.QuantityOutOfRange,
        StockOutcome.ConditionsMustDiffer => RefusalReason.StepNotAllowed,
        StockOutcome.ExpiryOutOfRange => RefusalReason.ExpiryOutOfRange,
        StockOutcome.PolicyInvalid => RefusalReason.PolicyInvalid,
        StockOutcome.IdReused => RefusalReason.IdReused,
        StockOutcome.LocationClosed => RefusalReason.LocationClosed,
        StockOutcome.LocationUnknown => RefusalReason.LocationUnknown,
        StockOutcome.ReservationNotFound => RefusalReason.ReservationNotFound,
        StockOutcome.ReservationExpired => RefusalReason.ReservationExpired,
        StockOutcome.ReservationEnded => RefusalReason.ReservationEnded,
        StockOutcome.ReservationFirm => RefusalReason.ReservationFirm,
        StockOutcome.ReservationInDoubt => RefusalReason.ReservationPending,
        StockOutcome.CountFromFuture => RefusalReason.CountFromFuture,
        StockOutcome.CountTooOld => RefusalReason.CountTooOld,
        StockOutcome.BelowMinimum => RefusalReason.BelowMinimum,
        StockOutcome.AboveMaximum => RefusalReason.AboveMaximum,
        StockOutcome.TooManyHolds => RefusalReason.TooManyHolds,
        StockOutcome.Insufficient => RefusalReason.Insufficient,
        StockOutcome.ExceedsHeld => RefusalReason.ExceedsHeld,
        StockOutcome.ExceedsOnHand => RefusalReason.ExceedsOnHand,
        StockOutcome.SlotOutOfReach => RefusalReason.SlotOutOfReach,
        StockOutcome.SkuIsKit => RefusalReason.SkuIsKit,
        StockOutcome.TooManyLines => RefusalReason.TooManyLines,
        StockOutcome.LotRequired => RefusalReason.LotRequired,
        StockOutcome.LotNotFound => RefusalReason.LotNotFound,
        StockOutcome.LotDateRequired => RefusalReason.LotDateRequired,
        StockOutcome.LotDateDiffers => RefusalReason.LotDateDiffers,
        StockOutcome.TooManyLots => RefusalReason.TooManyLots,
        StockOutcome.LotExpired => RefusalReason.LotExpired,
        StockOutcome.SkuHasNoLots => RefusalReason.SkuHasNoLots,
        _ => throw new UnreachableException($"no reason for {outcome}"),
    };

    /// <summary>The reason of a refusal about a location. Absence is no refusal but the status NOT_FOUND.</summary>
    public static RefusalReason ReasonOf(LocationOutcome outcome) => outcome switch
    {
        LocationOutcome.Accepted or LocationOutcome.AlreadyAccepted => RefusalReason.Unspecified,
        LocationOutcome.IdReused => RefusalReason.IdReused,
        _ => throw new UnreachableException($"no reason for {outcome}"),
    };

    /// <summary>The reason of a refusal about an item of the catalogue; unspecified for what was accepted.</summary>
    public static RefusalReason ReasonOf(CatalogOutcome outcome) => outcome switch
    {
        CatalogOutcome.Accepted or CatalogOutcome.AlreadyAccepted => RefusalReason.Unspecified,
        CatalogOutcome.FactsInvalid => RefusalReason.PolicyInvalid,
        CatalogOutcome.IdReused => RefusalReason.IdReused,
        CatalogOutcome.CatalogFull => RefusalReason.CatalogFull,
        CatalogOutcome.KitStaysKit => RefusalReason.KitStaysKit,
        CatalogOutcome.HasStock => RefusalReason.SkuHasStock,
        CatalogOutcome.IsComponent => RefusalReason.SkuIsComponent,
        CatalogOutcome.ComponentIsKit => RefusalReason.ComponentIsKit,
        _ => throw new UnreachableException($"no reason for {outcome}"),
    };

    /// <summary>The reason of a refusal about an order; unspecified for what was accepted.</summary>
    public static RefusalReason ReasonOf(OrderOutcome outcome) => outcome switch
    {
        OrderOutcome.Accepted or OrderOutcome.AlreadyAccepted => RefusalReason.Unspecified,
        OrderOutcome.IdReused => RefusalReason.IdReused,
        OrderOutcome.NotFound => RefusalReason.OrderNotFound,
        OrderOutcome.NoSuchPart => RefusalReason.NoSuchPart,
        OrderOutcome.Expired => RefusalReason.ReservationExpired,
        OrderOutcome.Ended => RefusalReason.ReservationEnded,
        OrderOutcome.HasLeft => RefusalReason.HasLeft,
        OrderOutcome.WrongState => RefusalReason.StepNotAllowed,
        OrderOutcome.ExceedsLeft => RefusalReason.ExceedsHeld,
        OrderOutcome.ExceedsDelivered => RefusalReason.ExceedsDelivered,
        OrderOutcome.InDoubt => RefusalReason.ReservationPending,
        OrderOutcome.LocationRefuses => RefusalReason.LocationClosed,
        OrderOutcome.Insufficient => RefusalReason.Insufficient,
        OrderOutcome.NoRoute => RefusalReason.NoRoute,
        OrderOutcome.TooManySteps => RefusalReason.TooManySteps,
        OrderOutcome.QuoteRedeemed => RefusalReason.QuoteRedeemed,
        OrderOutcome.TooManyWait => RefusalReason.TooManyWait,
        OrderOutcome.UnitsToCome => RefusalReason.UnitsToCome,
        OrderOutcome.QuoteDiffers => RefusalReason.QuoteDiffers,
        OrderOutcome.LotDateRequired => RefusalReason.LotDateRequired,
        OrderOutcome.LotDateDiffers => RefusalReason.LotDateDiffers,
        OrderOutcome.TooManyLots => RefusalReason.TooManyLots,
        OrderOutcome.SkuHasNoLots => RefusalReason.SkuHasNoLots,
        _ => throw new UnreachableException($"no reason for {outcome}"),
    };

    /// <summary>The reason of a refusal about policies. Absence and wrong requests are statuses.</summary>
    public static RefusalReason ReasonOf(PolicyOutcome outcome) => outcome switch
    {
        PolicyOutcome.Accepted or PolicyOutcome.AlreadyAccepted => RefusalReason.Unspecified,
        PolicyOutcome.IdReused => RefusalReason.IdReused,
        PolicyOutcome.InUse => RefusalReason.PolicyInUse,
        PolicyOutcome.NoEarlier => RefusalReason.NoEarlierPolicy,
        PolicyOutcome.TooMany => RefusalReason.TooManyPolicies,
        _ => throw new UnreachableException($"no reason for {outcome}"),
    };

    /// <summary>The reason of a refusal about a transfer; unspecified for what was accepted. What stocks refuse has their own reason.</summary>
    public static RefusalReason ReasonOf(TransferOutcome outcome) => outcome switch
    {
        TransferOutcome.Accepted or TransferOutcome.AlreadyAccepted => RefusalReason.Unspecified,
        TransferOutcome.IdReused => RefusalReason.IdReused,
        TransferOutcome.NotFound => RefusalReason.TransferNotFound,
        TransferOutcome.InDoubt => RefusalReason.ReservationPending,
        TransferOutcome.LocationUnknown => RefusalReason.LocationUnknown,
        TransferOutcome.WrongState => RefusalReason.StepNotAllowed,
        TransferOutcome.NoSuchLine => RefusalReason.NoSuchLine,
        TransferOutcome.ExceedsPlanned => RefusalReason.ExceedsPlanned,
        TransferOutcome.ExceedsInTransit => RefusalReason.ExceedsInTransit,
        TransferOutcome.TooManyLines => RefusalReason.TooManyLines,
        TransferOutcome.TooManySteps => RefusalReason.TooManySteps,
        TransferOutcome.StockRefused => RefusalReason.OtherLineRefused,
        _ => throw new UnreachableException($"no reason for {outcome}"),
    };

    /// <summary>The reason of a refusal about supply; unspecified for what was accepted. What a stock refuses has its own reason.</summary>
    public static RefusalReason ReasonOf(SupplyOutcome outcome) => outcome switch
    {
        SupplyOutcome.Accepted or SupplyOutcome.AlreadyAccepted => RefusalReason.Unspecified,
        SupplyOutcome.IdReused => RefusalReason.IdReused,
        SupplyOutcome.InDoubt => RefusalReason.ReservationPending,
        SupplyOutcome.LocationUnknown => RefusalReason.LocationUnknown,
        SupplyOutcome.NameOfTransfer => RefusalReason.NameOfTransfer,
        SupplyOutcome.NoSuchReceipt => RefusalReason.NoSuchReceipt,
        SupplyOutcome.NoSuchPromise => RefusalReason.NoSuchPromise,
        SupplyOutcome.ExceedsPromised => RefusalReason.ExceedsHeld,
        SupplyOutcome.TooMany => RefusalReason.TooManyPromises,
        SupplyOutcome.Insufficient => RefusalReason.Insufficient,
        SupplyOutcome.StockRefused => RefusalReason.OtherLineRefused,
        SupplyOutcome.BelongsToOrder => RefusalReason.PromiseOfOrder,
        _ => throw new UnreachableException($"no reason for {outcome}"),
    };

    /// <summary>A reason in words, for a person; empty for none. Made once, because "sold out" is a common answer.</summary>
    public static string WordsOf(RefusalReason reason) => s_words[(int)reason];

    /// <summary>That the life of the location is over, in words.</summary>
    public static string WordsOfEnd(DateOnly last) => string.Create(
        CultureInfo.InvariantCulture, $"The location's life ended with {last:yyyy-MM-dd}: name another location, or upsert it with a later last_date.");

    private static string[] Words()
    {
        var reasons = Enum.GetValues<RefusalReason>();
        var words = new string[(int)reasons.Max() + 1]; // numbers have gaps
        foreach (var reason in reasons)
        {
            words[(int)reason] = Word(reason);
        }

        return words;
    }

    private static string Word(RefusalReason reason) => reason switch
    {
        RefusalReason.Unspecified => "",
        RefusalReason.IdReused => "The request id was used before with other content.",
        RefusalReason.Insufficient => "Fewer units are available to promise.",
        RefusalReason.LocationClosed => "The location is closed: open it, or name another location.",
        RefusalReason.LocationUnknown => "Nobody has described the location: upsert it first.",
        RefusalReason.BelowMinimum => "Fewer units than the minimum of one reservation line.",
        RefusalReason.AboveMaximum => "More units than the maximum of one reservation line.",
        RefusalReason.ReservationNotFound => "There is no such reservation, or it is forgotten.",
        RefusalReason.ReservationExpired => "The reservation's time has passed.",
        RefusalReason.ReservationEnded => "Nothing of the reservation is left.",
        RefusalReason.ReservationFirm => "The reservation is firm already.",
        RefusalReason.ExceedsHeld => "More units than the reservation still holds.",
        RefusalReason.ExceedsOnHand => "Would leave fewer units than are promised, or fewer than none.",
        RefusalReason.CountTooOld => "The version that the counter saw is no longer remembered: count again.",
        RefusalReason.CountFromFuture => "The stock has not reached the version that the count names.",
        RefusalReason.TooManyHolds => "The stock carries as many holds as it may.",
        RefusalReason.ExpiryOutOfRange => "The time to hold must be 1 s to 30 days.",
        RefusalReason.QuantityOutOfRange => "A figure would pass what a stock can carry.",
        RefusalReason.VersionStale => "It was changed since the version that the request names.",
        RefusalReason.OtherLineRefused => "Another line could not be held, so that none was.",
        RefusalReason.StepNotAllowed => "The state does not allow this step.",
        RefusalReason.PolicyInvalid => "The rules contradict each other.",
        RefusalReason.SlotOutOfReach => "The day or hour is over, too far ahead, or none of that location.",
        RefusalReason.ReservationPending => "The reservation is still being decided: ask again.",
        RefusalReason.OrderNotFound => "There is no such order, or nothing of it was ever held.",
        RefusalReason.NoSuchPart => "The order has no such part or line.",
        RefusalReason.HasLeft => "The units have left their location: they can only be brought back.",
        RefusalReason.ExceedsDelivered => "More units than the customer has.",
        RefusalReason.NoRoute => "There are units, but the policy's rules or the promise forbid to use them.",
        RefusalReason.QuoteRedeemed => "The quote was redeemed before.",
        RefusalReason.QuoteDiffers => "The quote was made for other content.",
        RefusalReason.PolicyInUse => "This version of the policy is active, or was shipped: it stays.",
        RefusalReason.NoEarlierPolicy => "No version of the policy was active before this one.",
        RefusalReason.TooManyPolicies => "There are as many policies, or versions of this one, as there may be; delete some.",
        RefusalReason.SkuIsKit => "The SKU is a kit: its components have stock, it has none of its own.",
        RefusalReason.TooManyLines => "More lines than a reservation, with components in place of kits, or a transfer may have.",
        RefusalReason.CatalogFull => "The catalogue has as many items as it may.",
        RefusalReason.KitStaysKit => "A kit stays one; its components may change.",
        RefusalReason.SkuHasStock => "The SKU has or had stock of its own, which a kit has not.",
        RefusalReason.SkuIsComponent => "A kit has this SKU as a component, and there are no kits of kits.",
        RefusalReason.ComponentIsKit => "A component is a kit, and there are no kits of kits.",
        RefusalReason.TooManySteps => "The order or transfer has had as many steps as it may.",
        RefusalReason.TransferNotFound => "There is no such transfer, or nothing of it came about.",
        RefusalReason.NoSuchLine => "The transfer has no line of that SKU.",
        RefusalReason.ExceedsPlanned => "More units than the transfer has still to send.",
        RefusalReason.ExceedsInTransit => "More units than the transfer has in transit.",
        RefusalReason.NoSuchReceipt => "Nothing is expected under that name.",
        RefusalReason.NoSuchPromise => "There is no such promise, or nothing of it waits.",
        RefusalReason.NameOfTransfer =>
            "The name is a transfer's, which announces its units and takes them in by itself: ship, reschedule, receive or close the transfer.",
        RefusalReason.TooManyPromises => "The stock expects or promises as much as it may.",
        RefusalReason.TooManyWait => "There are not enough units, and as many orders wait for the SKU as may.",
        RefusalReason.UnitsToCome => "The units are promised and have not come yet: choose once they are there.",
        RefusalReason.PromiseOfOrder => "The promise belongs to an order: cancel the order, or its units.",
        RefusalReason.LotRequired => "Units of this SKU belong to lots, and which is meant is not clear: name the lot, or - for units without one.",
        RefusalReason.LotNotFound => "The stock has no such lot.",
        RefusalReason.LotDateRequired => "The lot is new here: name its best-before date too.",
        RefusalReason.LotDateDiffers => "The lot is there with another best-before date.",
        RefusalReason.TooManyLots => "The stock has as many lots as it may; count or write off old ones.",
        RefusalReason.LotExpired => "The lot is past its date: it cannot be handed over or sent.",
        RefusalReason.SkuHasNoLots => "Units of this SKU belong to no lots: name none, or describe the SKU as one with lots.",
        _ => throw new UnreachableException($"no words for {reason}"),
    };
}
