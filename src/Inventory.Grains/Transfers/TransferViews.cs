using System.Collections.Immutable;
using Inventory.Domain.Transfers;

namespace Inventory.Grains;

/// <summary>Makes what readers see of a transfer.</summary>
internal static class TransferViews
{
    /// <summary>The transfer; null if there is none.</summary>
    public static TransferView? Of(TransferRecord transfer) => transfer.Created is not { } created || transfer.MayBeCreated ? null : new TransferView
    {
        Id = created.Id,
        Content = created.Content,
        State = transfer.State,
        Lines = [.. transfer.Lines.Select((line, i) => new TransferLineView(
            line.Sku, line.Planned, transfer.Holds.Where(hold => hold.Line == i).Sum(static hold => hold.Units),
            line.Shipped, line.Received, line.Over, line.Lost, line.Damaged) { Lots = line.Lots, Announced = line.AnnouncedUnits })],
        ExpectedAtMs = transfer.ExpectedAtMs,
        IsInDoubt = transfer.Phase != TransferPhase.Idle || !transfer.ToAnnounce.IsEmpty,
        Version = transfer.Version,
        ChangedAtMs = transfer.ChangedAtMs,
        Steps = [.. transfer.Steps.Select(static each => new TransferNote(each.Step.Verb, each.Step.AtMs, each.Step.By, each.Step.Reason))],
    };

    /// <summary>The writes of a step that were refused, by SKU.</summary>
    public static ImmutableArray<RefusedTransferLine> RefusedOf(TransferRecord transfer, TransferStepIntended step, ImmutableArray<RefusedWrite> refused) =>
    [
        .. refused.Select(each =>
        {
            var write = step.Writes[each.Write];
            var sku = step.Planned.Length > write.Line ? step.Planned[write.Line].Sku : transfer.Lines[write.Line].Sku;
            return new RefusedTransferLine(sku, each.Units > 0 ? each.Units : write.Units, each.Outcome);
        }),
    ];
}
