using System.Collections.Immutable;
using System.Diagnostics;
using Inventory.Domain.Orders;
using Inventory.Domain.Stocks;
using Orleans;

namespace Inventory.Domain.Supply;

/// <summary>What was decided about supply, in order of precedence: of several that apply, the first is told. Numbers are never reused.</summary>
[GenerateSerializer, Alias("supply-outcome")]
public enum SupplyOutcome : byte
{
    /// <summary>Took effect.</summary>
    Accepted = 0,

    /// <summary>Took effect at an earlier asking; this is the first answer again.</summary>
    AlreadyAccepted = 1,

    /// <summary>The id was used before with other content.</summary>
    IdReused = 2,

    /// <summary>An arrival is not decided yet, because the stock cannot be reached.</summary>
    InDoubt = 3,

    /// <summary>Nobody has described the location.</summary>
    LocationUnknown = 4,

    /// <summary>The name of the announcement is that of a transfer, which announces its units and takes them in by itself.</summary>
    NameOfTransfer = 11,

    /// <summary>No such receipt is expected (any more).</summary>
    NoSuchReceipt = 5,

    /// <summary>There is no such promise (any more).</summary>
    NoSuchPromise = 6,

    /// <summary>More units than the promise still waits for.</summary>
    ExceedsPromised = 7,

    /// <summary>The stock expects or promises as much as it may: see <see cref="Limits"/>.</summary>
    TooMany = 8,

    /// <summary>Fewer units are expected by then that are not promised yet.</summary>
    Insufficient = 9,

    /// <summary>The stock refused what arrived.</summary>
    StockRefused = 10,

    /// <summary>The promise belongs to an order, which alone gives it up.</summary>
    BelongsToOrder = 12,
}

/// <summary>What follows from an outcome.</summary>
public static class SupplyOutcomes
{
    /// <summary>True if the write took effect, now or earlier.</summary>
    public static bool IsAccepted(this SupplyOutcome outcome) => outcome <= SupplyOutcome.AlreadyAccepted;

    /// <summary>True if the same request may be accepted later. No refusal is remembered.</summary>
    public static bool MayPassLater(this SupplyOutcome outcome) => outcome switch
    {
        SupplyOutcome.InDoubt or SupplyOutcome.LocationUnknown or SupplyOutcome.NoSuchReceipt or SupplyOutcome.NoSuchPromise
            or SupplyOutcome.ExceedsPromised or SupplyOutcome.TooMany or SupplyOutcome.Insufficient or SupplyOutcome.StockRefused
            or SupplyOutcome.BelongsToOrder => true,
        SupplyOutcome.Accepted or SupplyOutcome.AlreadyAccepted or SupplyOutcome.IdReused or SupplyOutcome.NameOfTransfer => false,
        _ => throw new UnreachableException($"unclassified {outcome}"),
    };
}

/// <summary>What can be done with a stock's supply. Numbers are on disk.</summary>
[GenerateSerializer, Alias("supply-verb")]
public enum SupplyVerb : byte
{
    /// <summary>A supplier has announced units, or announces others, or another day.</summary>
    Expect = 1,

    /// <summary>Units of an announcement are there.</summary>
    Receive = 2,

    /// <summary>Promise units that are not there yet.</summary>
    Promise = 3,

    /// <summary>Give a promise back.</summary>
    Release = 4,

    /// <summary>A transfer has units on their way to the stock, or others, or with another day; of a transfer alone.</summary>
    Carry = 5,

    /// <summary>Units of a transfer are there, whether they were expected or not; of a transfer alone.</summary>
    Unload = 6,

    /// <summary>An order says how much of its promise it has given up and how much it has taken over since it was made; of an order alone.</summary>
    Settle = 7,
}

