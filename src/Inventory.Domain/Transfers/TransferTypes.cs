using System.Collections.Immutable;
using Inventory.Domain.Stocks;
using Orleans;

namespace Inventory.Domain.Transfers;

/// <summary>What can be done with a transfer. Numbers are on disk.</summary>
[GenerateSerializer, Alias("transfer-verb")]
public enum TransferVerb : byte
{
    /// <summary>Make a draft.</summary>
    Create = 1,

    /// <summary>Replace the lines of a draft.</summary>
    Change = 2,

    /// <summary>Send units off, all that are planned or some.</summary>
    Ship = 3,

    /// <summary>Take units in at the destination, all that are in transit or some.</summary>
    Receive = 4,

    /// <summary>Write off what is in transit for a named reason, and send nothing more.</summary>
    Close = 5,

    /// <summary>Give a draft up before anything of it was sent.</summary>
    Cancel = 6,

    /// <summary>Name another time at which units are expected to arrive, or say that nobody knows.</summary>
    Reschedule = 7,
}

/// <summary>Where a transfer stands: it follows from its figures. Numbers are never reused.</summary>
[GenerateSerializer, Alias("transfer-state")]
public enum TransferState : byte
{
    /// <summary>Nothing was sent yet.</summary>
    Draft = 1,

    /// <summary>Some of it is in transit, the rest is still to be sent; nothing was taken in.</summary>
    PartlyShipped = 2,

    /// <summary>All of it is in transit.</summary>
    InTransit = 3,

    /// <summary>Some of it has come to an end, more is in transit or to be sent.</summary>
    PartlyReceived = 4,

    /// <summary>All that was sent was taken in.</summary>
    Received = 5,

    /// <summary>Over, and something was lost, destroyed or delivered beyond what was sent.</summary>
    Discrepancy = 6,

    /// <summary>Given up before anything was sent.</summary>
    Cancelled = 7,
}

/// <summary>Why units that were sent did not come in. Numbers are on disk.</summary>
[GenerateSerializer, Alias("loss-reason")]
public enum LossReason : byte
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>They never came.</summary>
    Lost = 1,

    /// <summary>They came so broken that they were not taken in.</summary>
    Damaged = 2,
}

/// <summary>Units of a SKU.</summary>
/// <param name="Sku">What.</param>
/// <param name="Units">How many, 1 to <see cref="Limits.UnitsMax"/>.</param>
[GenerateSerializer, Immutable, Alias("sku-units")]
public readonly record struct SkuUnits([property: Id(0)] Sku Sku, [property: Id(1)] long Units);

/// <summary>Units of a SKU in a condition.</summary>
/// <param name="Sku">What.</param>
/// <param name="Units">How many, 1 to <see cref="Limits.UnitsMax"/>.</param>
/// <param name="Condition">Of Receive: in which condition they came.</param>
/// <param name="Lot">Of Ship, Receive and Close: of which lot they are; default means the earliest.</param>
[GenerateSerializer, Immutable, Alias("transfer-part")]
public readonly record struct TransferPart(
    [property: Id(0)] Sku Sku,
    [property: Id(1)] long Units,
    [property: Id(2)] Condition Condition = Condition.Sellable,
    [property: Id(3)] LotName Lot = default);

/// <summary>What is to be moved.</summary>
/// <param name="From">Where units leave.</param>
/// <param name="To">Where they are to arrive; not <paramref name="From"/>.</param>
/// <param name="Lines">1 to <see cref="Limits.TransferLinesMax"/>, each SKU once.</param>
/// <param name="Hold">Hold the units of the draft firmly at the source, so that they are not sold meanwhile.</param>
/// <param name="ExpectedAtMs">When they are expected to arrive, Unix milliseconds; 0 if nobody knows.</param>
/// <param name="Reference">The caller's reference; at most <see cref="Limits.NoteCharactersMax"/> characters, may be empty.</param>
[GenerateSerializer, Immutable, Alias("transfer-content")]
public sealed record TransferContent(
    [property: Id(0)] LocationId From,
    [property: Id(1)] LocationId To,
    [property: Id(2)] ImmutableArray<SkuUnits> Lines,
    [property: Id(3)] bool Hold = false,
    [property: Id(4)] long ExpectedAtMs = 0,
    [property: Id(5)] string Reference = "");
