using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Codec;
using Inventory.Domain.Stocks;
using Inventory.Domain.Supply;
using Inventory.Journal;

namespace Inventory.Grains;

/// <summary>The owner of one stock's supply: the only one who promises from it.</summary>
/// <remarks>
/// An announcement, a promise and its release take effect on record. An arrival goes 1 the lots on record  2 each lot at the stock, under an id that follows
/// from the record: units and their hold in one event of the stock, so that nobody else can have them in between  3 the outcome on record.
/// What a transfer brings arrives in the same way. Who begins such an arrival is the transfer, and it asks again until it knows the outcome, also after a
/// crash: so it is in no index here. Transfers call this owner; it calls none of them.
/// </remarks>
internal sealed partial class SupplyGrain(SiloParts silo) : Grain, ISupplyGrain, IOwner<SupplyEvent>
{
    private const uint LotSalt = 0x5355_5000;
    private const uint HoldSalt = 0x5355_5001;
    private SupplyRecord _supply = new();
    private OwnerLog<SupplyEvent> _log = null!;
    private StockKey _key;

    private long NowMs => Math.Max(silo.Time.GetUtcNow().ToUnixTimeMilliseconds(), Math.Max(1, _supply.ChangedAtMs));

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _key = StockKey.Parse(this.GetPrimaryKeyString());
        await silo.Directory.WhenLoaded().WaitAsync(cancellationToken);
        _log = new OwnerLog<SupplyEvent>(this, $"The supply of {_key}", DeactivateOnIdle);
        await _log.OpenAsync(silo.Journal, "supply/" + _key, cancellationToken);
        if (!silo.IsStopping)
        {
            TellOfArrivals(); // or an order that cannot end its turn any more would wake it again for as long as the silo stops
        }
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        silo.IsStopping |= reason.ReasonCode == DeactivationReasonCode.ShuttingDown;
        _log?.Close();
        return Task.CompletedTask;
    }

    public async ValueTask<SupplyAnswer> Do(SupplyCommand command)
    {
        await Finish();
        var isDescribed = !IsOfCaller(command) || await IsDescribed();
        var hash = SupplyCodec.HashOf(command);
        var outcome = SupplyRules.Judge(_supply, command, hash, NowMs, out var change);
        if (outcome is not (SupplyOutcome.AlreadyAccepted or SupplyOutcome.IdReused or SupplyOutcome.InDoubt) && Bar(command, isDescribed) is { } bar)
        {
            return bar;
        }

        if (outcome != SupplyOutcome.Accepted)
        {
            await _log.Durable();
            return _supply.TryRecall(command.Id, out var earlier) && outcome == SupplyOutcome.AlreadyAccepted
                ? new SupplyAnswer(outcome, earlier.Version, [], [], 0, StockOutcome.Accepted) { Refused = earlier.Refused }
                : new SupplyAnswer(outcome, _supply.Version, [], [], 0, StockOutcome.Accepted);
        }

        if (command is { Verb: SupplyVerb.Expect, Units: > 0 } && silo.Catalog.Kit(_key.Sku) is not null)
        {
            return new SupplyAnswer(SupplyOutcome.StockRefused, _supply.Version, [], [], 0, StockOutcome.SkuIsKit); // it could never come in
        }

        if (_supply.Version == 0)
        {
            await Index("sku/" + _key.Sku).Add(_key); // before anything is on record: an index may name too much, never too little
            await Index("location/" + _key.Location).Add(_key);
        }

        var before = Allotment();
        if (change is ArrivalIntended arrival)
        {
            if (command.Verb == SupplyVerb.Receive)
            {
                await Index(ISupplyIndexGrain.Arriving).Add(_key);
            }

            await _log.Record(arrival);
            return await Arrive(before);
        }

        await _log.Record(change!);
        Tell(before, command.Verb);
        return new SupplyAnswer(outcome, _supply.Version, SupplyRules.Concerned(before, Allotment()), [], 0, StockOutcome.Accepted);
    }

    public async ValueTask<SupplyView> View(long byMs, int confidence)
    {
        var allotment = Allotment();
        var view = new SupplyView(
            _key, [.. _supply.Receipts], [.. allotment.Outlooks], allotment.Available(NowMs, byMs, confidence), _supply.Version);
        await _log.Durable();
        return view;
    }

    public async ValueTask Finish()
    {
        _log.ThrowIfLost();
        if (_supply.Arrival is not null)
        {
            await Arrive(Allotment());
        }
    }

    void IStreamReader.Snapshot(long version, ReadOnlySpan<byte> state) =>
        throw new FormatException("The stream of a supply has no snapshots: it is short.");

    void IStreamReader.Event(long version, ReadOnlySpan<byte> payload) => _supply.Apply(SupplyCodec.Decode(payload));

    void IOwner<SupplyEvent>.Apply(in SupplyEvent change) => _supply.Apply(change);

    JournalPosition IOwner<SupplyEvent>.Append(IJournalStream stream, in SupplyEvent change) => stream.Append(SupplyCodec.Encode(change));

    private async ValueTask<SupplyAnswer> Arrive(SupplyAllotment before)
    {
        var arrival = _supply.Arrival!;
        var promises = _supply.Promises.ToDictionary(static each => each.Id);
        var (refused, refusal) = (ImmutableArray.CreateBuilder<int>(), StockOutcome.Accepted);
        var fulfilled = ImmutableArray.CreateBuilder<FulfilledPromise>();
        var free = 0L;
        for (var i = 0; i < arrival.Lots.Length; i++)
        {
            var (promise, units, _) = arrival.Lots[i];
            var id = arrival.Command.Id.Derive(LotSalt).Derive((uint)_supply.ArrivalVersion).Derive((uint)i);
            var hold = new HoldId(promise.Derive(HoldSalt), 0);
            var command = CommandOf(arrival, i, id, promise == default ? null : (hold, promises[promise].Channel));
            var answer = await GrainFactory.GetGrain<IStockGrain>(_key.ToString()).Do(command);
            if (!answer.Outcome.IsAccepted())
            {
                refused.Add(i);
                refusal = refusal == StockOutcome.Accepted ? answer.Outcome : refusal;
            }
            else if (promise == default)
            {
                free = units;
            }
            else
            {
                fulfilled.Add(new FulfilledPromise(promise, units, hold.Reservation));
            }
        }

        await _log.Record(new ArrivalDecided(NowMs, refused.ToImmutable(), refusal));
        Tell(before, SupplyVerb.Receive);
        var version = _supply.Version;
        _supply.TryRecall(arrival.Command.Id, out var write);
        if (arrival.Command.Verb == SupplyVerb.Receive)
        {
            await Index(ISupplyIndexGrain.Arriving).Remove(_key);
        }

        var outcome = refused.Count == arrival.Lots.Length ? SupplyOutcome.StockRefused : SupplyOutcome.Accepted;
        var concerned = SupplyRules.Concerned(before, Allotment());
        return new SupplyAnswer(outcome, version, concerned, fulfilled.ToImmutable(), free, refusal) { Refused = write.Refused };
    }

    // A lot of an arrival, as its stock is told of it.
    private static StockCommand CommandOf(ArrivalIntended arrival, int lot, RequestId id, (HoldId Hold, Channel Channel)? promised)
    {
        var ((_, units, lots), asked) = (arrival.Lots[lot], arrival.Command);
        var isTransfer = asked.Verb == SupplyVerb.Unload;
        var command = promised is { } promise ? StockCommand.ReceiveHeld(id, units, promise.Hold, promise.Channel, isTransfer)
            : isTransfer ? StockCommand.TransferIn(id, units, asked.Condition)
            : StockCommand.Receive(id, units);
        return isTransfer ? command with { Lots = lots } : asked.Lot.Value is null ? command : command.Of(asked.Lot, asked.BestBefore);
    }

    // Orders promise themselves what is at locations that are open, and leave one that closes; transfers bring what has left already.
    private static bool IsOfCaller(SupplyCommand command) =>
        command.Verb == SupplyVerb.Expect || (command.Verb == SupplyVerb.Promise && command.Order == default);

    // What is refused because of the place; null for nothing. Announcements are for a location that is closed too: it may be open once they come, and they are
    // cancelled there. Units may be promised before its life begins.
    private SupplyAnswer? Bar(SupplyCommand command, bool isDescribed)
    {
        if (!isDescribed)
        {
            return new SupplyAnswer(SupplyOutcome.LocationUnknown, _supply.Version, [], [], 0, StockOutcome.Accepted);
        }

        if (command.Verb != SupplyVerb.Promise || command.Order != default || !silo.Directory.TryGet(_key.Location, out var location))
        {
            return null;
        }

        var state = location.Facts.StateAt(location.Open, silo.Time.GetUtcNow().ToUnixTimeMilliseconds());
        return state is not (LocationState.Closed or LocationState.Ended) ? null
            : new SupplyAnswer(SupplyOutcome.StockRefused, _supply.Version, [], [], 0, StockOutcome.LocationClosed)
            {
                LastDate = state == LocationState.Ended ? location.Facts.LastDate : null,
            };
    }

    private async ValueTask<bool> IsDescribed()
    {
        if (!silo.Directory.Knows(_key.Location))
        {
            await silo.Directory.LookAgain();
        }

        return silo.Directory.Knows(_key.Location);
    }

    private ISupplyIndexGrain Index(string key) => GrainFactory.GetGrain<ISupplyIndexGrain>(key);

}
