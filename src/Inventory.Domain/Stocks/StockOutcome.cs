using System.Diagnostics;
using Orleans;

namespace Inventory.Domain.Stocks;

/// <summary>What a stock rule decided, in order of precedence: of several that apply, the first is told. Numbers are never reused.</summary>
/// <remarks><see cref="LocationUnknown"/> came later than its neighbours: it is told right after <see cref="IdReused"/>.</remarks>
[GenerateSerializer, Alias("stock-outcome")]
public enum StockOutcome : byte
{
    /// <summary>Took effect.</summary>
    Accepted = 0,

    /// <summary>Took effect at an earlier asking; this is the first answer again.</summary>
    AlreadyAccepted = 1,

    /// <summary>Units must be 1 or more.</summary>
    UnitsMustBePositive = 2,

    /// <summary>Units must not be zero.</summary>
    UnitsMustNotBeZero = 3,

    /// <summary>
    /// The units pass <see cref="Limits.UnitsMax"/>, or on hand would pass <see cref="Limits.OnHandMax"/>; the latter is told only if no id is reused.
    /// </summary>
    QuantityOutOfRange = 4,

    /// <summary>From and to are the same condition.</summary>
    ConditionsMustDiffer = 5,

    /// <summary>The time to hold is outside <see cref="Limits.TtlMsMin"/> to <see cref="Limits.TtlMsMax"/>.</summary>
    ExpiryOutOfRange = 6,

    /// <summary>The policy contradicts itself or passes a limit.</summary>
    PolicyInvalid = 7,

    /// <summary>The id was used before with other content.</summary>
    IdReused = 8,

    /// <summary>No such hold, or it is forgotten.</summary>
    ReservationNotFound = 9,

    /// <summary>The hold's time has passed.</summary>
    ReservationExpired = 10,

    /// <summary>Nothing is left: of the hold, or of the lease that is to be settled.</summary>
    ReservationEnded = 11,

    /// <summary>The hold is leased to a coordinator that has not decided yet.</summary>
    ReservationInDoubt = 12,

    /// <summary>The hold is firm already.</summary>
    ReservationFirm = 13,

    /// <summary>The count names a version that the stock has not reached.</summary>
    CountFromFuture = 14,

    /// <summary>The count names a version that is no longer remembered.</summary>
    CountTooOld = 15,

    /// <summary>The location is closed.</summary>
    LocationClosed = 16,

    /// <summary>Fewer units than the policy's minimum.</summary>
    BelowMinimum = 17,

    /// <summary>More units than the policy's maximum.</summary>
    AboveMaximum = 18,

    /// <summary>The stock carries <see cref="Limits.HoldsMax"/> holds.</summary>
    TooManyHolds = 19,

    /// <summary>Fewer units are available to promise.</summary>
    Insufficient = 20,

    /// <summary>More units than the hold has left.</summary>
    ExceedsHeld = 21,

    /// <summary>Would leave fewer units than none, or fewer than are promised less the permitted oversell.</summary>
    ExceedsOnHand = 22,

    /// <summary>Nobody has described the location: nothing is kept or promised there.</summary>
    LocationUnknown = 23,

    /// <summary>Of work at a location: the day or hour is over, too far ahead, or none of that place.</summary>
    SlotOutOfReach = 24,

    /// <summary>The SKU is a kit: it has no stock of its own, its components have. Told right after <see cref="LocationUnknown"/>.</summary>
    SkuIsKit = 25,

    /// <summary>Of a reservation: with components in place of kits, more lines than one may have.</summary>
    TooManyLines = 26,

    /// <summary>Units of this SKU belong to lots, and which lot is meant is not clear. The outcomes about lots are told after all others.</summary>
    LotRequired = 27,

    /// <summary>The stock has no such lot.</summary>
    LotNotFound = 28,

    /// <summary>The lot is new here: its date must be told.</summary>
    LotDateRequired = 29,

    /// <summary>The lot is there with another date.</summary>
    LotDateDiffers = 30,

    /// <summary>The stock has <see cref="Limits.LotsMax"/> lots.</summary>
    TooManyLots = 31,

    /// <summary>The lot that was named is past its date: it cannot be handed over or sent to a customer.</summary>
    LotExpired = 32,

    /// <summary>Units of this SKU belong to no lots.</summary>
    SkuHasNoLots = 33,
}

/// <summary>What follows from an outcome.</summary>
public static class StockOutcomes
{
    /// <summary>True if the write took effect, now or earlier.</summary>
    public static bool IsAccepted(this StockOutcome outcome) => outcome <= StockOutcome.AlreadyAccepted;

    /// <summary>True if the same request may be accepted later. Such refusals are not remembered.</summary>
    public static bool MayPassLater(this StockOutcome outcome) => outcome switch
    {
        StockOutcome.LocationUnknown or StockOutcome.LocationClosed or StockOutcome.ReservationInDoubt or StockOutcome.TooManyHolds or StockOutcome.Insufficient
            or StockOutcome.ExceedsOnHand or StockOutcome.BelowMinimum or StockOutcome.AboveMaximum or StockOutcome.CountFromFuture
            or StockOutcome.ReservationNotFound or StockOutcome.LotRequired or StockOutcome.LotNotFound or StockOutcome.LotDateRequired
            or StockOutcome.LotDateDiffers or StockOutcome.TooManyLots or StockOutcome.SkuHasNoLots => true,
        StockOutcome.Accepted or StockOutcome.AlreadyAccepted or StockOutcome.UnitsMustBePositive or StockOutcome.UnitsMustNotBeZero
            or StockOutcome.QuantityOutOfRange or StockOutcome.ConditionsMustDiffer or StockOutcome.ExpiryOutOfRange or StockOutcome.PolicyInvalid
            or StockOutcome.IdReused or StockOutcome.ReservationExpired or StockOutcome.ReservationEnded or StockOutcome.ReservationFirm
            or StockOutcome.CountTooOld or StockOutcome.ExceedsHeld or StockOutcome.SlotOutOfReach or StockOutcome.SkuIsKit
            or StockOutcome.TooManyLines or StockOutcome.LotExpired => false,
        _ => throw new UnreachableException($"unclassified {outcome}"),
    };
}
