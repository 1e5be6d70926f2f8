using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Orders;

namespace Inventory.Grains;

/// <summary>A promise follows what its stock says of it, and its capacity follows the promise.</summary>
/// <remarks>
/// Capacity moves first, in one outcome of its own reservation; then the record says so. If the process dies in between, the next look finds the promise where
/// it was and its capacity where that belongs already: to move it again changes nothing, or takes it on to where it belongs by then.
/// </remarks>
internal sealed partial class OrderGrain
{
    private const int WorkMovesMax = 16; // whoever is forestalled so often tries again later
    private uint _workMoves;

    /// <summary>What of a promise is to be on record; null if it cannot be told yet.</summary>
    private async ValueTask<FollowedPromise?> Follow(OrderContent content, ExpectedPart part, PromiseLook now, long left, long nowMs)
    {
        var isMoved = left > 0 && now.Lacking < left && now.Receipt.Length > 0 && (now.Receipt, now.DueMs) != (part.Receipt, part.DueMs)
            && _order.SupplyNotes.Count < Domain.Limits.OrderSupplyNotesMax;
        var isCrowdedOut = false;
        var seen = new SeenPromise(part.Number, now.Arrived, part.Receipt, part.DueMs, part.PromisedAtMs, 0) { Came = now.Came };
        if (isMoved)
        {
            if (await MoveWork(content, part, now.DueMs, long.MaxValue) is not { } moved)
            {
                return null;
            }

            isCrowdedOut = moved.Plan is null;
            seen = moved.Plan is { } plan
                ? seen with { Receipt = now.Receipt, DueMs = now.DueMs, PromisedAtMs = plan.PromisedAtMs, Work = moved.Held }
                : seen;
        }

        if (now.Arrived > part.Arrived)
        {
            if (await Receive(content, part, left, nowMs) is not { } received)
            {
                return null;
            }

            seen = seen with { ReadyAtMs = received.ReadyAtMs, Work = left == 0 ? received.Held : seen.Work };
        }

        return new FollowedPromise(now.IsNews(part) || (isMoved && !isCrowdedOut) ? seen : null, isCrowdedOut);
    }

    // Once all of it is there it is worked as soon as there is room, or else on the day that was kept for it, unless that is over. If there is no room at all
    // it is there nevertheless, and its capacity stays where it was.
    private async ValueTask<(long ReadyAtMs, ImmutableArray<PartWork> Held)?> Receive(OrderContent content, ExpectedPart part, long left, long nowMs)
    {
        var readyMs = await _supply.PromisedAt(content, part.Plan, nowMs);
        if (left > 0 || part.Work.IsEmpty || !silo.Directory.TryGet(part.Plan.Location, out var place))
        {
            return (readyMs, default);
        }

        var isKept = part.Work.All(each => each.Slot.EndMs(place.Facts.TimeZone) > nowMs);
        if (await MoveWork(content, part, nowMs, isKept ? part.PromisedAtMs : long.MaxValue) is not { } moved)
        {
            return null;
        }

        return (moved.Plan?.PromisedAtMs ?? (isKept ? part.PromisedAtMs : readyMs), moved.Held);
    }

    // To when it comes now, if the customer has it before a time then; null if it cannot be told yet.
    private async ValueTask<(SupplyPlan? Plan, ImmutableArray<PartWork> Held)?> MoveWork(OrderContent content, ExpectedPart part, long atMs, long beforeMs)
    {
        for (var tries = 0; tries < WorkMovesMax; tries++)
        {
            var lines = await _calls.WorkOf(part);
            ImmutableArray<PartWork> held = lines.IsEmpty ? default : [.. lines.Select(static line => new PartWork(line.Slot, line.Units))];
            if (await _supply.PlanAgain(content, part, lines, atMs, NowMs) is not { } plan || plan.PromisedAtMs >= beforeMs)
            {
                return (null, held);
            }

            switch (await _calls.MoveWork(part, lines, plan.Work, _id.Derive((uint)_order.Version).Derive((uint)NowMs).Derive(_workMoves++)))
            {
                case null:
                    return null;
                case true:
                    return (plan, plan.Work.IsEmpty ? default : plan.Work);
            }
        }

        return null; // there was room each time, and somebody took it
    }

    /// <summary>How a promise is followed.</summary>
    /// <param name="Seen">What is to be on record; null if nothing has changed.</param>
    /// <param name="IsCrowdedOut">True if the location has no room for it on the day on which it comes now.</param>
    private sealed record FollowedPromise(SeenPromise? Seen, bool IsCrowdedOut);
}
