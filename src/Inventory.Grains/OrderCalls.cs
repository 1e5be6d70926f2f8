using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Orders;
using Inventory.Domain.Stocks;

namespace Inventory.Grains;

/// <summary>What an order says to the coordinators of its legs and to the stocks that take goods back.</summary>
/// <remarks>Every write has an id that follows from the order and the step: to say it again changes nothing.</remarks>
internal sealed class OrderCalls(IGrainFactory grains, RequestId order)
{
    private const uint LegSalt = 0x4C45_4700;
    private const uint FirmSalt = 0x4649_5200;
    private const uint StepSalt = 0x5354_0000;
    private const long FirmTtlMs = 60_000;

    /// <summary>Holds a leg at every one of its stocks, or at none.</summary>
    /// <returns>What is to be on record; null if it cannot be told yet.</returns>
    public async ValueTask<LegDecided?> Hold(OrderContent content, LegIntended leg, int number, long nowMs)
    {
        var id = LegId(number);
        ImmutableArray<ReserveLine> lines =
        [
            .. leg.Parts.SelectMany(part => part.Lines.Select(line =>
                new ReserveLine(new StockKey(content.Lines[line.Line].Sku, part.Location), line.Units))),
            .. leg.Parts.SelectMany(part => part.Work.Select(work => ReserveLine.Work(part.Location, work.Slot, work.Units))),
        ];
        var coordinator = Coordinator(id);
        var ttlMs = leg.Firm ? FirmTtlMs : content.TtlMs;
        var held = await coordinator.Reserve(new ReserveMany(id, lines, content.Channel, ttlMs, Partial: false));
        if (!held.Outcome.IsAccepted())
        {
            return held.Outcome == StockOutcome.ReservationInDoubt && held.Lines.IsEmpty ? null : new LegDecided(nowMs, false, 0, Refusals(leg, held));
        }

        if (!leg.Firm)
        {
            return new LegDecided(nowMs, true, held.ExpiresAtMs, []);
        }

        var firm = await coordinator.Step(new ReservationStep(id.Derive(FirmSalt), StockVerb.Confirm, [], 0));
        return firm.Outcome.IsAccepted() || firm.Outcome == StockOutcome.ReservationFirm ? new LegDecided(nowMs, true, 0, [])
            : firm.Outcome == StockOutcome.ReservationInDoubt ? null
            : new LegDecided(nowMs, false, 0, []); // its time passed while nobody was there to confirm it
    }

    /// <summary>Takes a step at every leg that it concerns.</summary>
    /// <returns>What is to be on record; null if it cannot be told yet.</returns>
    public async ValueTask<OrderStepDecided?> Take(OrderRecord record, long nowMs)
    {
        var step = record.Step!;
        var id = order.Derive(StepSalt).Derive((uint)record.StepVersion);
        if (step.Verb == OrderVerb.Return)
        {
            return await TakeBack(record, step, id, nowMs);
        }

        var parts = step.Units.Select(units => units.Part).Distinct().ToImmutableArray();
        if (VerbOf(step.Verb) is not { } verb)
        {
            return new OrderStepDecided(nowMs, OrderOutcome.Accepted, parts); // no stock is concerned
        }

        var took = ImmutableArray.CreateBuilder<int>();
        var (refusal, expiresAtMs) = (OrderOutcome.Accepted, 0L);
        foreach (var leg in step.Units.GroupBy(units => record.Parts[units.Part].Leg))
        {
            ImmutableArray<LinePart> slots = step.Verb.TakesUnits()
                ? [.. leg.Select(units => new LinePart(record.Parts[units.Part].SlotOf(units.Line), units.Units)), .. WorkGivenBack(record, step, leg.Key)]
                : [];
            var answer = await Coordinator(LegId(leg.Key)).Step(new ReservationStep(id.Derive((uint)leg.Key), verb, slots, step.TtlMs));
            if (answer.Outcome == StockOutcome.ReservationInDoubt)
            {
                return null;
            }

            if (answer.Outcome.IsAccepted())
            {
                took.AddRange(leg.Select(units => units.Part).Distinct());
                expiresAtMs = Math.Max(expiresAtMs, answer.ExpiresAtMs);
            }
            else
            {
                refusal = refusal == OrderOutcome.Accepted ? OutcomeOf(answer.Outcome) : refusal;
            }
        }

        return new OrderStepDecided(nowMs, took.Count == 0 ? refusal : OrderOutcome.Accepted, took.ToImmutable(), expiresAtMs);
    }

