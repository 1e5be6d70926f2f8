using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Orders;
using Inventory.Domain.Stocks;

namespace Inventory.Grains;

/// <summary>Units that wait for a location: the lists in which the order is found when there are some, and the new attempt then.</summary>
internal sealed partial class OrderGrain
{
    private const uint WakeSalt = 0x5741_4B45;
    private static readonly Actor s_waker = new(Channel.Web, "service", "units came");
    private readonly List<RefusedStock> _ruledOut = []; // stocks that hold no so many, or so few, units at once, however often they are asked
    private long _ruledOutUntilMs;
    private readonly HashSet<Sku> _listed = []; // whose lists it has entered since it lives here
    private bool _isInLists;
    private (Sku Sku, long AtMs) _reminded;

    public async ValueTask<WokenOrder> Wake(Sku sku)
    {
        _isWoken = true;
        try
        {
            return await TakeTurn(sku);
        }
        finally
        {
            _isWoken = false;
            TellOfLate(); // what has become late since it looked
        }
    }

    private async ValueTask<WokenOrder> TakeTurn(Sku sku)
    {
        // First the shelves, then what is to come.
        (_mustAskSupply, _lookedVersion) = (true, _order.Version);
        var before = _order.UnfilledUnits;
        await Finish();
        if (_order.WaitsAt(NowMs) && WaitingFor(sku) > 0)
        {
            before = Math.Max(before, _order.UnfilledUnits);
            await TryShelves();
            _lookedVersion = -1;
            await Finish();
        }

        var moved = await MoveLate(sku);
        if (moved > 0)
        {
            await Finish();
        }

        moved += Math.Max(0, before - _order.UnfilledUnits);
        if (!CaresFor(sku))
        {
            _listed.Remove(sku); // the list forgets it with this answer
            return new WokenOrder(false, moved);
        }

        var againMs = _order.Phase == OrderPhase.Supplying ? NowMs : _order.LapsesAtMs;
        return new WokenOrder(true, moved, againMs < long.MaxValue ? againMs : 0);
    }

    private async ValueTask TryShelves()
    {
        var nowMs = NowMs;
        var tries = _order.Steps.Count(static step => step.Step.Verb == OrderVerb.Retry);
        if (_order.Phase != OrderPhase.Idle || _order.IsQuote || tries >= GrainLimits.WakesPerOrderMax)
        {
            return;
        }

        ForgetRuledOut(nowMs);

        // First without a word on record: most of those who wait find nothing most of the time.
        var found = await _routing.Find(_order.Content!, _order.Unfilled.ToArray(), [.. _order.Rejected, .. _ruledOut], nowMs);
        if (!found.Parts.IsEmpty)
        {
            await Record(new OrderStepIntended(nowMs, _id.Derive(WakeSalt).Derive((uint)_order.Version), 0, s_waker, OrderVerb.Retry, []));
            await Take();
            await Proceed();

            RuleOut();
        }
    }

    // Whoever they refuse comes back for ever: each try holds and gives back what other stocks have, and by that wakes others who do the same.
    private void RuleOut() => _ruledOut.AddRange(
        _order.Refused.Where(static each => each.Outcome is StockOutcome.AboveMaximum or StockOutcome.BelowMinimum).Except(_ruledOut).ToArray());

    // A stock may have other rules by now.
    private void ForgetRuledOut(long nowMs)
    {
        if (nowMs >= _ruledOutUntilMs)
        {
            _ruledOut.Clear();
            _calls.RefusedShelves.Clear();
            _ruledOutUntilMs = nowMs + GrainLimits.RuledOutMs;
        }
    }

    // The lists keep an order as long as somebody must look after it: also for what is promised, and for what has come and has no end of its own.
    // And what a supply was asked must come to its end, whatever time has ended meanwhile.
    private bool Cares => _order.Phase == OrderPhase.Supplying || _order.WaitsAt(NowMs) || _order.LapsesAtMs < long.MaxValue || _order.ExpectedUnits > 0;

    private bool CaresFor(Sku sku) => _order.Phase == OrderPhase.Supplying || (Cares && SkusOf(OfInterest()).Contains(sku));

