using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Catalog;
using Inventory.Domain.Orders;
using Inventory.Domain.Stocks;

namespace Inventory.Grains;

/// <summary>What an order says to the coordinators of its legs and to the stocks that take goods back.</summary>
/// <remarks>Every write has an id that follows from the order and the step: to say it again changes nothing.</remarks>
internal sealed partial class OrderCalls(IGrainFactory grains, CatalogDirectory catalog, RequestId order)
{
    private const uint LegSalt = 0x4C45_4700;
    private const uint FirmSalt = 0x4649_5200;
    private const uint StepSalt = 0x5354_0000;
    private const uint ExchangeSalt = 0x4558_4300;
    private const uint UndoSalt = 0x554E_4400;
    private const int EndsAskedMax = 5; // once more for each time that the machine stands still meanwhile
    private const uint SecureSalt = 0x5345_4300;
    private const uint UnsecureSalt = 0x5553_4300;
    private const uint EndSalt = 0x454E_4400;
    private const long FirmTtlMs = 60_000;

    /// <summary>Holds a leg at every one of its stocks, or at none.</summary>
    /// <returns>What is to be on record; null if it cannot be told yet.</returns>
    public async ValueTask<LegDecided?> Hold(OrderPlaced placed, LegIntended leg, int number, long nowMs)
    {
        var content = placed.Content;
        var id = LegId(number);
        ImmutableArray<ReserveLine> lines =
        [
            .. leg.Parts.SelectMany(part => part.Lines.Select(line =>
                new ReserveLine(new StockKey(content.Lines[line.Line].Sku, part.Location), line.Units))),
            .. leg.Parts.SelectMany(part => part.Work.Select(work => ReserveLine.Work(part.Location, work.Slot, work.Units))),
        ];
        var coordinator = Coordinator(id);
        var ttlMs = leg.Firm ? FirmTtlMs : placed.QuoteMs > 0 ? placed.QuoteMs : content.TtlMs;
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
        switch (step.Verb)
        {
            case OrderVerb.Return:
                return await TakeBack(record, step, id, nowMs);
            case OrderVerb.Exchange:
                return await Exchange(record, step, id, nowMs);
            case OrderVerb.Choose or OrderVerb.Move:
                return await Move(record, step, id, nowMs);
        }

        var parts = step.Units.Select(units => units.Part).Distinct().ToImmutableArray();
        if (VerbOf(step.Verb) is not { } verb)
        {
            return new OrderStepDecided(nowMs, OrderOutcome.Accepted, parts); // no stock is concerned
        }

        if (await GiveUp(record, step.Promised.IsDefault ? [] : step.Promised, id, withArrived: true) is not { } promised)
        {
            return null;
        }

        var legs = step.Units.Select(units => record.Parts[units.Part]).Where(static part => part.Promise is null).Select(static part => part.Leg)
            .Distinct().ToArray();
        if (step.Verb is OrderVerb.Confirm or OrderVerb.Extend && legs.Length > 1)
        {
            if (await Secure(record, legs, id, nowMs) is var secured && secured != OrderOutcome.Accepted)
            {
                return secured == OrderOutcome.InDoubt ? null : new OrderStepDecided(nowMs, secured, []);
            }

            if (step.Verb == OrderVerb.Extend)
            {
                var untilMs = step.AtMs + step.TtlMs;
                return await EndAt(legs, _ => untilMs, id.Derive(EndSalt), nowMs)
                    ? new OrderStepDecided(nowMs, OrderOutcome.Accepted, parts, untilMs)
                    : null;
            }
        }

        return await TakeAtStocks(record, step, verb, id, promised, nowMs);
    }

