using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Orders;
using Inventory.Domain.Stocks;
using Inventory.Domain.Supply;

namespace Inventory.Grains;

/// <summary>What an order says to those who own what is expected, and to the stocks that hold what has come for it.</summary>
internal sealed partial class OrderCalls
{
    private const uint SupplySalt = 0x5355_0000;
    private const uint HoldSalt = 0x5355_5001; // the name that a supply gives to the hold of a promise

    /// <summary>Asks for promises, gives others up, and gives back what has come too late.</summary>
    /// <returns>What is to be on record; null if it cannot be told yet.</returns>
    public async ValueTask<SupplyDecided?> Supply(OrderRecord record, long nowMs)
    {
        var intent = record.SupplyIntent!;
        var first = record.Expected.Count - intent.Asks.Length;
        var made = new bool[intent.Asks.Length];
        foreach (var chunk in Enumerable.Range(0, made.Length).Chunk(GrainLimits.LinesAtOnce))
        {
            var answers = await Task.WhenAll(chunk.Select(i => Promise(record, record.Expected[first + i])));
            if (answers.Contains(SupplyOutcome.InDoubt))
            {
                return null;
            }

            foreach (var (i, answer) in chunk.Zip(answers))
            {
                made[i] = answer.IsAccepted();
            }
        }

        var id = order.Derive(SupplySalt).Derive((uint)record.SupplyVersion);
        var given = await GiveUp(record, intent.GivenUp, id, withArrived: intent.IsLapse);
        foreach (var number in intent.Parts.IsDefault ? [] : intent.Parts)
        {
            await GiveBack(record, record.Parts[number], record.Parts[number].Left, id.Derive((uint)number));
        }

        return new SupplyDecided(nowMs, [.. made], given);
    }

    /// <summary>Gives promised units up.</summary>
    /// <param name="record">The order.</param>
    /// <param name="promises">Which, and how many of each.</param>
    /// <param name="id">Id of the write that this belongs to.</param>
    /// <param name="withArrived">True to give those that have arrived meanwhile back to their shelf; false to leave them to the order.</param>
    public async ValueTask<ImmutableArray<GivenUpPromise>> GiveUp(
        OrderRecord record, ImmutableArray<PromiseUnits> promises, RequestId id, bool withArrived)
    {
        var given = ImmutableArray.CreateBuilder<GivenUpPromise>(promises.Length);
        foreach (var (number, units) in promises)
        {
            var part = record.Expected[number];
            var (arrived, givenUp) = await Settle(record, part, part.GivenUp + units);
            var released = givenUp - part.GivenUp;
            var missed = Math.Min(arrived - part.Arrived, units - released);
            if (withArrived && missed > 0)
            {
                var key = KeyOf(record, part);
                await grains.GetGrain<IStockGrain>(key.ToString()).Do(
                    StockCommand.Release(id.Derive(SupplySalt).Derive((uint)number), HoldOf(record, number), missed));
            }

            given.Add(new GivenUpPromise(number, released, withArrived ? missed : 0));
        }

        return given.ToImmutable();
    }

    /// <summary>Says what the order knows of a promise, and how much of it it has given up.</summary>
    /// <param name="record">The order.</param>
    /// <param name="part">The promise.</param>
    /// <param name="givenUp">All that was ever given up of it.</param>
    /// <returns>All that ever arrived of it, and all that is given up: less than asked for if more has arrived.</returns>
    public async ValueTask<(long Arrived, long GivenUp)> Settle(OrderRecord record, ExpectedPart part, long givenUp) =>
        await Owner(KeyOf(record, part)).Settle(order, record.PromiseId(part.Number), givenUp, part.Arrived) is { } standing
            ? (standing.Arrived, standing.GivenUp)
            : (part.Arrived, part.Plan.Units - part.Arrived); // it is forgotten because all of it is known here, or given up

    /// <summary>How promises stand, those of one stock with one call.</summary>
    public async ValueTask<Dictionary<int, ClaimStanding>> Standing(OrderRecord record, IEnumerable<ExpectedPart> parts)
    {
        var standing = new Dictionary<int, ClaimStanding>();
        foreach (var stock in parts.GroupBy(part => KeyOf(record, part)))
        {
            var numbers = stock.ToDictionary(part => record.PromiseId(part.Number), static part => part.Number);
            foreach (var each in await Owner(stock.Key).Standing([.. numbers.Keys]))
            {
                standing.Add(numbers[each.Promise], each);
            }
        }

        return standing;
    }

    private async Task<SupplyOutcome> Promise(OrderRecord record, ExpectedPart part)
    {
        var command = new SupplyCommand(
            SupplyVerb.Promise, record.PromiseId(part.Number), default, part.Plan.Units, AtMs: part.Plan.DueMs,
            Channel: record.Content!.Channel, Reference: new OrderId(order).ToString())
        {
            Order = order,
        };
        return (await Owner(KeyOf(record, part)).Do(command)).Outcome;
    }

    private async ValueTask<OrderOutcome> TakeFromSupply(OrderRecord record, OrderVerb verb, ImmutableArray<PartUnits> units, RequestId id)
    {
        var part = record.Parts[units[0].Part];
        var (hold, write, taken) = (HoldOf(record, part.Promise!.Value), id.Derive(SupplySalt).Derive((uint)part.Number), units.Sum(static each => each.Units));
        var answer = await Stock(record, part).Do(verb switch
        {
            OrderVerb.Collect => StockCommand.Collect(write, hold, taken),
            OrderVerb.Ship => StockCommand.Ship(write, hold, taken),
            _ => StockCommand.Release(write, hold, taken),
        });
        return answer.Outcome.IsAccepted() ? OrderOutcome.Accepted : OutcomeOf(answer.Outcome);
    }

    // Units of a part that came from supply go to their shelf.
    private async ValueTask GiveBack(OrderRecord record, OrderPart part, long units, RequestId id) =>
        await Stock(record, part).Do(StockCommand.Release(id, HoldOf(record, part.Promise!.Value), units));

    private static StockKey KeyOf(OrderRecord record, ExpectedPart part) => new(record.Content!.Lines[part.Plan.Line].Sku, part.Plan.Location);

    private static HoldId HoldOf(OrderRecord record, int promise) => new(record.PromiseId(promise).Derive(HoldSalt), 0);

    private IStockGrain Stock(OrderRecord record, OrderPart part) =>
        grains.GetGrain<IStockGrain>(new StockKey(record.Content!.Lines[part.Lines[0].Line].Sku, part.Plan.Location).ToString());

    private ISupplyGrain Owner(in StockKey key) => grains.GetGrain<ISupplyGrain>(key.ToString());
}
