using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Orders;
using Inventory.Domain.Stocks;

namespace Inventory.Grains;

/// <summary>Parts that change their place or their way: what a customer decided later, and better locations for what nobody picks yet.</summary>
internal sealed partial class OrderGrain
{
    private static readonly Actor s_service = new(Channel.Web, "service", "a better location");

    public async ValueTask<ImprovedOrder> Improve(RequestId id, long leastMinor)
    {
        await Finish();
        if (_order.Recall(id) is { } earlier)
        {
            return Improved(earlier.Step, earlier.Took);
        }

        var (units, nowMs) = (Floating(), NowMs);
        if (_order.Phase != OrderPhase.Idle || units.IsEmpty || _order.Steps.Count >= Domain.Limits.OrderStepsMax)
        {
            return new ImprovedOrder(_id, 0, 0);
        }

        // What it costs to leave everything where it is, by the same prices of this moment; the promise counts for the new places alone.
        var (content, held) = (_order.Content!, HeldBy(units));
        var promisedMs = units.Max(each => _order.Parts[each.Part].Plan.PromisedAtMs);
        var stays = await _routing.Find(content with { PromiseByMs = 0 }, LinesOf(units), _order.Refused, nowMs, held, onlyHeld: true);
        var moved = await _routing.Find(content with { PromiseByMs = promisedMs }, LinesOf(units), _order.Refused, nowMs, held);
        var saved = stays.Parts.Sum(part => part.CostMinor) - moved.Parts.Sum(part => part.CostMinor);
        var moves = OrderMoves.Between(_order.Parts, units, moved.Parts, staysToo: false);
        if (!stays.Unfilled.IsEmpty || !moved.Unfilled.IsEmpty || moves.IsEmpty || saved < Math.Max(1, leastMinor))
        {
            return new ImprovedOrder(_id, 0, 0);
        }

        await Index(moves.Select(static move => OrderShards.At(move.To.Location)));
        ImmutableArray<PartUnits> concerned =
            [.. moves.SelectMany(move => move.To.Lines.Select(line => new PartUnits(move.Part, line.Line, line.Units)))];
        var intent = new OrderStepIntended(nowMs, id, 0, s_service, OrderVerb.Move, concerned) { Moves = moves, SavedMinor = saved };
        await Record(intent);
        var decided = await Take();
        await Finish();
        return decided is null ? new ImprovedOrder(_id, 0, 0) : Improved(intent, decided.Took);
    }

    private ImprovedOrder Improved(OrderStepIntended step, ImmutableArray<int> took)
    {
        var units = step.Units.Where(each => took.Contains(each.Part)).Sum(each => each.Units);
        return new ImprovedOrder(_id, units, units > 0 ? step.SavedMinor : 0);
    }

    // What may be moved: confirmed, to be sent or not decided, and not begun.
    private ImmutableArray<PartUnits> Floating() =>
    [
        .. _order.Parts.Where(part => part.Promise is null && OrderSteps.Next(part.StateAt(NowMs), OrderVerb.Move, part.Plan.Kind) is not null)
            .SelectMany(part => part.Lines.Where(line => line.Left > 0).Select(line => new PartUnits(part.Number, line.Line, line.Left))),
    ];

    private async ValueTask<(OrderOutcome Outcome, ImmutableArray<PartMove> Moves)> PlanChoice(Wish wish, ImmutableArray<PartUnits> units)
    {
        var lines = units.Select(each => each.Line).ToHashSet();
        var content = _order.Content! with
        {
            Lines = [.. _order.Content!.Lines.Select((line, i) => lines.Contains(i) ? line with { Wish = wish } : line)],
        };
        var (nowMs, held) = (NowMs, HeldBy(units));

        // Where it lies is best, unless it is to be near the customer: nothing has to be carried or asked for.
        var found = await _routing.Find(content, LinesOf(units), _order.Refused, nowMs, held, onlyHeld: wish.Kind != WishKind.CollectNear);
        if (!found.Unfilled.IsEmpty && wish.Kind != WishKind.CollectNear)
        {
            found = await _routing.Find(content, LinesOf(units), _order.Refused, nowMs, held);
        }

        if (found.Parts.IsEmpty || !found.Unfilled.IsEmpty)
        {
            return (found.IsShort ? OrderOutcome.Insufficient : OrderOutcome.NoRoute, []);
        }

        await Index(found.Parts.Select(static part => OrderShards.At(part.Location)));
        return (OrderOutcome.Accepted, OrderMoves.Between(_order.Parts, units, found.Parts, staysToo: true));
    }

    private long[] LinesOf(ImmutableArray<PartUnits> units)
    {
        var lines = new long[_order.Content!.Lines.Length];
        foreach (var each in units)
        {
            lines[each.Line] += each.Units;
        }

        return lines;
    }

    private Dictionary<StockKey, long> HeldBy(ImmutableArray<PartUnits> units) => units
        .GroupBy(each => new StockKey(_order.Content!.Lines[each.Line].Sku, _order.Parts[each.Part].Plan.Location))
        .ToDictionary(same => same.Key, same => same.Sum(each => each.Units));

    // A location that is closed rejects everything: that says nothing about its shelves.
    private async ValueTask Learn(OrderStepIntended step, OrderStepDecided decided)
    {
        if (step.Verb == OrderVerb.Redeem && decided.Outcome.IsAccepted())
        {
            await OrderDemand.Note(GrainFactory, silo.Directory, _order.Content!); // a quote says what is asked for, an order what is wanted
        }

        if (step.Verb is not (OrderVerb.Collect or OrderVerb.Ship or OrderVerb.Reject))
        {
            return;
        }

        foreach (var place in step.Units.Where(each => decided.Took.Contains(each.Part)).GroupBy(each => _order.Parts[each.Part].Plan.Location))
        {
            var (id, units) = (place.Key, place.Sum(each => each.Units));
            if (step.Verb != OrderVerb.Reject || silo.Directory.IsOpen(id))
            {
                var book = GrainFactory.GetGrain<IFoundGrain>(IFoundGrain.OnlyKey);
                await book.Note(id, step.Verb == OrderVerb.Reject ? 0 : units, step.Verb == OrderVerb.Reject ? units : 0);
            }
        }
    }
}
