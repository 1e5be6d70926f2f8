using Inventory.Domain.Codec;
using Inventory.Domain.Orders;
using Inventory.Domain.Supply;
using Inventory.Domain.Transfers;
using Inventory.Journal;

namespace Inventory.Simulator;

/// <summary>Mistakes in how orders, transfers and supply are written or read again.</summary>
internal sealed class BuggyOwners(IStreamReader reader, Bug bug) : IStreamReader
{
    private object? _before;

    public static bool Reads(Bug bug, string stream) => FolderOf(bug) is { } folder && stream.StartsWith(folder, StringComparison.Ordinal);

    public static bool Writes(Bug bug, string stream) => bug == Bug.RefusedLineSent && stream.StartsWith("transfer/", StringComparison.Ordinal);

    /// <summary>A transfer's decision as if no stock had refused anything.</summary>
    public static byte[] Written(ReadOnlySpan<byte> payload) => TransferCodec.Encode(
        TransferCodec.Decode(payload) is TransferStepDecided { Outcome: TransferOutcome.Accepted } decided
            ? decided with { Refused = [] } : TransferCodec.Decode(payload));

    public void Snapshot(long version, ReadOnlySpan<byte> state) => reader.Snapshot(version, state);

    public void Event(long version, ReadOnlySpan<byte> payload) => reader.Event(version, bug switch
    {
        Bug.CancelForgottenAtRecovery or Bug.ReturnForgottenAtRecovery or Bug.ArrivalForOrderForgottenAtRecovery =>
            OrderCodec.Encode(Of(OrderCodec.Decode(payload))),
        Bug.ArrivalOfTransferForgottenAtRecovery => TransferCodec.Encode(Of(TransferCodec.Decode(payload))),
        _ => SupplyCodec.Encode(Of(SupplyCodec.Decode(payload))),
    });

    private static string? FolderOf(Bug bug) => bug switch
    {
        Bug.CancelForgottenAtRecovery or Bug.ReturnForgottenAtRecovery or Bug.ArrivalForOrderForgottenAtRecovery => "order/",
        Bug.ArrivalOfTransferForgottenAtRecovery => "transfer/",
        Bug.PromiseForgottenAtRecovery or Bug.ArrivalForgottenAtRecovery or Bug.CargoForgottenAtRecovery
            or Bug.ClaimForgottenAtRecovery or Bug.GivenUpClaimForgottenAtRecovery => "supply/",
        _ => null,
    };

    private OrderEvent Of(OrderEvent change)
    {
        if (bug == Bug.ArrivalForOrderForgottenAtRecovery)
        {
            return change is SupplySeen seen ? seen with { Promises = [] } : change;
        }

        var verb = (_before as OrderStepIntended)?.Verb;
        _before = change;
        var isForgotten = verb == (bug == Bug.CancelForgottenAtRecovery ? OrderVerb.Cancel : OrderVerb.Return);
        return isForgotten && change is OrderStepDecided { Outcome: OrderOutcome.Accepted } decided
            ? decided with { Outcome = OrderOutcome.WrongState, Took = [] } : change;
    }

    private TransferEvent Of(TransferEvent change)
    {
        var isForgotten = _before is TransferStepIntended { Verb: TransferVerb.Receive };
        _before = change;
        return isForgotten && change is TransferStepDecided decided ? decided with { Outcome = TransferOutcome.StockRefused } : change;
    }

    private SupplyEvent Of(SupplyEvent change) => (bug, change) switch
    {
        (Bug.PromiseForgottenAtRecovery, SupplyChanged { Command.Verb: SupplyVerb.Promise } promised) =>
            promised with { Command = promised.Command with { Verb = SupplyVerb.Expect, Units = 0, Receipt = "none" } },
        (Bug.ClaimForgottenAtRecovery, SupplyChanged { Command.Verb: SupplyVerb.Promise } promised) =>
            promised with { Command = promised.Command with { Order = default } },
        (Bug.GivenUpClaimForgottenAtRecovery, SupplyChanged { Command.Verb: SupplyVerb.Settle } settled) =>
            settled with { Command = settled.Command with { Units = 0 } },
        (Bug.CargoForgottenAtRecovery, SupplyChanged { Command.Verb: SupplyVerb.Carry } carried) =>
            carried with { Command = carried.Command with { Units = 0 } },
        (Bug.ArrivalForgottenAtRecovery, ArrivalDecided) => new ArrivalDecided(change.AtMs, [.. Enumerable.Range(0, Domain.Limits.SupplyPromisesMax)]),
        _ => change,
    };
}
