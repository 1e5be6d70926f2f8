using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Orders;
using Inventory.Domain.Stocks;
using Inventory.Domain.Supply;

namespace Inventory.Grains;

/// <summary>
/// Capacity that promises take: each has a reservation of work alone, named after the promise. It is firm, for a promise has no end of its own either: the
/// order gives both up.
/// </summary>
/// <remarks>
/// 1 the work is held, for good  2 the promise is asked for. If 2 is refused the work is given back. What a crash cuts off is said again under the same ids, so
/// both are there in the end or neither is.
/// </remarks>
internal sealed partial class OrderCalls
{
    private const uint WorkSalt = 0x574F_5200;
    private const uint WorkBackSalt = 0x574F_4200;
    private const uint WorkMoveSalt = 0x574F_4D00;

    /// <summary>What is held for a promise: what its order's record says, or what was to be on record when the process died.</summary>
    public async ValueTask<ImmutableArray<HeldWork>> WorkOf(ExpectedPart part) => part.Work.IsEmpty ? [] : await Coordinator(WorkId(part)).Work();

    /// <summary>Moves the work of a promise to other days and hours, in one outcome of its reservation. After a crash it may be said again.</summary>
    /// <param name="part">The promise.</param>
    /// <param name="held">What is held for it.</param>
    /// <param name="to">What is to be held.</param>
    /// <param name="id">Id of the write: another each time.</param>
    /// <returns>True if that is held; false if there is no room, and all stays as it was; null if it cannot be told yet.</returns>
    public async ValueTask<bool?> MoveWork(ExpectedPart part, ImmutableArray<HeldWork> held, ImmutableArray<PartWork> to, RequestId id)
    {
        ImmutableArray<LinePart> released = [.. held.Where(each => !to.Contains(new PartWork(each.Slot, each.Units)))
            .Select(static each => new LinePart(each.Line, each.Units))];
        ImmutableArray<ReserveLine> added = [.. to.Where(each => !held.Any(line => new PartWork(line.Slot, line.Units) == each))
            .Select(each => ReserveLine.Work(part.Plan.Location, each.Slot, each.Units))];
        if (released.IsEmpty || added.IsEmpty)
        {
            return true; // it is as it should be, or the location had no limit when it was held
        }

        var answer = await Coordinator(WorkId(part)).Step(
            new ReservationStep(id.Derive(WorkMoveSalt).Derive((uint)part.Number), StockVerb.Release, released, 0) { Added = added });
        return answer.Outcome.IsAccepted() ? true : answer.Outcome == StockOutcome.ReservationInDoubt ? null : false;
    }

    // A life before a crash may have given it back: then nothing is held, whatever the reservation remembers.
    private async ValueTask<SupplyOutcome> HoldWork(OrderRecord record, ExpectedPart part)
    {
        if (part.Work.IsEmpty)
        {
            return SupplyOutcome.Accepted;
        }

        var id = WorkId(part);
        ImmutableArray<ReserveLine> lines = [.. part.Work.Select(work => ReserveLine.Work(part.Plan.Location, work.Slot, work.Units))];
        var held = await Coordinator(id).Reserve(new ReserveMany(id, lines, record.Content!.Channel, FirmTtlMs, Partial: false));
        if (!held.Outcome.IsAccepted())
        {
            return held.Outcome == StockOutcome.ReservationInDoubt && held.Lines.IsEmpty ? SupplyOutcome.InDoubt : SupplyOutcome.Insufficient;
        }

        var firm = await Coordinator(id).Step(new ReservationStep(id.Derive(FirmSalt), StockVerb.Confirm, [], 0));
        return firm.Outcome == StockOutcome.ReservationInDoubt ? SupplyOutcome.InDoubt
            : firm.Outcome.IsAccepted() && (await Coordinator(id).Work()).Length == lines.Length ? SupplyOutcome.Accepted
            : SupplyOutcome.Insufficient;
    }

    // What was given back before, or has passed, is not there any more: that is as it should be.
    private async ValueTask<bool> GiveWorkBack(IEnumerable<ExpectedPart> parts)
    {
        foreach (var part in parts.Where(static part => !part.Work.IsEmpty))
        {
            var id = WorkId(part);
            var answer = await Coordinator(id).Step(new ReservationStep(id.Derive(WorkBackSalt), StockVerb.Release, [], 0));
            if (answer.Outcome == StockOutcome.ReservationInDoubt)
            {
                return false;
            }
        }

        return true;
    }

    private static IEnumerable<LinePart> GivenBack(OrderRecord record, OrderStepIntended step, int leg) =>
        step.Verb is OrderVerb.Reject or OrderVerb.Cancel ? WorkGivenBack(record, step.Units, leg) : [];

    // A part of which nothing is delivered and nothing will be needs no work any more.
    private static IEnumerable<LinePart> WorkGivenBack(OrderRecord record, ImmutableArray<PartUnits> going, int leg)
    {
        foreach (var part in record.Parts.Where(part => part.Leg == leg))
        {
            var taken = going.Where(units => units.Part == part.Number).Sum(units => units.Units);
            if (taken > 0 && taken == part.Left && part.Lines.All(line => line.Delivered == 0))
            {
                for (var i = 0; i < part.Plan.Work.Length; i++)
                {
                    yield return new LinePart(part.FirstWorkSlot + i, part.Plan.Work[i].Units);
                }
            }
        }
    }

    private RequestId WorkId(ExpectedPart part) => order.Derive(WorkSalt).Derive((uint)part.Number);
}
