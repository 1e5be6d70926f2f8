using System.Collections.Immutable;
using Inventory.Domain.Catalog;
using Inventory.Domain.Reservations;

namespace Inventory.Grains;

/// <summary>
/// Makes what readers see of a reservation of several lines. The coordinator's record says it all: no stock is asked. Lines of work
/// are left out.
/// </summary>
internal static class ReservationViews
{
    public static ImmutableArray<LineView> Of(ReservationRecord record, long nowMs)
    {
        var lines = ImmutableArray.CreateBuilder<LineView>(record.Kits.Asked);
        for (var asked = 0; asked < lines.Capacity; asked++)
        {
            var i = record.Kits.First(asked);
            if (record.IsWork(i))
            {
                continue;
            }

            // Components of a kit move together: the first tells of all.
            var line = record.Intent!.Lines[i];
            var state = StateOf(record, i, nowMs);
            var perKit = line.Kit?.PerKit ?? 1;
            var (units, left) = (line.Units / perKit, record.Left[i] / perKit);
            var (collected, shipped) = (record.Collected[i] / perKit, record.Shipped[i] / perKit);
            lines.Add(new LineView
            {
                Line = asked,
                Key = line.Kit is { } kit ? line.Key with { Sku = kit.Kit } : line.Key,
                State = state,
                Reserved = units,
                Held = state == LineState.Expired ? 0 : left,
                Collected = collected,
                Shipped = shipped,
                Released = state == LineState.Refused ? 0 : units - left - collected - shipped,
                Components = line.Kit is null ? [] : ComponentsOf(record, asked),
                KitVersion = line.Kit?.Version ?? 0,
            });
        }

        return lines.ToImmutable();
    }

    private static ImmutableArray<KitComponent> ComponentsOf(ReservationRecord record, int asked) =>
    [
        .. Enumerable.Range(record.Kits.First(asked), record.Kits.Count(asked))
            .Select(i => new KitComponent(record.Intent!.Lines[i].Key.Sku, record.Intent.Lines[i].Kit!.PerKit)),
    ];

    private static LineState StateOf(ReservationRecord record, int line, long nowMs) =>
        !record.LineIsHeld(line) ? LineState.Refused
        : record.Left[line] == 0 ? LineState.Ended
        : record.Phase == ReservationPhase.Stepping && record.StepConcerns(line) ? LineState.Pending
        : record.IsFirm ? LineState.Firm
        : nowMs >= record.ExpiresAtMs ? LineState.Expired
        : LineState.Soft;
}
