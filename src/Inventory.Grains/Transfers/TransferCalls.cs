using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Stocks;
using Inventory.Domain.Supply;
using Inventory.Domain.Transfers;

namespace Inventory.Grains;

/// <summary>What came of a step's writes.</summary>
/// <param name="Refused">Those that were refused, in order.</param>
/// <param name="Concerned">Promises at the destination that stand otherwise.</param>
/// <param name="Fulfilled">Promises at the destination that are on the shelf now.</param>
internal sealed record TransferEffects(
    ImmutableArray<RefusedWrite> Refused, ImmutableArray<ConcernedPromise> Concerned, ImmutableArray<FulfilledLine> Fulfilled);

/// <summary>
/// What a transfer says to stocks, and to the supply of those where it arrives. Every write has an id that follows from the transfer's record: to say it
/// again changes nothing.
/// </summary>
internal sealed class TransferCalls(IGrainFactory grains, CatalogDirectory catalog, RequestId transfer)
{
    private const uint WriteSalt = 0x5452_4E00;
    private const uint HoldSalt = 0x5452_4E01;
    private const uint BackSalt = 0x5452_4E02;
    private const uint AnnounceSalt = 0x5452_4E03;
    private const uint FirmSalt = 1;
    private static readonly Channel s_channel = Channel.Parse("transfer");

    /// <summary>Does the open step's writes.</summary>
    public async ValueTask<TransferEffects> Take(TransferRecord record)
    {
        var step = record.Step!;
        var refused = ImmutableArray.CreateBuilder<RefusedWrite>();
        var concerned = ImmutableArray.CreateBuilder<ConcernedPromise>();
        var fulfilled = ImmutableArray.CreateBuilder<FulfilledLine>();
        var writes = step.Verb is TransferVerb.Close or TransferVerb.Cancel or TransferVerb.Reschedule ? 0 : step.Writes.Length; // no stock is concerned
        foreach (var chunk in Enumerable.Range(0, writes).Chunk(GrainLimits.LinesAtOnce))
        {
            if (!step.ViaSupply)
            {
                var outcomes = await Task.WhenAll(chunk.Select(i => Take(record, step, i)));
                refused.AddRange(outcomes.Select((outcome, i) => new RefusedWrite(chunk[i], outcome)).Where(static each => !each.Outcome.IsAccepted()));
                continue;
            }

            var answers = await Task.WhenAll(chunk.Select(i => Unload(record, step, i)));
            foreach (var (answer, i) in answers.Zip(chunk))
            {
                var sku = SkuOf(record, step.Writes[i].Line);
                if (answer.Outcome == SupplyOutcome.StockRefused)
                {
                    refused.Add(new RefusedWrite(i, answer.Stock));
                }
                else if (answer.Refused is { } part)
                {
                    refused.Add(new RefusedWrite(i, part.Outcome, part.Units, part.Lots.IsDefaultOrEmpty ? default : part.Lots));
                }

                concerned.AddRange(answer.Concerned.Select(each => new ConcernedPromise(sku, each)));
                fulfilled.AddRange(answer.Fulfilled.Select(each => new FulfilledLine(sku, each)));
            }
        }

        return new TransferEffects(refused.ToImmutable(), concerned.ToImmutable(), fulfilled.ToImmutable());
    }

    /// <summary>Tells the destination's supply what to expect of some lines.</summary>
    /// <returns>The lines as they were taken or refused, and the promises concerned.</returns>
    public async ValueTask<(ImmutableArray<AnnouncedLine> Lines, ImmutableArray<ConcernedPromise> Concerned)> Announce(
        TransferRecord record, ImmutableArray<AnnouncedLine> lines)
    {
        var (announced, concerned) = (ImmutableArray.CreateBuilder<AnnouncedLine>(lines.Length), ImmutableArray.CreateBuilder<ConcernedPromise>());
        foreach (var chunk in lines.Chunk(GrainLimits.LinesAtOnce))
        {
            var answers = await Task.WhenAll(chunk.Select(line => Carry(record, line)));
            foreach (var (answer, line) in answers.Zip(chunk))
            {
                announced.Add(line with { IsRefused = answer.Outcome == SupplyOutcome.TooMany });
                concerned.AddRange(answer.Concerned.Select(each => new ConcernedPromise(SkuOf(record, line.Line), each)));
            }
        }

        return (announced.ToImmutable(), concerned.ToImmutable());
    }

    /// <summary>Each promise once, as it was told last.</summary>
    public static ImmutableArray<ConcernedPromise> Latest(ImmutableArray<ConcernedPromise> concerned) =>
        [.. concerned.Reverse().DistinctBy(static each => each.Outlook.Promise.Id).Reverse()];

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
            TransferVerb.Receive => StockCommand.TransferIn(id, write.Units, write.Condition), // of a step that an earlier version has begun
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

    private async Task<SupplyAnswer> Unload(TransferRecord record, TransferStepIntended step, int i)
    {
        var write = step.Writes[i];
        var answer = await SupplyOf(record, write.Line).Do(new SupplyCommand(
            SupplyVerb.Unload, IdOf(record, i), step.By, write.Units, NameOf(record), Condition: write.Condition, Lots: write.Lots));
        return answer.Outcome.IsAccepted() || answer.Outcome == SupplyOutcome.StockRefused ? answer : throw Unheard(answer.Outcome);
    }

    private async Task<SupplyAnswer> Carry(TransferRecord record, AnnouncedLine line)
    {
        var id = transfer.Derive(AnnounceSalt).Derive((uint)record.Version).Derive((uint)line.Line);
        var answer = await SupplyOf(record, line.Line).Do(new SupplyCommand(
            SupplyVerb.Carry, id, record.Steps[^1].Step.By, line.Units, NameOf(record), line.DueMs, TransferRules.InTransitConfidence));
        return answer.Outcome.IsAccepted() || answer.Outcome == SupplyOutcome.TooMany ? answer : throw Unheard(answer.Outcome);
    }

    private ISupplyGrain SupplyOf(TransferRecord record, int line) =>
        grains.GetGrain<ISupplyGrain>(new StockKey(SkuOf(record, line), record.Created!.Content.To).ToString());

    private static string NameOf(TransferRecord record) => new TransferId(record.Created!.Id).ToString();

    private static InvalidOperationException Unheard(SupplyOutcome outcome) => new($"A supply answers {outcome} to a transfer, which it cannot.");

    private RequestId IdOf(TransferRecord record, int write) => transfer.Derive(WriteSalt).Derive((uint)record.StepVersion).Derive((uint)write);

    private HoldId HoldOf(long version, int line) => new(transfer.Derive(HoldSalt).Derive((uint)version).Derive((uint)line), 0);

    private static Sku SkuOf(TransferRecord record, int line) => record.Lines[line].Sku;

    private async Task<StockOutcome> Do(StockKey key, StockCommand command) =>
        (await grains.GetGrain<IStockGrain>(key.ToString()).Do(command)).Outcome;
}
