using System.Diagnostics;
using Orleans;

namespace Inventory.Domain.Transfers;

/// <summary>What was decided about a transfer, in order of precedence: of several that apply, the first is told. Numbers are never reused.</summary>
[GenerateSerializer, Alias("transfer-outcome")]
public enum TransferOutcome : byte
{
    /// <summary>Took effect.</summary>
    Accepted = 0,

    /// <summary>Took effect at an earlier asking; this is the first answer again.</summary>
    AlreadyAccepted = 1,

    /// <summary>The id was used before with other content.</summary>
    IdReused = 2,

    /// <summary>No such transfer, or nothing of it came about.</summary>
    NotFound = 3,

    /// <summary>An earlier step is not decided yet, because a stock cannot be reached.</summary>
    InDoubt = 4,

    /// <summary>Nobody has described one of the locations.</summary>
    LocationUnknown = 5,

    /// <summary>The transfer does not take this step in its state.</summary>
    WrongState = 6,

    /// <summary>The transfer has no line of that SKU.</summary>
    NoSuchLine = 7,

    /// <summary>More units than are still to be sent.</summary>
    ExceedsPlanned = 8,

    /// <summary>More units than are in transit.</summary>
    ExceedsInTransit = 9,

    /// <summary>It has <see cref="Limits.TransferLinesMax"/> lines, those with no units any more included.</summary>
    TooManyLines = 10,

    /// <summary>The transfer has had <see cref="Limits.TransferStepsMax"/> steps.</summary>
    TooManySteps = 11,

    /// <summary>Every stock that was asked refused: each says why.</summary>
    StockRefused = 12,
}

/// <summary>What follows from an outcome.</summary>
public static class TransferOutcomes
{
    /// <summary>True if the write took effect, now or earlier.</summary>
    public static bool IsAccepted(this TransferOutcome outcome) => outcome <= TransferOutcome.AlreadyAccepted;

    /// <summary>True if the same request may be accepted later. No refusal of a transfer is remembered.</summary>
    public static bool MayPassLater(this TransferOutcome outcome) => outcome switch
    {
        TransferOutcome.NotFound or TransferOutcome.InDoubt or TransferOutcome.LocationUnknown or TransferOutcome.WrongState
            or TransferOutcome.ExceedsPlanned or TransferOutcome.ExceedsInTransit or TransferOutcome.StockRefused => true,
        TransferOutcome.Accepted or TransferOutcome.AlreadyAccepted or TransferOutcome.IdReused or TransferOutcome.NoSuchLine
            or TransferOutcome.TooManyLines or TransferOutcome.TooManySteps => false,
        _ => throw new UnreachableException($"unclassified {outcome}"),
    };
}
