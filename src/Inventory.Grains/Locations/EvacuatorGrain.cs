using System.Collections.Immutable;
using Inventory.Domain;
using Orleans.Concurrency;

namespace Inventory.Grains;

/// <summary>The one who asks orders to leave locations that are out of business, because they were switched off or because their life has ended.</summary>
/// <remarks>
/// It keeps no record: that a location is closed, or when its life ends, is on the location's own record, and who has anything there is in durable lists. What
/// a crash cuts off is found by looking: once a silo has started, all closed locations are gone over once; from then on each that closes, by whatever, when
/// it does. An order that cannot be asked now, or is in doubt, is asked again until it is not. To ask one that has nothing to leave changes nothing.
/// </remarks>
[Reentrant]
internal sealed class EvacuatorGrain(SiloParts silo) : Grain, IEvacuatorGrain
{
    private const int PageSize = 100;
    private const uint CauseSalt = 0x434C_4F53;
    private static readonly TimeSpan s_retryPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_stay = TimeSpan.FromMinutes(2);
    private readonly Dictionary<LocationId, long> _seenClosed = []; // and at which version
    private readonly Queue<LocationId> _queue = [];
    private int _runners;
    private bool _isWatching;
    private bool _isGone;

    private long NowMs => silo.Time.GetUtcNow().ToUnixTimeMilliseconds();

    private bool IsOver => _isGone || silo.IsStopping;

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _isGone = true;
        var isStopping = reason.ReasonCode == DeactivationReasonCode.ShuttingDown;
        silo.IsStopping |= isStopping;
        if (_isWatching && !isStopping)
        {
            _ = Watches.GoOn(silo, GrainFactory.GetGrain<IEvacuatorGrain>(IEvacuatorGrain.OnlyKey).Resume);
        }

        return Task.CompletedTask;
    }

    public async ValueTask Closed(LocationId location)
    {
        await silo.WhenLoaded();
        Begin(location);
    }

    public async ValueTask Resume()
    {
        await silo.WhenLoaded();
        if (!_isWatching && !IsOver)
        {
            _isWatching = true;
            _ = Watch();
        }
    }

    private async Task Watch()
    {
        while (!IsOver)
        {
            DelayDeactivation(s_stay);
            var changed = silo.Directory.Changed; // before the look, so that no change is missed
            var nextMs = LookAtAll();
            using var stop = new CancellationTokenSource();
            var wait = TimeSpan.FromMilliseconds(Math.Clamp(nextMs - NowMs, 1, GrainLimits.ClosedLookMs));
            await Task.WhenAny(changed, Task.Delay(wait, silo.Time, stop.Token));
            stop.Cancel(); // at once: nothing but the delay listens
            if (changed.IsCompleted)
            {
                await Task.Delay(s_retryPause, silo.Time); // thousands may be described one after the other
            }
        }
    }

    // Begins with those that have closed since the last look, and tells when the next life ends.
    private long LookAtAll()
    {
        var (nowMs, nextMs) = (NowMs, long.MaxValue);
        LocationPage page;
        for (LocationId? after = null; (page = silo.Directory.Page(after, GrainLimits.LinesMax)).Locations is { Count: > 0 } some; after = some[^1].Id)
        {
            foreach (var location in some)
            {
                if (!silo.Directory.IsOpen(location.Id))
                {
                    if (_seenClosed.GetValueOrDefault(location.Id) != location.Version)
                    {
                        Begin(location.Id);
                    }

                    continue;
                }

                _seenClosed.Remove(location.Id);
                nextMs = location.Facts.LifeSpan().UntilMs is var untilMs && untilMs > nowMs ? Math.Min(nextMs, untilMs) : nextMs;
            }
        }

        return nextMs;
    }

    private void Begin(LocationId location)
    {
        if (silo.Directory.TryGet(location, out var known))
        {
            _seenClosed[location] = known.Version;
        }

        if (!_queue.Contains(location))
        {
            _queue.Enqueue(location);
        }

        if (_runners < GrainLimits.EvacuationsAtOnce)
        {
            _runners++;
            _ = Run();
        }
    }

    private async Task Run()
    {
        while (!IsOver && _queue.TryDequeue(out var location))
        {
            while (!IsOver && !await TryEvacuate(location))
            {
                await Task.Delay(s_retryPause, silo.Time);
            }
        }

        _runners--;
    }

    // True if every order has left, or it is open.
    private async Task<bool> TryEvacuate(LocationId location)
    {
        try
        {
            if (silo.Directory.IsOpen(location))
            {
                await silo.Directory.LookAgain(); // another silo may know sooner
            }

            if (silo.Directory.IsOpen(location) || !silo.Directory.TryGet(location, out var closed))
            {
                return true;
            }

            var cause = RequestId.Parse(location.Value).Derive(CauseSalt).Derive((uint)closed.Version);
            var isDone = true;
            var list = GrainFactory.GetGrain<IOrderIndexGrain>(OrderShards.At(location));
            for (RequestId? after = null; !IsOver && await list.List(after, PageSize) is { IsEmpty: false } page; after = page[^1])
            {
                isDone &= await TryAsk(page, location, cause);
            }

            // Who is only promised what is to come there is in no list of the location: the owners of its supply know.
            var supplies = GrainFactory.GetGrain<ISupplyIndexGrain>("location/" + location);
            for (StockKey? after = null; !IsOver && await supplies.List(after, PageSize) is { IsEmpty: false } page; after = page[^1])
            {
                var claims = await Task.WhenAll(page.Select(key => GrainFactory.GetGrain<ISupplyGrain>(key.ToString()).Claims().AsTask()));
                isDone &= await TryAsk(
                    claims.SelectMany(static each => each).Where(static claim => claim.Left > 0).Select(static claim => claim.Order).Distinct(),
                    location,
                    cause);
            }

            return isDone;
        }
        catch (Exception) when (!_isGone)
        {
            return false; // a list cannot be read now
        }
    }

    private async Task<bool> TryAsk(IEnumerable<RequestId> orders, LocationId location, RequestId cause)
    {
        var isDone = true;
        foreach (var order in orders.TakeWhile(_ => !IsOver))
        {
            try
            {
                DelayDeactivation(s_stay);
                isDone &= await GrainFactory.GetGrain<IOrderGrain>(order.ToString()).Evacuate(location, cause);
            }
            catch (Exception) when (!_isGone)
            {
                isDone = false; // it cannot be asked now; the others can
            }
        }

        return isDone;
    }
}
