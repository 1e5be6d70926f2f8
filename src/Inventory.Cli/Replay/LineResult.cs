using Inventory.V1;

namespace Inventory.Cli.Replay;

/// <summary>What became of an order line. The numbers stand in resume files and are never reused.</summary>
internal enum LineOutcome : byte
{
    /// <summary>Sold and handed over at the store.</summary>
    Collected = 1,

    /// <summary>Sold and sent.</summary>
    Shipped = 2,

    /// <summary>A sale that was refused; the detail is the <see cref="RefusalReason"/>.</summary>
    Refused = 3,

    /// <summary>Taken back; the detail is the <see cref="Condition"/>.</summary>
    Returned = 4,

    /// <summary>Written off; the detail is the <see cref="AdjustReason"/>, the units are those that were there to write off.</summary>
    WrittenOff = 5,

    /// <summary>Found and put on the shelf.</summary>
    Found = 6,

    /// <summary>A write-off of a SKU that is nowhere on the shelf: nothing was done.</summary>
    NothingThere = 7,
}

/// <summary>The acknowledged result of one order line: all that the ledger and a resume file need of it.</summary>
/// <param name="Line">Index of the line in the plan.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Detail">A reason or condition, as the outcome says.</param>
/// <param name="Store">Index of the store; -1 if none was touched.</param>
/// <param name="Units">How many units moved; of a refused sale, how many were wanted.</param>
internal readonly record struct LineResult(int Line, LineOutcome Outcome, byte Detail, int Store, int Units);
