using Inventory.Domain;
using Inventory.Journal;
using Orleans.Concurrency;

namespace Inventory.Grains;

/// <summary>Those who wait for one SKU.</summary>
/// <remarks>
/// While the list has names, one loop goes round. 1 ask the board to call once when it shows more  2 try the orders one after the other, the oldest first, to
/// the end of the list or of the units  3 wait for the call. What comes during 2 calls, and begins 2 once more from the oldest: so nobody is passed over, and
/// however much comes there is one order of the list at work. An order that is new begins 2 too, if the board shows any: some may have come while it was
/// being put here.
/// What a board was asked is not durable and need not be: it is asked again now and then, tells what it shows, and anything else than before begins 2.
/// </remarks>
[Reentrant]
internal sealed class WaitListGrain(SiloParts silo) : IndexGrain<WaitTicket>(silo.Journal, "waits", WaitTicket.Parse), IWaitListGrain
{
    private static readonly TimeSpan s_retryPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_stay = TimeSpan.FromMinutes(2);
    private readonly Dictionary<WaitTicket, long> _dues = [];
    private TaskCompletionSource _asked = new();
    private Sku _sku;
    private long _shown;
    private long _armedAtMs;
    private long _sweptAtMs;
    private long _windowMs;
    private int _walks;
    private int _adding;
    private Task _forgetting = Task.CompletedTask;
    private WaitTicket _tried;
    private bool _cameBack;
    private bool _isGone;
    private bool _isWatching;
    private bool _mustWalk;
    private bool _hasNew;
    private bool _mustWalkAll;

    private long NowMs => silo.Time.GetUtcNow().ToUnixTimeMilliseconds();

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _sku = Sku.Parse(this.GetPrimaryKeyString());
        await base.OnActivateAsync(cancellationToken);
        Watch();
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        var isWatching = _isWatching; // the loop may end within the next lines
        _isGone = true;
        silo.IsStopping |= reason.ReasonCode == DeactivationReasonCode.ShuttingDown;
        _asked.TrySetResult();
        if (isWatching && !silo.IsStopping)
        {
            _ = Watches.GoOn(silo, GrainFactory.GetGrain<IWaitListGrain>(_sku.Value).Resume);
        }

