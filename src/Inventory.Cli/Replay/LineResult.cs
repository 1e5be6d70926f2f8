using Inventory.V1;

namespace Inventory.Cli.Replay;

/// <summary>What became of an order line. The numbers stand in resume files and are never reused.</summary>
internal enum LineOutcome : byte
{
    /// <summary>Sold and handed over at the store. Of an order, extra is the place of the line in it.</summary>
    Collected = 1,

    /// <summary>Sold and sent. Extra as of <see cref="Collected"/>.</summary>
    Shipped = 2,

    /// <summary>A sale that was refused; the detail is the <see cref="RefusalReason"/>.</summary>
    Refused = 3,

    /// <summary>
    /// Taken back; the detail is the <see cref="Condition"/>. Extra is 0 without an order, 1 against one that was collected, 2 against one that
    /// was shipped.
    /// </summary>
    Returned = 4,

    /// <summary>Written off; the detail is the <see cref="AdjustReason"/>, the units are those that were there to write off.</summary>
    WrittenOff = 5,

    /// <summary>Found and put on the shelf.</summary>
    Found = 6,

    /// <summary>A write-off of a SKU that is nowhere on the shelf: nothing was done.</summary>
    NothingThere = 7,

    /// <summary>Of an order: units for which no location was found.</summary>
    Unfilled = 8,

    /// <summary>Of an order: units that the customer did not want any more.</summary>
    Cancelled = 9,

    /// <summary>Of an order: units that the store did not deliver; they were routed anew, which the other outcomes tell.</summary>
    Rejected = 10,

    /// <summary>
    /// Work that a store did for an order: the detail is the <see cref="WorkKind"/>, <see cref="LineResult.Extra"/> how much, the units are the
    /// start of its day or hour in quarters of an hour since 1970.
    /// </summary>
    Worked = 11,

    /// <summary>
    /// The end of what became of an event that begins with the line; the units are the number of results before it. Extra is 0, or of a transfer
    /// its number + 1.
    /// </summary>
    Done = 12,

    /// <summary>Of a transfer: units that left the store; the line is one of their SKU.</summary>
    TransferredOut = 13,

    /// <summary>Of a transfer: units that the store took in.</summary>
    TransferredIn = 14,

    /// <summary>Of a transfer: units that never came.</summary>
    LostInTransit = 15,
}

/// <summary>The acknowledged result of one order line: all that the ledger and a resume file need of it.</summary>
/// <param name="Line">Index of the line in the plan.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Detail">A reason or condition, as the outcome says.</param>
/// <param name="Store">Index of the store; -1 if none was touched.</param>
/// <param name="Units">How many units moved; of a refused sale, how many were wanted.</param>
/// <param name="Extra">Another figure, as the outcome says; 0 if it says nothing.</param>
internal readonly record struct LineResult(int Line, LineOutcome Outcome, byte Detail, int Store, int Units, ushort Extra = 0);
