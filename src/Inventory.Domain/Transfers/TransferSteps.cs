using System.Collections.Immutable;

namespace Inventory.Domain.Transfers;

/// <summary>The table of steps: where a verb may lead from a state. docs/supply.md shows it.</summary>
public static class TransferSteps
{
    /// <summary>The states that a verb may lead to; none if a transfer in that state does not take it. Which of them follows from the figures.</summary>
    public static ImmutableArray<TransferState> Next(TransferState state, TransferVerb verb) => (state, verb) switch
    {
        (TransferState.Draft, TransferVerb.Change) => [TransferState.Draft],
        (TransferState.Draft or TransferState.PartlyShipped, TransferVerb.Ship) => [TransferState.PartlyShipped, TransferState.InTransit],
        (TransferState.PartlyReceived, TransferVerb.Ship) => [TransferState.PartlyReceived],
        (TransferState.PartlyShipped, TransferVerb.Receive) => [TransferState.PartlyReceived],
        (TransferState.InTransit or TransferState.PartlyReceived, TransferVerb.Receive) =>
            [TransferState.PartlyReceived, TransferState.Received, TransferState.Discrepancy],
        (TransferState.PartlyShipped or TransferState.InTransit or TransferState.PartlyReceived, TransferVerb.Close) =>
            [TransferState.PartlyReceived, TransferState.Received, TransferState.Discrepancy],
        (TransferState.Draft, TransferVerb.Cancel) => [TransferState.Cancelled],
        (TransferState.Draft or TransferState.PartlyShipped or TransferState.InTransit or TransferState.PartlyReceived, TransferVerb.Reschedule) => [state],
        _ => [],
    };

    /// <summary>True if nothing can happen to it any more.</summary>
    public static bool IsOver(this TransferState state) => state is TransferState.Received or TransferState.Discrepancy or TransferState.Cancelled;
}
