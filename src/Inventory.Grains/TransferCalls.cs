using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Stocks;
using Inventory.Domain.Transfers;

namespace Inventory.Grains;

/// <summary>What a transfer says to stocks. Every write has an id that follows from the transfer's record: to say it again changes nothing.</summary>
internal sealed class TransferCalls(IGrainFactory grains, CatalogDirectory catalog, RequestId transfer)
{
    private const uint WriteSalt = 0x5452_4E00;
    private const uint HoldSalt = 0x5452_4E01;
    private const uint BackSalt = 0x5452_4E02;
    private const uint FirmSalt = 1;
    private static readonly Channel s_channel = Channel.Parse("transfer");

    /// <summary>Does the open step's writes.</summary>
    /// <returns>Those that were refused, in order.</returns>
    public async ValueTask<ImmutableArray<RefusedWrite>> Take(TransferRecord record)
    {
        var step = record.Step!;
        if (step.Verb is TransferVerb.Close or TransferVerb.Cancel)
        {
            return []; // no stock is concerned
        }

        var refused = ImmutableArray.CreateBuilder<RefusedWrite>();
        foreach (var chunk in Enumerable.Range(0, step.Writes.Length).Chunk(GrainLimits.LinesAtOnce))
        {
            var outcomes = await Task.WhenAll(chunk.Select(i => Take(record, step, i)));
            refused.AddRange(outcomes.Select((outcome, i) => new RefusedWrite(chunk[i], outcome)).Where(static each => !each.Outcome.IsAccepted()));
        }

        return refused.ToImmutable();
    }

    /// <summary>The lots that the units of a shipment left from. The stocks remember, so that it can be asked again.</summary>
    /// <returns>For each write that took units of lots; default if none did.</returns>
    public async ValueTask<ImmutableArray<LotsOfWrite>> LotsTaken(TransferRecord record, ImmutableArray<RefusedWrite> refused)
    {
        var step = record.Step!;
        var taken = ImmutableArray.CreateBuilder<LotsOfWrite>();
        for (var i = 0; step.Verb == TransferVerb.Ship && i < step.Writes.Length; i++)
        {
            var sku = SkuOf(record, step.Writes[i].Line);
            if (catalog.WithLots(sku) is not null && !refused.Any(each => each.Write == i))
            {
                var stock = grains.GetGrain<IStockGrain>(new StockKey(sku, record.Created!.Content.From).ToString());
                var lots = await stock.LotsTakenBy(IdOf(record, i));
                if (!lots.IsEmpty)
                {
                    taken.Add(new LotsOfWrite(i, lots));
                }
            }
        }

        return taken.Count == 0 ? default : taken.ToImmutable();
    }

    /// <summary>Gives back what is not needed any more. What somebody else has ended already is nothing to give back.</summary>
    public async ValueTask Release(TransferRecord record)
    {
        foreach (var chunk in record.ToRelease.Select((hold, i) => (hold, i)).Chunk(GrainLimits.LinesAtOnce))
        {
            await Task.WhenAll(chunk.Select(each =>
            {
                var id = transfer.Derive(BackSalt).Derive((uint)record.DecidedVersion).Derive((uint)each.i);
                var key = new StockKey(each.hold.Sku, record.Created!.Content.From);
                return Do(key, StockCommand.Release(id, HoldOf(each.hold.Version, each.hold.Line), each.hold.Units));
            }));
        }
    }

    private async Task<StockOutcome> Take(TransferRecord record, TransferStepIntended step, int i)
    {
        var (content, write) = (record.Created!.Content, step.Writes[i]);
        var sku = step.Planned.Length > write.Line ? step.Planned[write.Line].Sku : SkuOf(record, write.Line);
        var id = IdOf(record, i);
        var command = step.Verb switch
        {
            TransferVerb.Ship => StockCommand.TransferOut(id, write.Units, write.Hold == 0 ? default : HoldOf(write.Hold, write.Line)),
            TransferVerb.Receive => StockCommand.TransferIn(id, write.Units, write.Condition),
            _ => default,
        };
        command = write.Lots.IsDefault ? command : command with { Lots = write.Lots };
        if (step.Verb is TransferVerb.Ship or TransferVerb.Receive)
        {
            return await Do(new StockKey(sku, step.Verb == TransferVerb.Ship ? content.From : content.To), command);
        }

        var hold = HoldOf(record.StepVersion, write.Line);
        var key = new StockKey(sku, content.From);
        var held = await Do(key, StockCommand.Reserve(hold.Reservation, write.Units, s_channel, Limits.TtlMsMax));
        var firm = held.IsAccepted() ? await Do(key, StockCommand.Confirm(hold.Reservation.Derive(FirmSalt), hold)) : held;
        return firm == StockOutcome.ReservationFirm ? StockOutcome.AlreadyAccepted : firm;
    }

    private RequestId IdOf(TransferRecord record, int write) => transfer.Derive(WriteSalt).Derive((uint)record.StepVersion).Derive((uint)write);

    private HoldId HoldOf(long version, int line) => new(transfer.Derive(HoldSalt).Derive((uint)version).Derive((uint)line), 0);

    private static Sku SkuOf(TransferRecord record, int line) => record.Lines[line].Sku;

    private async Task<StockOutcome> Do(StockKey key, StockCommand command) =>
        (await grains.GetGrain<IStockGrain>(key.ToString()).Do(command)).Outcome;
}
