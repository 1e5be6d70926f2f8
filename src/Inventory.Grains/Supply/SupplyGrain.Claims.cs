using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Supply;

namespace Inventory.Grains;

/// <summary>
/// Promises that belong to orders. Their orders are told in one direction, after the record: two owners that wait for each other would wait for good. So what
/// is told is only that something has changed; the order asks what, and says what it knows.
/// </summary>
internal sealed partial class SupplyGrain
{
    private SupplyAllotment? _allotment;
    private long _allottedVersion;

    public async ValueTask<ImmutableArray<ExpectedReceipt>> Offers(int max)
    {
        await Finish();
        ImmutableArray<ExpectedReceipt> offers = [.. Allotment().Free(NowMs).Take(max)];
        await _log.Durable();
        return offers;
    }

    public async ValueTask<ImmutableArray<ClaimStanding>> Standing(ImmutableArray<RequestId> promises)
    {
        await Finish();
        var (allotment, wanted) = (Allotment(), promises.ToHashSet());
        var places = new Dictionary<RequestId, int>();
        for (var i = 0; i < allotment.Outlooks.Count; i++)
        {
            if (wanted.Contains(allotment.Outlooks[i].Promise.Id))
            {
                places.Add(allotment.Outlooks[i].Promise.Id, i);
            }
        }

        var standing = ImmutableArray.CreateBuilder<ClaimStanding>();
        foreach (var promise in promises)
        {
            if (_supply.Claims.Find(promise) is { } claim)
            {
                var last = places.TryGetValue(promise, out var place) ? allotment.LastOf(place) : null;
                var lacking = claim.Left == 0 ? 0 : allotment.Outlooks[place].Lacking;
                standing.Add(new ClaimStanding(promise, claim.Arrived, claim.GivenUp, lacking, last?.Name ?? "", last?.DueMs ?? 0));
            }
        }

        await _log.Durable();
        return standing.ToImmutable();
    }

    public async ValueTask<ClaimStanding?> Settle(RequestId order, RequestId promise, long givenUp, long seen)
    {
        await Do(new SupplyCommand(SupplyVerb.Settle, default, default, givenUp, Promise: promise) { Order = order, Seen = seen });
        return (await Standing([promise])) is [var standing] ? standing : null;
    }

    public async ValueTask<ImmutableArray<SupplyClaim>> Claims()
    {
        await Finish();
        ImmutableArray<SupplyClaim> claims = [.. _supply.Claims.All];
        await _log.Durable();
        return claims;
    }

    // Worked out once for each version: after an arrival many orders ask.
    private SupplyAllotment Allotment()
    {
        if (_allotment is null || _allottedVersion != _supply.Version)
        {
            (_allotment, _allottedVersion) = (SupplyAllotment.Of(_supply), _supply.Version);
        }

        return _allotment;
    }

    // What is lost of this is found again: each order that waits asks now and then.
    private void Tell(SupplyAllotment before, SupplyVerb verb)
    {
        if (verb is SupplyVerb.Promise)
        {
            return; // serves nobody better, and nobody who was there before worse
        }

        var stood = before.Outlooks.ToDictionary(static each => each.Promise.Id);
        var changed = Allotment().Outlooks.Where(each => stood.TryGetValue(each.Promise.Id, out var was)
            && (was.ExpectedMs, was.Lacking, was.Promise.Left) != (each.ExpectedMs, each.Lacking, each.Promise.Left)).ToArray();

        // First those who wait for the SKU, so that the oldest is the first to look elsewhere if something comes later than it was to.
        if (changed.Any(each => each.ExpectedMs > stood[each.Promise.Id].ExpectedMs) || (verb != SupplyVerb.Receive && HasMore(before, verb)))
        {
            _ = GrainFactory.GetGrain<IWaitListGrain>(_key.Sku.Value).Expected().AsTask();
        }

        foreach (var order in changed.Select(each => _supply.Claims.Find(each.Promise.Id)).OfType<SupplyClaim>().Select(static claim => claim.Order).Distinct())
        {
            _ = Owner(order).Supplied().AsTask();
        }

        if (verb == SupplyVerb.Receive)
        {
            TellOfArrivals();
        }
    }

    private bool HasMore(SupplyAllotment before, SupplyVerb verb)
    {
        var nowMs = NowMs;
        var free = Allotment().Free(nowMs).Sum(static each => each.Left);
        return free > 0 && (verb is not (SupplyVerb.Settle or SupplyVerb.Release) || free > before.Free(nowMs).Sum(static each => each.Left));
    }

    private void TellOfArrivals()
    {
        foreach (var order in _supply.Claims.All.Where(static claim => claim.Seen < claim.Arrived).Select(static claim => claim.Order).Distinct())
        {
            _ = Owner(order).Supplied().AsTask();
        }
    }

    private IOrderGrain Owner(RequestId order) => GrainFactory.GetGrain<IOrderGrain>(order.ToString());
}
