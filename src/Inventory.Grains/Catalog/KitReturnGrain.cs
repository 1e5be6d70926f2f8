using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Catalog;
using Inventory.Domain.Codec;
using Inventory.Domain.Stocks;
using Inventory.Journal;

namespace Inventory.Grains;

/// <summary>One return of a kit without an order.</summary>
/// <remarks>
/// 1 the intent on record, with what the kit consists of now  2 each component to its stock, under an id that follows from the return's  3 the end on
/// record  4 the answer. The first stock may refuse the whole; those after it are asked until they take their units too. Whether they would take the lots that
/// are named is therefore asked before 1.
/// </remarks>
internal sealed class KitReturnGrain(SiloParts silo) : Grain, IKitReturnGrain, IOwner<KitReturnEvent>
{
    private const uint ComponentSalt = 0x4B49_5400;
    private readonly KitReturn _return = new();
    private OwnerLog<KitReturnEvent> _log = null!;
    private RequestId _id;

    private long NowMs => Math.Max(1, silo.Time.GetUtcNow().ToUnixTimeMilliseconds());

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _id = RequestId.ParseToken(this.GetPrimaryKeyString());
        await silo.Catalog.WhenLoaded().WaitAsync(cancellationToken);
        _log = new OwnerLog<KitReturnEvent>(this, $"The return {_id}", DeactivateOnIdle);
        await _log.OpenAsync(silo.Journal, "kit-return/" + _id, cancellationToken);
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _log?.Close();
        return Task.CompletedTask;
    }

    public async ValueTask<StockAnswer> TakeBack(StockKey kit, long units, Condition condition, ImmutableArray<ReturnedLot> lots)
    {
        if (silo.Catalog.Kit(kit.Sku) is null)
        {
            await silo.Catalog.LookAgain(); // another silo has described it a moment ago
        }

        if (silo.Catalog.Kit(kit.Sku) is not { } known)
        {
            if (!lots.IsEmpty)
            {
                return new StockAnswer(StockOutcome.SkuHasNoLots, 0); // a caller who names lots has not asked before what the SKU is
            }

            throw new ArgumentException($"{kit.Sku} is no kit.", nameof(kit));
        }

        var hash = ReservationHash.OfReturn(kit, units, condition, lots);
        var judged = _return.Judge(hash, units, known.Facts.Kit);
        if (judged != StockOutcome.Accepted)
        {
            await _log.Durable();
            return judged == StockOutcome.AlreadyAccepted ? _return.End!.Answer with { Outcome = judged } : new StockAnswer(judged, 0);
        }

        if (!_return.IsOpen)
        {
            var components = known.Facts.Kit;
            var outcome = await ReturnedLots.Judge(GrainFactory, silo.Catalog, kit.Location, lots, sku => components.Any(part => part.Sku == sku));
            if (outcome != StockOutcome.Accepted)
            {
                return new StockAnswer(outcome, 0);
            }

            await _log.Record(new KitReturnIntended(NowMs, hash, kit, units, condition, components, lots.IsEmpty ? default : lots));
        }

        return await GiveBack(_return.Intent!);
    }

    void IStreamReader.Snapshot(long version, ReadOnlySpan<byte> state) =>
        throw new FormatException("A return's stream has no snapshots: it is short.");

    void IStreamReader.Event(long version, ReadOnlySpan<byte> payload) => _return.Apply(KitReturnCodec.Decode(payload));

    void IOwner<KitReturnEvent>.Apply(in KitReturnEvent change) => _return.Apply(change);

    JournalPosition IOwner<KitReturnEvent>.Append(IJournalStream stream, in KitReturnEvent change)
    {
        var bytes = new byte[KitReturnCodec.BytesMax];
        return stream.Append(bytes.AsSpan(0, KitReturnCodec.Encode(change, bytes)));
    }

    private async ValueTask<StockAnswer> GiveBack(KitReturnIntended intent)
    {
        var version = 0L;
        for (var i = 0; i < intent.Components.Length; i++)
        {
            var (sku, perKit) = intent.Components[i];
            var stock = GrainFactory.GetGrain<IStockGrain>((intent.Kit with { Sku = sku }).ToString());
            var write = StockCommand.Return(_id.Derive(ComponentSalt).Derive((uint)i), intent.Units * perKit, intent.Condition);
            var answer = await stock.Do(ReturnedLot.In(intent.Lots, sku, write));
            if (!answer.Outcome.IsAccepted())
            {
                if (i == 0)
                {
                    await _log.Record(new KitReturnEnded(NowMs, answer));
                }

                return answer;
            }

            version += answer.Version;
        }

        var done = new StockAnswer(StockOutcome.Accepted, version, intent.Units);
        await _log.Record(new KitReturnEnded(NowMs, done));
        return done;
    }
}
