using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Orders;
using Inventory.Domain.Routing;

namespace Inventory.Grains;

/// <summary>Units that are promised from what is to come, under a policy that asks for it.</summary>
/// <remarks>
/// 1 what is to be asked for or given up on record  2 the owner of each supply is asked, under a name that follows from the order  3 the outcome on record. Who
/// owns a supply tells the order that something has changed, and no more; the order then asks how its promises stand, puts that on record, arrived units as a
/// part with the hold that they came with, and says what it knows. Both sides count from when the promise was made: nothing is taken over twice.
/// </remarks>
internal sealed partial class OrderGrain
{
    private const int LooksMax = 8;
    private bool _mustAskSupply = true; // a word may have been lost while the order was not here
    private long _lookedVersion = -1;

    public ValueTask Supplied()
    {
        _mustAskSupply = true;
        return Finish();
    }

    public async ValueTask<ImmutableArray<KnownPromise>> Promises()
    {
        _mustAskSupply = true;
        await Finish();
        return
        [
            .. Made().SelectMany(part => OrderClaim.Of(_order, part)).Where(static claim => claim.Units > 0).Select(static claim => new KnownPromise(
                claim.Promise, claim.Key, claim.Left, claim.Came, claim.GivenUp)),
        ];
    }

    public async ValueTask<ImmutableArray<UnusedSupply>> UnusedSupply()
    {
        await Finish();
        var nowMs = NowMs;
        ImmutableArray<UnusedSupply> unused = _order.Unfillable != Unfillable.BackOrder || _order.IsQuote || !_order.WaitsAt(nowMs)
            ? []
            : await _supply.Unused(_order.Content!, _order.Unfilled.ToArray(), _order.Rejected, nowMs);
        await _log.Durable();
        return unused;
    }

    private async ValueTask KeepSupply()
    {
        if (!await DecideSupply() || _order.Phase != OrderPhase.Idle || !_order.Exists)
        {
            return;
        }

        await Lapse();
        _mustAskSupply = _mustAskSupply && (_order.Phase != OrderPhase.Idle || (Made().Any() && !await AskSupply()));
        await PromiseRest();
    }

    private async ValueTask<bool> DecideSupply()
    {
        if (_order.Phase != OrderPhase.Supplying)
        {
            return true;
        }

        if (await _calls.Supply(_order, NowMs) is not { } decided)
        {
            return false;
        }

        await Record(decided);
        foreach (var claim in decided.GivenUp.Where(static given => given.Arrived > 0 || !given.Components.IsDefault)
            .SelectMany(given => OrderClaim.Of(_order, _order.Expected[given.Promise])).Where(static claim => claim.Came > 0))
        {
            await _calls.Settle(claim, claim.GivenUp);
        }

        return true;
    }

    // What an unpaid order was promised, or got from supply, has no end of its own at its stock.
    private async ValueTask Lapse()
    {
        var nowMs = NowMs;
        var parts = _order.LapsedAt(nowMs).Select(static part => part.Number).ToImmutableArray();
        ImmutableArray<PromiseUnits> promised = [.. _order.LapsedPromisesAt(nowMs)];
        if (!promised.IsEmpty || !parts.IsEmpty)
        {
            await Record(new SupplyIntended(nowMs, [], promised) { IsLapse = true, Parts = parts });
            await DecideSupply();
        }
    }

    // False if it cannot be told how they stand now.
    private async ValueTask<bool> AskSupply()
    {
        await silo.WhenLoaded();
        var (nowMs, content) = (NowMs, _order.Content!);
        var made = Made().ToArray();
        var standing = await _calls.Standing(made.SelectMany(part => OrderClaim.Of(_order, part)));
        var (seen, gone) = (ImmutableArray.CreateBuilder<SeenPromise>(), ImmutableArray.CreateBuilder<PromiseUnits>());
        foreach (var part in made)
        {
            var now = PromiseLook.Of(_order, part, standing);
            var left = part.Left - (now.Arrived - part.Arrived);
            if (await Follow(content, part, now, left, nowMs) is not { } followed)
            {
                return false; // where its capacity is cannot be told
            }

            if (followed.Seen is { } news)
            {
                seen.Add(news);
                _mustTellOfLate |= news.PromisedAtMs > part.PromisedAtMs && news.DueMs <= part.DueMs;
            }

            // Nothing is behind these, nobody knows of them, the location is switched off or has no room for them on the day on which they come now: they are
            // wanted elsewhere.
            var lacking = followed.IsCrowdedOut || !silo.Directory.IsOpen(part.Plan.Location) ? left : now.Lacking;
            gone.AddRange(lacking > 0 ? [new PromiseUnits(part.Number, lacking)] : Array.Empty<PromiseUnits>());
        }

        await TakeOver(seen.ToImmutable(), made, standing);
        if (gone.Count > 0)
        {
            await EnterLists([.. gone.Select(each => new LineUnits(_order.Expected[each.Promise].Plan.Line, each.Units))]);
            await Record(new SupplyIntended(nowMs, [], gone.ToImmutable()));
            if (await DecideSupply() && _order.WaitsAt(NowMs))
            {
                await TryShelves();
            }
        }

        return true;
    }

    private async ValueTask TakeOver(ImmutableArray<SeenPromise> seen, ExpectedPart[] made, Dictionary<RequestId, ClaimStanding> standing)
    {
        if (!seen.IsEmpty)
        {
            var came = seen.Where(each => each.Arrived > _order.Expected[each.Promise].Arrived);
            await Index(came.Select(each => OrderShards.At(_order.Expected[each.Promise].Plan.Location)));
            await Record(new SupplySeen(NowMs, seen));
        }

        foreach (var claim in made.SelectMany(part => OrderClaim.Of(_order, part)).Where(claim => claim.Came > 0 && standing.ContainsKey(claim.Promise)))
        {
            await _calls.Settle(claim, claim.GivenUp);
        }
    }

    private IEnumerable<ExpectedPart> Made() => _order.Expected.Where(static part => part.IsMade);

    private async ValueTask PromiseRest()
    {
        for (var look = 0; look < LooksMax && _lookedVersion != _order.Version; look++)
        {
            if (_order.Phase != OrderPhase.Idle || _order.Unfillable != Unfillable.BackOrder || _order.IsQuote || !_order.WaitsAt(NowMs))
            {
                return;
            }

            var version = _order.Version;
            ForgetRuledOut(NowMs);
            var asks = await _supply.Find(_order.Content!, _order.Unfilled.ToArray(), _order.Rejected, NowMs, _calls.RefusedShelves);
            asks = [.. asks.Take(Domain.Limits.OrderPromisesMax - _order.Expected.Count)];
            if (asks.IsEmpty)
            {
                _lookedVersion = version;
                return;
            }

            if (!await TryPromise(new SupplyIntended(NowMs, asks, [])))
            {
                return;
            }
        }
    }

    // False if it cannot be told yet what became of it.
    private async ValueTask<bool> TryPromise(SupplyIntended intent)
    {
        await EnterLists([.. intent.Asks.Select(static ask => new LineUnits(ask.Line, ask.Units))]);
        await Record(intent);
        if (!await DecideSupply())
        {
            return false;
        }

        RuleOut();
        if (intent.Asks.Any(ask => !silo.Directory.IsOpen(ask.Location)))
        {
            await AskSupply(); // it was switched off meanwhile; whoever asked all who had promises there may have been here before
        }

        return true;
    }
}
