using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Orders;

namespace Inventory.Grains;

/// <summary>Promises whose supply has moved past what the customer was told, and that another location may still keep.</summary>
/// <remarks>
/// The list of those who wait tries them, as it tries units without a location: one order after the other, when it is told that one has become late, and when
/// there may be more of the SKU. Nothing is on record unless all of a promise can be had in time. Then 1 what takes its place is on record  2 shelves hold
/// their part, supplies promise theirs  3 so much of the late promise is given up  4 the outcome on record, all at once. In between both are there for a
/// moment, never neither; a crash leaves the intent, and the same is said again under the same ids.
/// </remarks>
internal sealed partial class OrderGrain
{
    private const int LateLooksMax = 8;
    private bool _mustTellOfLate;
    private bool _isWoken; // the list has let it look, so it need not be told
    private int _lastLateLooked = -1;

    // Those that were not looked at the last time first.
    private async ValueTask<long> MoveLate(Sku sku)
    {
        await silo.WhenLoaded();
        _mustTellOfLate = false;
        var moved = 0L;
        var late = _order.LateAt(NowMs).OrderBy(part => part.Number <= _lastLateLooked).ThenBy(static part => part.Number).Take(LateLooksMax).ToArray();
        foreach (var part in late)
        {
            _lastLateLooked = part.Number;
            if (_order.Phase != OrderPhase.Idle || part.Left == 0 || _order.MoveTries >= GrainLimits.WakesPerOrderMax
                || _order.SupplyNotes.Count >= Domain.Limits.OrderSupplyNotesMax)
            {
                break;
            }

            var before = part.GivenUp + part.Arrived;
            if (await Elsewhere(part) is { } intent)
            {
                if (await ListOf(sku).BeginsAnew())
                {
                    break; // asked after the look: what it has found may be news of which those before it had not heard when they were tried
                }

                await Index(intent.Leg?.Parts.Select(static part => OrderShards.At(part.Location)) ?? []);
                await TryPromise(intent);
                moved += part.GivenUp + part.Arrived - before;
            }
        }

        return moved;
    }

    // First from shelves, then from what is to come; null if not all of it can be had by the time that the customer was told.
    private async ValueTask<SupplyIntended?> Elsewhere(ExpectedPart part)
    {
        ForgetRuledOut(NowMs);
        var (nowMs, plan) = (NowMs, part.Plan);
        var byMs = _order.Content!.PromiseByMs > 0 ? Math.Min(_order.Content.PromiseByMs, plan.PromisedAtMs) : plan.PromisedAtMs;
        var wanted = _order.Content.Lines[plan.Line];
        if (wanted.Wish.Kind != plan.Kind)
        {
            wanted = wanted with { Wish = new Wish(plan.Kind, Point: wanted.Wish.Point) }; // another way was chosen for what was there
        }

        var content = _order.Content with { PromiseByMs = byMs, Lines = _order.Content.Lines.SetItem(plan.Line, wanted) };
        var units = new long[content.Lines.Length];
        units[plan.Line] = part.Left;
        var found = await _routing.Find(content, [.. units], [.. _order.Rejected, .. _ruledOut], nowMs);
        units[plan.Line] -= found.Parts.Sum(static each => each.Lines.Sum(static line => line.Units));
        var asks = await _supply.Find(content, units, _order.Rejected, nowMs, _calls.RefusedShelves);
        if (asks.Sum(static ask => ask.Units) < units[plan.Line] || _order.Expected.Count + asks.Length > Domain.Limits.OrderPromisesMax)
        {
            return null;
        }

        var leg = found.Parts.IsEmpty ? null : new LegIntended(nowMs, found.Parts, [], found.Policy, _order.IsFirm, found.Why)
        {
            PolicyVersion = found.PolicyVersion, Unfillable = found.Unfillable, Routes = found.Routes,
        };
        return new SupplyIntended(nowMs, asks, [new PromiseUnits(part.Number, part.Left)]) { IsMove = true, Leg = leg };
    }

    // Orders hear of a lorry that is late in any order, so none of them looks by itself: the list, which the supply has told, lets all look, the oldest first.
    // It does not know of one that is due earlier than before, on a day when there is no room.
    private void TellOfLate()
    {
        if (_mustTellOfLate && !_isWoken && _isInLists && _order.LateAt(NowMs).FirstOrDefault() is { } late)
        {
            _mustTellOfLate = false;
            _ = ListOf(SkusOf([new LineUnits(late.Plan.Line, 1)]).First()).Expected().AsTask();
        }
    }
}
