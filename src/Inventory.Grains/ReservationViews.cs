using System.Collections.Immutable;
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
        var lines = ImmutableArray.CreateBuilder<LineView>(record.Left.Length);
        for (var i = 0; i < lines.Capacity; i++)
        {
            if (record.IsWork(i))
            {
                continue;
            }

            var (key, units) = record.Intent!.Lines[i];
            var state = StateOf(record, i, nowMs);
            var (left, collected, shipped) = (record.Left[i], record.Collected[i], record.Shipped[i]);
            lines.Add(new LineView
            {
                Line = i,
                Key = key,
                State = state,
                Reserved = units,
                Held = state == LineState.Expired ? 0 : left,
                Collected = collected,
                Shipped = shipped,
                Released = state == LineState.Refused ? 0 : units - left - collected - shipped,
            });
        }

        return lines.ToImmutable();
    }

    private static LineState StateOf(ReservationRecord record, int line, long nowMs) =>
        !record.LineIsHeld(line) ? LineState.Refused
        : record.Left[line] == 0 ? LineState.Ended
        : record.Phase == ReservationPhase.Stepping && record.StepConcerns(line) ? LineState.Pending
        : record.IsFirm ? LineState.Firm
        : nowMs >= record.ExpiresAtMs ? LineState.Expired
        : LineState.Soft;
}