    private async ValueTask<OrderStepDecided?> TakeBack(OrderRecord record, OrderStepIntended step, RequestId id, long nowMs)
    {
        var lines = record.Placed!.Content.Lines;
        foreach (var (units, i) in step.Units.Select((units, i) => (units, i)))
        {
            var key = new StockKey(lines[units.Line].Sku, step.To!.Value);
            var answer = await grains.GetGrain<IStockGrain>(key.ToString()).Do(
                StockCommand.Return(id.Derive((uint)i), units.Units, step.Condition));
            if (!answer.Outcome.IsAccepted())
            {
                // The first to be asked may refuse the whole; what comes after one that has taken goods back is asked until it takes them too.
                return i == 0 ? new OrderStepDecided(nowMs, OutcomeOf(answer.Outcome), []) : null;
            }
        }

        return new OrderStepDecided(nowMs, OrderOutcome.Accepted, [.. step.Units.Select(units => units.Part).Distinct()]);
    }

    // A part of which nothing is delivered and nothing will be needs no work any more. Its lines of work stand behind all the leg's units.
    private static IEnumerable<LinePart> WorkGivenBack(OrderRecord record, OrderStepIntended step, int leg)
    {
        var parts = record.Parts.Where(part => part.Leg == leg).ToArray();
        var slot = parts.Sum(part => part.Lines.Length);
        foreach (var part in parts)
        {
            var taken = step.Units.Where(units => units.Part == part.Number).Sum(units => units.Units);
            var isOver = step.Verb is OrderVerb.Reject or OrderVerb.Cancel && taken > 0 && taken == part.Left && part.Lines.All(line => line.Delivered == 0);
            foreach (var work in part.Plan.Work)
            {
                if (isOver)
                {
                    yield return new LinePart(slot, work.Units);
                }

                slot++;
            }
        }
    }

    private static ImmutableArray<RefusedStock> Refusals(LegIntended leg, ReservationAnswer answer)
    {
        var slots = leg.Parts.SelectMany(part => part.Lines.Select(line => (part.Location, Lines: new[] { line.Line })))
            .Concat(leg.Parts.SelectMany(part => part.Work.Select(_ => (part.Location, Lines: part.Lines.Select(line => line.Line).ToArray()))))
            .ToArray();
        return
        [
            .. answer.Lines.Select((line, i) => (line.Answer.Outcome, Slot: slots[i])).Where(line => !line.Outcome.IsAccepted())
                .SelectMany(line => line.Slot.Lines.Select(each => new RefusedStock(each, line.Slot.Location, line.Outcome))),
        ];
    }

    private static StockVerb? VerbOf(OrderVerb verb) => verb switch
    {
        OrderVerb.Confirm => StockVerb.Confirm,
        OrderVerb.Extend => StockVerb.Extend,
        OrderVerb.Collect => StockVerb.Collect,
        OrderVerb.Ship => StockVerb.Ship,
        OrderVerb.Reject or OrderVerb.Cancel => StockVerb.Release,
        _ => null,
    };

    private static OrderOutcome OutcomeOf(StockOutcome outcome) => outcome switch
    {
        StockOutcome.ReservationExpired => OrderOutcome.Expired,
        StockOutcome.ReservationEnded => OrderOutcome.Ended,
        StockOutcome.ExceedsHeld => OrderOutcome.ExceedsLeft,
        StockOutcome.LocationClosed or StockOutcome.LocationUnknown => OrderOutcome.LocationRefuses,
        StockOutcome.ExceedsOnHand or StockOutcome.Insufficient => OrderOutcome.Insufficient,
        _ => OrderOutcome.WrongState,
    };

    private RequestId LegId(int number) => order.Derive(LegSalt).Derive((uint)number);

    private IReservationGrain Coordinator(RequestId id) => grains.GetGrain<IReservationGrain>(id.ToString());
}