/// <summary>Something to do with one stock's supply. Fields that a verb does not use are zero.</summary>
/// <param name="Verb">What.</param>
/// <param name="Id">Id of the write; a promise is named after it.</param>
/// <param name="By">Who.</param>
/// <param name="Units">Of Expect and Carry all that are still to come, 0 to cancel; else how many; of Release 0 means all; of Settle all given up.</param>
/// <param name="Receipt">Of Expect and Receive: the caller's name of the announcement; of Carry and Unload: the transfer's.</param>
/// <param name="AtMs">Of Expect and Carry: when it is due; of Promise: by when it is promised. Unix milliseconds.</param>
/// <param name="Confidence">Of Expect and Carry: how sure it is, 1 to 100 percent; of Promise: only supply at least so sure.</param>
/// <param name="Promise">Of Release and Settle: the promise.</param>
/// <param name="Channel">Of Promise: for whom.</param>
/// <param name="Reference">Of Promise: the order or customer that waits; at most <see cref="Limits.NoteCharactersMax"/> characters.</param>
/// <param name="Lot">Of Receive: the lot that the units belong to; default if none is named.</param>
/// <param name="BestBefore">Of Receive: the date of the lot; null if it is not told.</param>
/// <param name="Condition">Of Unload: in which condition they came. Only sellable units serve promises.</param>
/// <param name="Lots">Of Unload: the lots that the units belong to, the rest has none. Default if there are none.</param>
[GenerateSerializer, Immutable, Alias("supply-command")]
public sealed record SupplyCommand(
    [property: Id(0)] SupplyVerb Verb,
    [property: Id(1)] RequestId Id,
    [property: Id(2)] Actor By,
    [property: Id(3)] long Units,
    [property: Id(4)] string Receipt = "",
    [property: Id(5)] long AtMs = 0,
    [property: Id(6)] int Confidence = 0,
    [property: Id(7)] RequestId Promise = default,
    [property: Id(8)] Channel Channel = default,
    [property: Id(9)] string Reference = "",
    [property: Id(10)] LotName Lot = default,
    [property: Id(11)] DateOnly? BestBefore = null,
    [property: Id(12)] Condition Condition = Condition.Sellable,
    [property: Id(13)] ImmutableArray<LotUnits> Lots = default)
{
    /// <summary>Of Promise and Settle: the order that the promise belongs to; default if it belongs to none.</summary>
    [Id(20)] public RequestId Order { get; init; }

    /// <summary>Of Settle: arrived units of the promise that are on the order's record, all since it was made.</summary>
    [Id(21)] public long Seen { get; init; }
}

/// <summary>Units that are announced.</summary>
/// <param name="Name">The caller's name of the announcement.</param>
/// <param name="Left">Units still to come.</param>
/// <param name="DueMs">When, Unix milliseconds.</param>
/// <param name="Confidence">How sure that is, 1 to 100 percent.</param>
/// <param name="IsInTransit">True if a transfer brings them, after which it is named.</param>
[GenerateSerializer, Immutable, Alias("expected-receipt")]
public sealed record ExpectedReceipt(
    [property: Id(0)] string Name,
    [property: Id(1)] long Left,
    [property: Id(2)] long DueMs,
    [property: Id(3)] int Confidence,
    [property: Id(4)] bool IsInTransit = false);

/// <summary>Units promised before they are there.</summary>
/// <param name="Id">Its name: the id of the write that made it.</param>
/// <param name="Left">Units that still wait.</param>
/// <param name="ByMs">By when they were promised, Unix milliseconds.</param>
/// <param name="Confidence">Only from supply at least so sure.</param>
/// <param name="Channel">For whom.</param>
/// <param name="Reference">The order or customer that waits.</param>
[GenerateSerializer, Immutable, Alias("supply-promise")]
public sealed record SupplyPromise(
    [property: Id(0)] RequestId Id,
    [property: Id(1)] long Left,
    [property: Id(2)] long ByMs,
    [property: Id(3)] int Confidence,
    [property: Id(4)] Channel Channel,
    [property: Id(5)] string Reference);

/// <summary>Some units of a promise that an arrival fulfils.</summary>
/// <param name="Promise">The promise; default for units that nobody waits for.</param>
/// <param name="Units">How many.</param>
/// <param name="Lots">Of a transfer: the lots that they belong to, the rest has none. Default if there are none.</param>
public readonly record struct Delivery(RequestId Promise, long Units, ImmutableArray<LotUnits> Lots = default);

/// <summary>Units of an arrival that its stock did not take.</summary>
/// <param name="Units">How many.</param>
/// <param name="Outcome">What the stock said to the first of them.</param>
/// <param name="Lots">Of a transfer: the lots that they belong to. Default if there are none.</param>
[GenerateSerializer, Immutable, Alias("arrival-refusal")]
public sealed record ArrivalRefusal(
    [property: Id(0)] long Units, [property: Id(1)] StockOutcome Outcome, [property: Id(2)] ImmutableArray<LotUnits> Lots);

/// <summary>How a promise stands after a change.</summary>
/// <param name="Promise">The promise.</param>
/// <param name="ExpectedMs">When the last of its units is expected now, Unix milliseconds; 0 if that is not known for all of them.</param>
/// <param name="Lacking">Units for which nothing is expected.</param>
[GenerateSerializer, Immutable, Alias("promise-outlook")]
public sealed record PromiseOutlook(
    [property: Id(0)] SupplyPromise Promise, [property: Id(1)] long ExpectedMs, [property: Id(2)] long Lacking)
{
    /// <summary>True if it cannot be kept as it was made.</summary>
    public bool IsLate => Lacking > 0 || ExpectedMs > Promise.ByMs;
}