    private async ValueTask<OrderStepDecided?> TakeAtStocks(
        OrderRecord record, OrderStepIntended step, StockVerb verb, RequestId id, ImmutableArray<GivenUpPromise> promised, long nowMs)
    {
        var took = ImmutableArray.CreateBuilder<int>();
        var (refusal, expiresAtMs) = (OrderOutcome.Accepted, 0L);
        foreach (var leg in step.Units.Where(units => record.Parts[units.Part].Promise is null).GroupBy(units => record.Parts[units.Part].Leg))
        {
            ImmutableArray<LinePart> slots = step.Verb.TakesUnits()
                ? [.. leg.Select(units => new LinePart(record.Parts[units.Part].SlotOf(units.Line), units.Units)), .. GivenBack(record, step, leg.Key)]
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

        foreach (var part in step.Units.Where(units => record.Parts[units.Part].Promise is not null).GroupBy(static units => units.Part))
        {
            // Steps of the order as a whole concern them if they concern its legs.
            var outcome = !step.Verb.TakesUnits() ? refusal : await TakeFromSupply(record, step.Verb, [.. part], id);
            if (outcome == OrderOutcome.InDoubt)
            {
                return null;
            }

            refusal = refusal == OrderOutcome.Accepted ? outcome : refusal;
            if (outcome == OrderOutcome.Accepted)
            {
                took.Add(part.Key);
            }
        }

        if (step.Verb == OrderVerb.Extend && refusal == OrderOutcome.Accepted)
        {
            expiresAtMs = Math.Max(expiresAtMs, step.AtMs + step.TtlMs); // also what is held nowhere is wanted for so long
        }

        ImmutableArray<PartUnits> gone = step.Verb is OrderVerb.Reject or OrderVerb.Cancel ? [.. step.Units.Where(units => took.Contains(units.Part))] : [];
        if (!await GiveWorkBack(record.WithoutWork(promised, gone)))
        {
            return null;
        }

        var isTaken = took.Count > 0 || !promised.IsEmpty;
        return new OrderStepDecided(nowMs, isTaken ? OrderOutcome.Accepted : refusal, took.ToImmutable(), expiresAtMs)
        {
            Promised = promised.IsEmpty ? default : promised,
        };
    }

    // 1 every leg is held so long that nothing passes before 2 is done, or, if one of them has passed already, all go back to what they were  2 each is
    // confirmed, or ends when it was asked to. Without 1 a leg may pass while the process is down between two others, and half of an order would stay.
    private async ValueTask<OrderOutcome> Secure(OrderRecord record, int[] legs, RequestId id, long nowMs)
    {
        for (var i = 0; i < legs.Length; i++)
        {
            var secured = await Coordinator(LegId(legs[i])).Step(
                new ReservationStep(id.Derive(SecureSalt).Derive((uint)legs[i]), StockVerb.Extend, [], Domain.Limits.TtlMsMax));
            if (secured.Outcome.IsAccepted())
            {
                continue;
            }

            var isUndone = secured.Outcome != StockOutcome.ReservationInDoubt && await EndAt(
                legs[..i], leg => record.Parts.Where(part => part.Leg == leg).Max(static part => part.ExpiresAtMs), id.Derive(UnsecureSalt), nowMs);
            return isUndone ? OutcomeOf(secured.Outcome) : OrderOutcome.InDoubt;
        }

        return OrderOutcome.Accepted;
    }

    // Each asking is a write of its own, for the time that is left: so the end is the same, however late it is done, and done again, after a crash. What
    // should have ended already does so as soon as it may; if it has, that is as it should be. If time went on between the asking and the doing, as when the
    // machine stood still, the end that is answered tells when it was done, and it is asked again as of then.
    private async ValueTask<bool> EndAt(int[] legs, Func<int, long> untilMs, RequestId id, long nowMs)
    {
        foreach (var leg in legs)
        {
            var (endMs, atMs) = (untilMs(leg), nowMs);
            for (var asked = 0; asked < EndsAskedMax; asked++)
            {
                var left = Math.Clamp(endMs - atMs, Domain.Limits.TtlMsMin, Domain.Limits.TtlMsMax);
                var answer = await Coordinator(LegId(leg)).Step(
                    new ReservationStep(id.Derive((uint)leg).Derive((uint)atMs), StockVerb.Extend, [], left));
                if (answer.Outcome == StockOutcome.ReservationInDoubt)
                {
                    return false;
                }

                if (!answer.Outcome.IsAccepted() || answer.ExpiresAtMs <= endMs + Domain.Limits.TtlMsMin || left == Domain.Limits.TtlMsMin)
                {
                    break;
                }

                atMs = answer.ExpiresAtMs - left;
            }
        }

        return true;
    }

    // Each leg changes its places in one outcome of its reservation: what is released there and what is held instead.
    private async ValueTask<OrderStepDecided?> Move(OrderRecord record, OrderStepIntended step, RequestId id, long nowMs)
    {
        var (took, slots, refusal) = (ImmutableArray.CreateBuilder<int>(), new int[step.Moves.Length], OrderOutcome.Accepted);
        foreach (var leg in step.Moves.Select((move, i) => (Move: move, At: i)).GroupBy(each => record.Parts[each.Move.Part].Leg))
        {
            var going = leg.Where(each => each.Move.To.Location != record.Parts[each.Move.Part].Plan.Location).ToArray();
            if (going.Length > 0 && leg.Key == 0)
            {
                var outcome = await MoveFromSupply(record, step, [.. going.Select(static each => each.At)], id);
                if (outcome == OrderOutcome.InDoubt)
                {
                    return null;
                }

                if (outcome != OrderOutcome.Accepted)
                {
                    refusal = refusal == OrderOutcome.Accepted ? outcome : refusal;
                    continue;
                }
            }
            else if (going.Length > 0)
            {
                ImmutableArray<PartUnits> units =
                    [.. going.SelectMany(each => each.Move.To.Lines.Select(line => new PartUnits(each.Move.Part, line.Line, line.Units)))];
                ImmutableArray<LinePart> released = [.. units.GroupBy(each => record.Parts[each.Part].SlotOf(each.Line)).Select(
                    same => new LinePart(same.Key, same.Sum(each => each.Units))), .. WorkGivenBack(record, units, leg.Key)];
                var added = going.SelectMany(each => LinesOf(record.Content!, each.Move.To)).ToImmutableArray();
                var answer = await Coordinator(LegId(leg.Key)).Step(
                    new ReservationStep(id.Derive((uint)leg.Key), StockVerb.Release, released, 0) { Added = added });
                if (answer.Outcome == StockOutcome.ReservationInDoubt)
                {
                    return null;
                }

                if (!answer.Outcome.IsAccepted())
                {
                    refusal = refusal == OrderOutcome.Accepted ? OutcomeOf(answer.Outcome) : refusal;
                    continue;
                }

                for (var (i, slot) = (0, answer.FirstAdded); i < going.Length; i++)
                {
                    slots[going[i].At] = slot;
                    slot += going[i].Move.To.Lines.Length + going[i].Move.To.Work.Length;
                }
            }

            took.AddRange(leg.Select(each => each.Move.Part).Distinct());
        }

        return new OrderStepDecided(nowMs, took.Count == 0 ? refusal : OrderOutcome.Accepted, took.ToImmutable()) { Slots = [.. slots] };
    }

    private static IEnumerable<ReserveLine> LinesOf(OrderContent content, LegPart part) =>
    [
        .. part.Lines.Select(line => new ReserveLine(new StockKey(content.Lines[line.Line].Sku, part.Location), line.Units)),
        .. part.Work.Select(work => ReserveLine.Work(part.Location, work.Slot, work.Units)),
    ];

    // The new order first, for it may be refused; if the goods are refused after all, it is given up. Both are done again under the same ids after a crash.
    private async ValueTask<OrderStepDecided?> Exchange(OrderRecord record, OrderStepIntended step, RequestId id, long nowMs)
    {
        var owner = grains.GetGrain<IOrderGrain>(id.Derive(ExchangeSalt).ToString());
        var placed = await owner.Place(new PlaceOrder(id.Derive(ExchangeSalt), step.By, step.Content!) { Exchanges = order });
        if (placed.Outcome == OrderOutcome.InDoubt)
        {
            return null;
        }

        if (!placed.Outcome.IsAccepted() || placed.Order!.State == OrderState.Cancelled)
        {
            return new OrderStepDecided(nowMs, placed.Outcome.IsAccepted() ? OrderOutcome.LocationRefuses : placed.Outcome, []);
        }

        var back = await TakeBack(record, step, id, nowMs);
        if (back is { Outcome: not OrderOutcome.Accepted })
        {
            var undone = await owner.Step(new OrderStep(id.Derive(UndoSalt), step.By, OrderVerb.Cancel, null, []));
            return undone.Outcome == OrderOutcome.InDoubt ? null : back;
        }

        return back is null ? null : back with { NewOrder = id.Derive(ExchangeSalt) };
    }

    private async ValueTask<OrderStepDecided?> TakeBack(OrderRecord record, OrderStepIntended step, RequestId id, long nowMs)
    {
        var returns = await ReturnsOf(record, step, id);
        for (var i = 0; i < returns.Count; i++)
        {
            var answer = await grains.GetGrain<IStockGrain>(returns[i].Key.ToString()).Do(returns[i].Command);
            if (!answer.Outcome.IsAccepted())
            {
                // The first to be asked may refuse the whole; what comes after one that has taken goods back is asked until it takes them too.
                return i == 0 ? new OrderStepDecided(nowMs, OutcomeOf(answer.Outcome), []) : null;
            }
        }

        return new OrderStepDecided(nowMs, OrderOutcome.Accepted, [.. step.Units.Select(units => units.Part).Distinct()]);
    }

    // Whether what comes back would be taken with the lots that are named.
    private async ValueTask<OrderOutcome> JudgeLots(OrderRecord record, OrderStepIntended step)
    {
        var skus = (await ReturnsOf(record, step, order)).Select(static back => back.Key.Sku).ToHashSet();
        if (step.Lots.Any(lot => !skus.Contains(lot.Sku)))
        {
            return OrderOutcome.NoSuchPart;
        }

        var outcome = await ReturnedLots.Judge(grains, catalog, step.To!.Value, step.Lots, skus.Contains);
        return outcome == StockOutcome.Accepted ? OrderOutcome.Accepted : OutcomeOf(outcome);
    }

    // Of a kit its components come back, those that its leg took: the definition may be another by now, a leg's record stays.
    private async ValueTask<List<(StockKey Key, StockCommand Command)>> ReturnsOf(OrderRecord record, OrderStepIntended step, RequestId id)
    {
        await catalog.WhenLoaded();
        var returns = new List<(StockKey, StockCommand)>();
        foreach (var (units, i) in step.Units.Select((units, i) => (units, i)))
        {
            var key = new StockKey(record.Placed!.Content.Lines[units.Line].Sku, step.To!.Value);
            if (catalog.Kit(key.Sku) is null)
            {
                returns.Add((key, ReturnedLot.In(step.Lots, key.Sku, StockCommand.Return(id.Derive((uint)i), units.Units, step.Condition))));
                continue;
            }

            returns.AddRange((await ComponentsOf(record, units)).Select((component, c) => (
                key with { Sku = component.Sku },
                ReturnedLot.In(
                    step.Lots, component.Sku, StockCommand.Return(id.Derive((uint)i).Derive((uint)c), units.Units * component.Units, step.Condition)))));
        }

        return returns;
    }

    private async ValueTask<IEnumerable<KitComponent>> ComponentsOf(OrderRecord record, PartUnits units)
    {
        var part = record.Parts[units.Part];
        return part.Promise is { } promise ? record.Expected[promise].Plan.Kit
            : (await Coordinator(LegId(part.Leg)).Get())!.Lines.First(line => line.Line == part.SlotOf(units.Line)).Components;
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
        OrderVerb.Extend or OrderVerb.Redeem => StockVerb.Extend,
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
        StockOutcome.SlotOutOfReach or StockOutcome.ExceedsOnHand or StockOutcome.Insufficient => OrderOutcome.Insufficient,
        StockOutcome.LotDateRequired => OrderOutcome.LotDateRequired,
        StockOutcome.LotDateDiffers => OrderOutcome.LotDateDiffers,
        StockOutcome.TooManyLots => OrderOutcome.TooManyLots,
        StockOutcome.SkuHasNoLots => OrderOutcome.SkuHasNoLots,
        _ => OrderOutcome.WrongState,
    };

    private RequestId LegId(int number) => order.Derive(LegSalt).Derive((uint)number);

    private IReservationGrain Coordinator(RequestId id) => grains.GetGrain<IReservationGrain>(id.ToString());
}
