using Inventory.Domain;
using Inventory.Domain.Codec;
using Inventory.Domain.Orders;
using Inventory.Domain.Routing;
using Inventory.Journal;

namespace Inventory.Grains;

/// <summary>The owner of one order.</summary>
/// <remarks>
/// 1 the wish on record  2 locations chosen, on record  3 a coordinator holds their units, all or none  4 the outcome on record  5 the answer.
/// What a crash leaves open is found on record and done again under the same ids before anything else is looked at: the coordinator of a leg, and each
/// stock, answers a repetition as it answered first. So units are never held twice for an order, nor for an order that does not know of it.
/// A leg that is refused leads back to 2, without the stocks that refused. Later steps go the same way: intent, stocks, outcome.
/// </remarks>
internal sealed partial class OrderGrain(SiloParts silo) : Grain, IOrderGrain, IOwner<OrderEvent>
{
    private const int WatchersMax = 100;
    private OrderRecord _order = new();
    private OrderCalls _calls = null!;
    private OrderRouting _routing = null!;
    private OrderSupply _supply = null!;
    private OwnerLog<OrderEvent> _log = null!;
    private RequestId _id;
    private TaskCompletionSource? _changed;
    private int _waiting;

    private long NowMs => Math.Max(silo.Time.GetUtcNow().ToUnixTimeMilliseconds(), Math.Max(1, _order.ChangedAtMs));

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _id = RequestId.ParseToken(this.GetPrimaryKeyString());
        _calls = new OrderCalls(GrainFactory, silo.Catalog, _id);
        _routing = new OrderRouting(GrainFactory, silo.Directory, silo.Catalog, silo.Policies);
        _supply = new OrderSupply(GrainFactory, silo.Directory, silo.Catalog, silo.Policies);
        _log = new OwnerLog<OrderEvent>(this, $"The order {_id}", DeactivateOnIdle);
        await _log.OpenAsync(silo.Journal, "order/" + _id, cancellationToken);
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _log?.Close();
        _changed?.TrySetResult();
        return Task.CompletedTask;
    }

    public async ValueTask<OrderAnswer> Place(PlaceOrder order)
    {
        await Finish();
        var hash = ReservationHash.Of(order);
        var judged = await HasForwarded() ? OrderOutcome.IdReused : OrderRules.JudgePlace(_order, hash);
        var isNews = order.QuoteMs == 0 && _order.Placed?.ContentHash != hash; // who is refused and asks again wants no more than before
        if (judged == OrderOutcome.Accepted)
        {
            await Record(new OrderPlaced(NowMs, order.Id, hash, order.By, order.Content) { QuoteMs = order.QuoteMs, Exchanges = order.Exchanges });
            await Finish();
            if (isNews)
            {
                await OrderDemand.Note(GrainFactory, silo.Directory, order.Content); // what it was routed by is the demand of others
            }
        }
        else if (judged == OrderOutcome.IdReused)
        {
            return Answer(judged, _order.Version);
        }

        var outcome = _order.Phase != OrderPhase.Idle ? OrderOutcome.InDoubt : _order.Exists ? judged : _order.GivenUp!.Outcome;
        return Answer(outcome, outcome.IsAccepted() ? _order.PlacedVersion : _order.Version);
    }

    public async ValueTask<OrderAnswer> Step(OrderStep step)
    {
        if (step.Verb == OrderVerb.Move)
        {
            throw new ArgumentException("A move is planned by the order itself: see Improve.", nameof(step));
        }

        if (step.Verb is OrderVerb.Confirm or OrderVerb.Extend or OrderVerb.Redeem && step.Part is not null)
        {
            throw new ArgumentException($"{step.Verb} concerns an order as a whole: its parts share reservations.", nameof(step));
        }

        _mustAskSupply |= step.Verb == OrderVerb.Cancel && _order.ExpectedUnits > 0; // what has come is not promised any more
        await Finish();
        var ask = new OrderStepAsk(step.Id, ReservationHash.Of(step), step.By, step.Verb, step.Part, step.Lines, step.TtlMs, step.To, step.Condition)
        {
            QuotedHash = step.QuotedHash,
        };
        var judged = OrderRules.JudgeStep(_order, ask, NowMs, out var earlier, out var units);
        if (judged == OrderOutcome.AlreadyAccepted)
        {
            return Answer(earlier!.Outcome.IsAccepted() ? judged : earlier.Outcome, earlier.Version) with { NewOrder = earlier.NewOrder };
        }

        if (judged != OrderOutcome.Accepted)
        {
            var answer = Answer(judged, _order.Version);
            return judged == OrderOutcome.WrongState ? answer with { Allowed = OrderRules.Allowed(_order, step.Part, NowMs) } : answer;
        }

        var ttlMs = step.Verb == OrderVerb.Redeem ? _order.Content!.TtlMs : step.TtlMs;
        var intent = new OrderStepIntended(NowMs, step.Id, ask.ContentHash, step.By, step.Verb, units, ttlMs, step.To, step.Condition)
        {
            Wish = step.Wish, Content = step.Content, Waiting = OrderRules.WaitingOf(_order, ask) is { IsEmpty: false } waiting ? waiting : default,
            Promised = OrderRules.PromisedOf(_order, ask) is { IsEmpty: false } promised ? promised : default,
        };
        if (step.Verb == OrderVerb.Choose)
        {
            var (outcome, moves) = await PlanChoice(step.Wish!.Value, units);
            if (outcome != OrderOutcome.Accepted)
            {
                return Answer(outcome, _order.Version);
            }

            intent = intent with { Moves = moves };
        }

        intent = step.Verb.BringsBack() && !step.Lots.IsEmpty ? intent with { Lots = step.Lots } : intent;
        if (await _calls.Judge(_order, intent) is var refusal && refusal != OrderOutcome.Accepted)
        {
            return Answer(refusal, _order.Version);
        }

        await IndexAgain(units);
        await Record(intent);
        var decided = await Take();
        var version = _order.Version;
        if (step.Verb == OrderVerb.Redeem && decided?.Outcome.IsAccepted() == true && _order.WaitsAt(NowMs))
        {
            await TryShelves(); // units may have come since it was quoted
        }

        await Finish(); // what was rejected is routed at once
        return Answer(decided?.Outcome ?? OrderOutcome.InDoubt, version) with { NewOrder = decided?.NewOrder };
    }

    public async ValueTask<OrderView?> Get()
    {
        var view = OrderViews.Of(_order, NowMs);
        await _log.Durable();
        return view;
    }

    public async ValueTask<OrderView?> Changes(long sinceVersion)
    {
        if (_waiting >= WatchersMax)
        {
            throw new OverloadedException($"{_waiting} watchers wait at order {_id}, as many as may.");
        }

        if (_order.Version == sinceVersion && sinceVersion > 0)
        {
            _waiting++;
            try
            {
                using var stop = new CancellationTokenSource();
                _changed ??= new TaskCompletionSource(); // those who wait continue in turns of their own
                await Task.WhenAny(_changed.Task, Task.Delay(TimeSpan.FromMilliseconds(GrainLimits.WatchWaitMs), silo.Time, stop.Token));
                stop.Cancel(); // at once: nothing but the delay listens
            }
            finally
            {
                _waiting--;
            }
        }

        return await Get();
    }

    void IStreamReader.Snapshot(long version, ReadOnlySpan<byte> state) =>
        throw new FormatException("An order's stream has no snapshots: it is short.");

    void IStreamReader.Event(long version, ReadOnlySpan<byte> payload) => _order.Apply(OrderCodec.Decode(payload));

    void IOwner<OrderEvent>.Apply(in OrderEvent change) => _order.Apply(change);

    JournalPosition IOwner<OrderEvent>.Append(IJournalStream stream, in OrderEvent change) => stream.Append(OrderCodec.Encode(change));

    /// <summary>Brings what an earlier call or process left open to its end, as far as stocks can be reached.</summary>
    private async ValueTask Finish()
    {
        _log.ThrowIfLost();
        if (_order.Phase == OrderPhase.Stepping && await Take() is null)
        {
            return;
        }

        await Proceed();
        await LeaveIfDone();
        await KeepSupply();
        await KeepLists();
        await IndexIfOver();
    }

    private async ValueTask Proceed()
    {
        for (var attempt = 0; _order.Phase is OrderPhase.Routing or OrderPhase.Holding; attempt++)
        {
            if (_order.Leg is { } leg)
            {
                if (await _calls.Hold(_order.Placed!, leg, _order.LegNumber, NowMs) is not { } decided)
                {
                    return; // a stock cannot be reached: the next call asks again
                }

                await Record(decided);
            }
            else
            {
                await Record(await Route(attempt));
            }
        }
    }

    private async ValueTask<OrderEvent> Route(int attempt)
    {
        var content = _order.Content!;
        var found = await _routing.Find(content, _order.ToRoute.ToArray(), _order.Refused, NowMs);
        var unfillable = _order.Unfillable ?? found.Unfillable;
        var waits = unfillable.Waits();
        IEnumerable<string> keys = !_order.Exists && content.Customer.Length > 0 ? [OrderShards.Open(_id), "customer/" + content.Customer]
            : [OrderShards.Open(_id)];
        if (found.Parts.IsEmpty || attempt >= 2 * Domain.Limits.OrderAttemptsMax
            || (!_order.Exists && unfillable == Unfillable.Cancel && !found.Unfilled.IsEmpty))
        {
            var given = new RouteGivenUp(NowMs, found.IsShort ? OrderOutcome.Insufficient : OrderOutcome.NoRoute, found.Why) { Routes = found.Routes };
            if (!waits || _order.IsQuote)
            {
                return given; // a quote holds something or is none
            }

            if (!await MayWait(OrderViews.LinesOf(_order.ToRoute)))
            {
                return given with { Outcome = OrderOutcome.TooManyWait };
            }

            await Index(keys);
            return given with { Unfillable = unfillable, Policy = found.Policy, PolicyVersion = found.PolicyVersion };
        }

        if (waits && !await MayWait(found.Unfilled))
        {
            return new RouteGivenUp(NowMs, OrderOutcome.TooManyWait, found.Why) { Routes = found.Routes };
        }

        await Index(keys.Concat(found.Parts.Select(static part => OrderShards.At(part.Location))));

        return new LegIntended(NowMs, found.Parts, found.Unfilled, found.Policy, _order.IsFirm, found.Why)
        {
            PolicyVersion = found.PolicyVersion, Unfillable = unfillable, Routes = found.Routes,
        };
    }

    private async ValueTask<OrderStepDecided?> Take()
    {
        var decided = await _calls.Take(_order, NowMs);
        if (decided is null)
        {
            return null;
        }

        var step = _order.Step!;
        var concerned = step.Units.Select(units => _order.Parts[units.Part].Plan.Location).Distinct().ToArray();
        await Record(decided);
        await Learn(step, decided);
        _leaving.UnionWith(concerned);
        await LeaveIfDone();
        return decided;
    }

    private async ValueTask Record(OrderEvent change)
    {
        await _log.Record(change);
        var changed = _changed;
        _changed = null;
        changed?.TrySetResult();
    }

    private OrderAnswer Answer(OrderOutcome outcome, long version) => new(outcome, version, OrderViews.Of(_order, NowMs));
}