        await base.OnDeactivateAsync(reason, cancellationToken);
    }

    public override async ValueTask Add(WaitTicket id)
    {
        _cameBack |= id == _tried;
        var isNew = false;
        _adding++;
        try
        {
            if (Count == 0)
            {
                // Not to be overtaken by what forgets the SKU. And before the list has a name: so a start finds the list.
                await _forgetting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
                await Skus.Add(_sku);
            }

            var before = Count;
            var adding = base.Add(id);
            isNew = Count > before;
            await adding;
        }
        finally
        {
            _adding--;
        }

        Watch();
        if (isNew)
        {
            // Of one that was here before nothing is new: it comes back from being tried, and would be tried again at once for as long as it is refused.
            _hasNew = true;
            _asked.TrySetResult();
        }
    }

    public async ValueTask<bool> TryAdd(WaitTicket id)
    {
        if (Count >= silo.WaitingPerSkuMax)
        {
            return false;
        }

        await Add(id);
        return true;
    }

    public override async ValueTask Remove(WaitTicket id)
    {
        _dues.Remove(id);
        await base.Remove(id);
        if (Count == 0 && _adding == 0)
        {
            _forgetting = Skus.Remove(_sku).AsTask();
            await _forgetting;
        }
    }

    public ValueTask Resume() => ValueTask.CompletedTask; // to be here is enough

    public ValueTask More()
    {
        _mustWalk = true;
        _asked.TrySetResult();
        return ValueTask.CompletedTask;
    }

    public ValueTask Expected()
    {
        _mustWalkAll = true;
        return More();
    }

    public ValueTask<bool> BeginsAnew() => new(_mustWalkAll);

    public ValueTask Remind(WaitTicket ticket, long atMs)
    {
        Due(ticket, atMs);
        _asked.TrySetResult();
        return ValueTask.CompletedTask;
    }

    private IWaitedSkusGrain Skus => GrainFactory.GetGrain<IWaitedSkusGrain>(IWaitedSkusGrain.OnlyKey);

    private void Watch()
    {
        if (!_isWatching && !_isGone && !silo.IsStopping && Count > 0)
        {
            _isWatching = true;
            _ = WatchWhileAnybodyWaits();
        }
    }

    private async Task WatchWhileAnybodyWaits()
    {
        await Task.Yield(); // in a turn of its own: whoever added is answered first
        while (Count > 0 && !_isGone && !silo.IsStopping)
        {
            try
            {
                DelayDeactivation(s_stay);
                await Look();
            }
            catch (Exception) when (!_isGone)
            {
                // A board or an order cannot be reached, or a list not be written: it is tried again, from the oldest.
                _mustWalk = true;
                await Rest(s_retryPause);
            }
            catch (Exception)
            {
                // It is gone: the loop ends.
            }
        }

        _isWatching = false;
        Watch(); // for one that came just now
    }

    private async Task Look()
    {
        var (asked, nowMs) = (_asked.Task, NowMs);
        var isTime = nowMs - _armedAtMs >= GrainLimits.WakeArmMs;
        if (asked.IsCompleted || isTime)
        {
            // Before the walk: what comes during it calls again.
            _asked = new TaskCompletionSource();
            var shown = await GrainFactory.GetGrain<IBoardGrain>(_sku.Value).CallWhenMore();
            _mustWalk |= isTime && shown != _shown;
            (_shown, _armedAtMs, asked) = (shown, nowMs, _asked.Task);
        }

        if (_hasNew)
        {
            // Units may have come while it was being put here; those who were here before it have them first.
            _hasNew = false;
            _mustWalk |= await IsThere(static row => row.Available > 0);
        }

        await TryDue(nowMs);
        var sweeps = _mustWalkAll || nowMs - _sweptAtMs >= GrainLimits.WakeSweepMs;
        if (_mustWalk || sweeps)
        {
            (_mustWalk, _mustWalkAll, _sweptAtMs) = (false, false, sweeps ? nowMs : _sweptAtMs);
            await Walk(sweeps);
            await RestIfBusy();
            return;
        }

        using var stop = new CancellationTokenSource();
        var opens = silo.Directory.Changed;
        await Task.WhenAny(asked, opens, Task.Delay(UntilNext(), silo.Time, stop.Token));
        stop.Cancel(); // at once: nothing but the delay listens
        _mustWalk |= opens.IsCompleted;
    }

    private TimeSpan UntilNext() => TimeSpan.FromMilliseconds(Math.Clamp(
        _dues.Values.DefaultIfEmpty(long.MaxValue).Min() - NowMs, 1, GrainLimits.WakeArmMs));

    // The earliest counts: the answer of an order that was tried may arrive after its next turn has named an earlier time. To be called too early does no harm.
    private void Due(WaitTicket ticket, long atMs) => _dues[ticket] = Math.Min(atMs, _dues.GetValueOrDefault(ticket, long.MaxValue));

    private async Task TryDue(long nowMs)
    {
        foreach (var (ticket, atMs) in _dues.Where(due => due.Value <= nowMs).OrderBy(static due => due.Value).ToArray())
        {
            _dues.Remove(ticket);
            try
            {
                await Try(ticket);
            }
            catch
            {
                Due(ticket, atMs); // it could not be asked, and nobody else knows of its time
                throw;
            }
        }
    }

    // Some walks may follow each other at once; whoever orders now is not to notice a SKU that many bring back.
    private async Task RestIfBusy()
    {
        var nowMs = NowMs;
        (_windowMs, _walks) = nowMs - _windowMs >= GrainLimits.WalkWindowMs ? (nowMs, 1) : (_windowMs, _walks + 1);
        if (_walks >= GrainLimits.WalksPerWindowMax)
        {
            await Rest(TimeSpan.FromMilliseconds(_windowMs + GrainLimits.WalkWindowMs - nowMs));
        }
    }

    // To the end of the list, or of the units.
    private async Task Walk(bool toEnd)
    {
        for (WaitTicket? after = null; !_isGone && !silo.IsStopping;)
        {
            var page = await List(after, GrainLimits.WokenPerPage);
            var took = 0L;
            foreach (var ticket in page.TakeWhile(_ => !_isGone && !silo.IsStopping))
            {
                took += await Try(ticket);
            }

            if (page.Length < GrainLimits.WokenPerPage || (!toEnd && took == 0 && !await IsThere(static row => row.OnHand > 0)))
            {
                return;
            }

            after = page[^1];
            await Rest(TimeSpan.FromMilliseconds(GrainLimits.WakeRestMs));
        }
    }

    private async Task<bool> IsThere(Func<BoardRow, bool> wanted) =>
        (await GrainFactory.GetGrain<IBoardGrain>(_sku.Value).View(Channel.Web, [], availableOnly: false)).Rows.Any(wanted);

    private async Task<long> Try(WaitTicket ticket)
    {
        await silo.Waking.WaitAsync();
        try
        {
            (_tried, _cameBack) = (ticket, false);
            var woken = await GrainFactory.GetGrain<IOrderGrain>(ticket.Order.ToString()).Wake(_sku);
            if (!woken.Waits && !_cameBack) // it may wait anew since it said so
            {
                await Remove(ticket);
            }
            else if (woken.Waits && woken.AgainMs > 0)
            {
                Due(ticket, woken.AgainMs > NowMs ? woken.AgainMs : NowMs + (long)s_retryPause.TotalMilliseconds);
            }

            return woken.Units;
        }
        finally
        {
            silo.Waking.Release();
        }
    }

    private Task Rest(TimeSpan time) => Task.Delay(time, silo.Time);
}

/// <summary>SKUs for which anybody waits.</summary>
[Reentrant]
internal sealed class WaitedSkusGrain(IJournal journal) : IndexGrain<Sku>(journal, "waited", Sku.Parse), IWaitedSkusGrain;
