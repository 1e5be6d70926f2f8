using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Orders;
using Inventory.Domain.Stocks;

namespace Inventory.Grains;

/// <summary>What came from supply and goes to another location, because the customer decided so.</summary>
internal sealed partial class OrderCalls
{
    // No reservation holds what came from supply. So 1 one of its own holds all of it at the new places, or nothing  2 the hold with which it came gives it
    // back. In between it is held twice, never nowhere; a crash leaves the intent, and both are said again under the same ids.
    private async ValueTask<OrderOutcome> MoveFromSupply(OrderRecord record, OrderStepIntended step, int[] going, RequestId id)
    {
        var (content, plans) = (record.Content!, going.Select(at => step.Moves[at].To).ToArray());
        ImmutableArray<ReserveLine> lines =
        [
            .. plans.SelectMany(plan => plan.Lines.Select(line => new ReserveLine(new StockKey(content.Lines[line.Line].Sku, plan.Location), line.Units))),
            .. plans.SelectMany(static plan => plan.Work.Select(work => ReserveLine.Work(plan.Location, work.Slot, work.Units))),
        ];
        var (leg, isFirm) = (LegId(record.ChoiceLeg), record.IsFirm);
        var untilMs = going.Max(at => record.Parts[step.Moves[at].Part].ExpiresAtMs);
        var ttlMs = isFirm ? FirmTtlMs : Math.Clamp(untilMs - step.AtMs, Domain.Limits.TtlMsMin, Domain.Limits.TtlMsMax);
        var held = await Coordinator(leg).Reserve(new ReserveMany(leg, lines, content.Channel, ttlMs, Partial: false));
        if (!held.Outcome.IsAccepted())
        {
            return held.Outcome == StockOutcome.ReservationInDoubt ? OrderOutcome.InDoubt : OutcomeOf(held.Outcome);
        }

        if (isFirm)
        {
            var firm = await Coordinator(leg).Step(new ReservationStep(leg.Derive(FirmSalt), StockVerb.Confirm, [], 0));
            if (!firm.Outcome.IsAccepted() && firm.Outcome != StockOutcome.ReservationFirm)
            {
                return firm.Outcome == StockOutcome.ReservationInDoubt ? OrderOutcome.InDoubt : OutcomeOf(firm.Outcome);
            }
        }

        foreach (var at in going)
        {
            await GiveBack(record, record.Parts[step.Moves[at].Part], step.Moves[at].To.Lines.Sum(static line => line.Units), id.Derive((uint)at));
        }

        ImmutableArray<PartUnits> gone =
            [.. going.Select(at => step.Moves[at]).SelectMany(static move => move.To.Lines.Select(line => new PartUnits(move.Part, line.Line, line.Units)))];
        return await GiveWorkBack(record.WithoutWork([], gone)) ? OrderOutcome.Accepted : OrderOutcome.InDoubt;
    }
}