    private ImmutableArray<LineUnits> OfInterest()
    {
        var units = _order.WaitsAt(NowMs) ? _order.Unfilled.ToArray() : new long[_order.Unfilled.Length];
        foreach (var part in _order.Expected)
        {
            units[part.Plan.Line] += part.Left;
        }

        foreach (var line in _order.Parts.Where(static part => part.IsSoftFromSupply).SelectMany(static part => part.Lines))
        {
            units[line.Line] += line.Left;
        }

        return OrderViews.LinesOf(units);
    }

    private long WaitingFor(Sku sku)
    {
        var units = 0L;
        for (var i = 0; i < _order.Unfilled.Length; i++)
        {
            units += SkusOf([new LineUnits(i, 1)]).Contains(sku) ? _order.Unfilled[i] : 0;
        }

        return units;
    }

    // Before it is on record that they wait: a list that names too much finds nothing to do, one that names too little forgets a customer.
    private async ValueTask EnterLists(ImmutableArray<LineUnits> lines)
    {
        if (lines.IsEmpty)
        {
            return;
        }

        await silo.Catalog.WhenLoaded();
        var skus = SkusOf(lines).ToArray();
        await Task.WhenAll(skus.Select(sku => ListOf(sku).Add(Ticket).AsTask()));
        _listed.UnionWith(skus);
        _isInLists = true;
    }

    // As EnterLists; but a new order is refused where as many wait as may.
    private async ValueTask<bool> MayWait(ImmutableArray<LineUnits> lines)
    {
        if (_order.Exists || _isInLists || lines.IsEmpty)
        {
            await EnterLists(lines);
            return true;
        }

        await silo.Catalog.WhenLoaded();
        var skus = SkusOf(lines).ToArray();
        var entered = await Task.WhenAll(skus.Select(sku => ListOf(sku).TryAdd(Ticket).AsTask()));
        _listed.UnionWith(skus.Where((_, i) => entered[i]));
        _isInLists |= entered.All(static each => each);
        return _isInLists;
    }

    // Whom a crash keeps from leaving is taken out by the list itself, when it tries the order. One that waits from before there were lists enters now, and one
    // that waits for a kit that consists of something else since.
    private async ValueTask KeepLists()
    {
        if (_order.Phase == OrderPhase.Idle && Cares && !(_isInLists && SkusOf(OfInterest()).All(_listed.Contains)))
        {
            await EnterLists(OfInterest());
        }
        else if (_order.Phase == OrderPhase.Idle && _isInLists && !Cares)
        {
            _isInLists = false;
            ImmutableArray<LineUnits> all = [.. _order.Content!.Lines.Select((line, i) => new LineUnits(i, line.Units))];
            var skus = SkusOf(all).Union(_listed).ToArray();
            _listed.Clear();
            await Task.WhenAll(skus.Select(sku => ListOf(sku).Remove(Ticket).AsTask()));
        }

        TellOfLate();
        if (_isInLists && _mustAskSupply && _order.Phase == OrderPhase.Idle && SkusOf(OfInterest()).Take(1).ToArray() is [var asked])
        {
            _ = ListOf(asked).Remind(Ticket, NowMs + GrainLimits.AskSupplyAgainMs).AsTask(); // how its promises stand could not be told
        }

        if (_isInLists && _order.LapsesAtMs is < long.MaxValue and var lapsesAtMs && SkusOf(OfInterest()).Take(1).ToArray() is [var sku]
            && (sku, lapsesAtMs) != _reminded)
        {
            _reminded = (sku, lapsesAtMs); // another list, if the one before does not name it any more
            _ = ListOf(sku).Remind(Ticket, lapsesAtMs).AsTask();
        }
    }

    private WaitTicket Ticket => new(_order.Placed!.AtMs, _id);

    // A kit waits for its components.
    private IEnumerable<Sku> SkusOf(ImmutableArray<LineUnits> lines) => lines.Select(line => _order.Content!.Lines[line.Line].Sku).Distinct()
        .SelectMany(sku => silo.Catalog.Kit(sku) is { } kit ? kit.Facts.Kit.Select(static part => part.Sku) : [sku]).Distinct();

    private IWaitListGrain ListOf(Sku sku) => GrainFactory.GetGrain<IWaitListGrain>(sku.Value);
}
