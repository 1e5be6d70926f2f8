using Inventory.LoadTests.Reporting;
using Inventory.LoadTests.Service;
using Inventory.LoadTests.Workers;

namespace Inventory.LoadTests.Scenarios;

/// <summary>Compares the caller's own books with the records of the service. Units of failed calls are a margin, never an excuse for more.</summary>
internal static class Books
{
    /// <summary>What is held is what was granted, nothing left the shelves, and no more is held than there is.</summary>
    public static IReadOnlyList<BookCheck> Held(long existing, Ledger ledger, StockSums found) =>
    [
        new("Units held are units granted", ledger.Held, ledger.Held + ledger.Unknown, found.Held),
        BookCheck.AtMost("Never more is held than exists", existing, found.Held),
        BookCheck.Exactly("No unit has left a shelf", existing, found.OnHand),
    ];

    /// <summary>As <see cref="Held"/>, where units leave and come back.</summary>
    public static IReadOnlyList<BookCheck> Moved(long existing, Ledger ledger, StockSums found)
    {
        var onHand = existing - ledger.Gone + ledger.Returned;
        return
        [
            new("Units held are granted less released, shipped and collected", ledger.Held - ledger.Unknown, ledger.Held + ledger.Unknown, found.Held),
            new("On hand is what was there less what left plus what came back", onHand - ledger.Unknown, onHand + ledger.Unknown, found.OnHand),
            BookCheck.AtMost("Never more is held than exists", found.OnHand, found.Held),
        ];
    }
}
