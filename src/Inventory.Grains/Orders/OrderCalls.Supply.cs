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
    private const uint MissedSalt = 0x5355_0001; // of what came too late: parts of the same step have the other
    private const uint BackSalt = 0x5355_6000;

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
        if (await GiveUp(record, intent.GivenUp, id, withArrived: intent.IsLapse) is not { } given)
        {
            return null;
        }

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
    /// <param name="withArrived">
    /// True to give those that have arrived meanwhile back to their shelf; false to leave them to the order. Of kits every component is given up: what is
    /// to come of it, and what is kept of it if that is not enough.
    /// </param>
    /// <returns>What is given up; null if it cannot be told yet.</returns>
    public async ValueTask<ImmutableArray<GivenUpPromise>?> GiveUp(
        OrderRecord record, ImmutableArray<PromiseUnits> promises, RequestId id, bool withArrived)
    {
        var given = ImmutableArray.CreateBuilder<GivenUpPromise>(promises.Length);
        foreach (var (number, units) in promises)
        {
            var (part, write) = (record.Expected[number], id.Derive(MissedSalt).Derive((uint)number));
            if (part.Components.Count > 0)
            {
                if (await GiveUpKits(record, part, units, write) is not { } kits)
                {
                    return null;
                }

                given.Add(kits);
                continue;
            }

            var claim = OrderClaim.Of(record, part)[0];
            var (arrived, givenUp) = await Settle(claim, claim.GivenUp + units);
            var released = givenUp - claim.GivenUp;
            var missed = Math.Min(arrived - claim.Came, units - released);
            if (withArrived && missed > 0)
            {
                await Stock(claim).Do(StockCommand.Release(write, claim.Hold, missed));
            }

            given.Add(new GivenUpPromise(number, released, withArrived ? missed : 0));
        }

        return given.ToImmutable();
    }

    // What is to come is given up first. Said again after a crash it is the same: if less is to come than is given up, all of it is from the first time on.
    private async ValueTask<GivenUpPromise?> GiveUpKits(OrderRecord record, ExpectedPart part, long kits, RequestId id)
    {
        var sums = new ComponentSums[part.Components.Count];
        foreach (var claim in OrderClaim.Of(record, part))
        {
            var wanted = kits * claim.PerUnit;
            var (arrived, givenUp) = await Settle(claim, claim.GivenUp + wanted);
            var kept = wanted - (givenUp - claim.GivenUp);
            if (kept > 0 && arrived + givenUp < claim.Units)
            {
                return null; // it has not heard of it
            }

            if (kept > 0)
            {
                await Stock(claim).Do(StockCommand.Release(claim.WriteOf(id), claim.Hold, kept));
            }

            sums[claim.Place] = new ComponentSums(arrived, givenUp);
        }

        return new GivenUpPromise(part.Number, kits, 0) { Components = [.. sums] };
    }

    /// <summary>Says what the order knows of a promise, and how much of it it has given up.</summary>
    /// <param name="claim">The promise.</param>
    /// <param name="givenUp">All that was ever given up of it.</param>
    /// <returns>All that ever arrived of it, and all that is given up: less than asked for if more has arrived.</returns>
    public async ValueTask<(long Arrived, long GivenUp)> Settle(OrderClaim claim, long givenUp) =>
        await Owner(claim.Key).Settle(order, claim.Promise, givenUp, claim.Came) is { } standing
            ? (standing.Arrived, standing.GivenUp)
            : (claim.Came, claim.Units - claim.Came); // it is forgotten because all of it is known here, or given up

    /// <summary>How promises stand, by their names; those of one stock with one call.</summary>
    public async ValueTask<Dictionary<RequestId, ClaimStanding>> Standing(IEnumerable<OrderClaim> claims)
    {
        var standing = new Dictionary<RequestId, ClaimStanding>();
        foreach (var stock in claims.GroupBy(static claim => claim.Key))
        {
            foreach (var each in await Owner(stock.Key).Standing([.. stock.Select(static claim => claim.Promise)]))
            {
                standing.Add(each.Promise, each);
            }
        }

        return standing;
    }

    private async Task<SupplyOutcome> Promise(OrderRecord record, ExpectedPart part)
    {
        var claims = OrderClaim.Of(record, part);
        foreach (var claim in claims)
        {
            var command = new SupplyCommand(
                SupplyVerb.Promise, claim.Promise, default, claim.Units, AtMs: part.Plan.DueMs,
                Channel: record.Content!.Channel, Reference: new OrderId(order).ToString())
            {
                Order = order,
            };
            var outcome = (await Owner(claim.Key).Do(command)).Outcome;
            if (claim.Place < 0 || outcome == SupplyOutcome.InDoubt)
            {
                return outcome;
            }

            if (!outcome.IsAccepted())
            {
                return await GiveBackAll(claims) ? outcome : SupplyOutcome.InDoubt;
            }
        }

        // A life before a crash may have given some of them up again, because another was refused then.
        var standing = await Standing(claims);
        return claims.All(claim => standing.TryGetValue(claim.Promise, out var now) && now.GivenUp == 0) ? SupplyOutcome.Accepted
            : await GiveBackAll(claims) ? SupplyOutcome.Insufficient
            : SupplyOutcome.InDoubt;
    }

    // Of kits of which one component cannot be promised: what is promised of the others, and what has come for them in the same moment.
    private async ValueTask<bool> GiveBackAll(ImmutableArray<OrderClaim> claims)
    {
        foreach (var claim in claims)
        {
            if (await Owner(claim.Key).Settle(order, claim.Promise, claim.Units, 0) is not { } standing)
            {
                continue; // it is not there
            }

            if (standing.Arrived + standing.GivenUp < claim.Units)
            {
                return false;
            }

            if (standing.Arrived > 0)
            {
                await Stock(claim).Do(StockCommand.Release(claim.Promise.Derive(BackSalt), claim.Hold, standing.Arrived));
                await Owner(claim.Key).Settle(order, claim.Promise, claim.Units, standing.Arrived);
            }
        }

        return true;
    }

    private async ValueTask<OrderOutcome> TakeFromSupply(OrderRecord record, OrderVerb verb, ImmutableArray<PartUnits> units, RequestId id)
    {
        var part = record.Parts[units[0].Part];
        var (write, taken, isBegun) = (id.Derive(SupplySalt).Derive((uint)part.Number), units.Sum(static each => each.Units), false);
        foreach (var claim in ClaimsOf(record, part))
        {
            var answer = await Stock(claim).Do(verb switch
            {
                OrderVerb.Collect => StockCommand.Collect(claim.WriteOf(write), claim.Hold, taken * claim.PerUnit),
                OrderVerb.Ship => StockCommand.Ship(claim.WriteOf(write), claim.Hold, taken * claim.PerUnit),
                _ => StockCommand.Release(claim.WriteOf(write), claim.Hold, taken * claim.PerUnit),
            });
            if (!answer.Outcome.IsAccepted())
            {
                // The first component may refuse the whole. One that refuses after it had its hold ended under its own name, by who knew it: nothing is left to
                // take there.
                if (!isBegun)
                {
                    return OutcomeOf(answer.Outcome);
                }

                if (answer.Outcome is not (StockOutcome.ReservationEnded or StockOutcome.ReservationNotFound or StockOutcome.ExceedsHeld))
                {
                    return OrderOutcome.InDoubt;
                }
            }

            isBegun = true;
        }

        return OrderOutcome.Accepted;
    }

    // Units of a part that came from supply go to their shelf.
    private async ValueTask GiveBack(OrderRecord record, OrderPart part, long units, RequestId id)
    {
        foreach (var claim in ClaimsOf(record, part))
        {
            await Stock(claim).Do(StockCommand.Release(claim.WriteOf(id), claim.Hold, units * claim.PerUnit));
        }
    }

    private static ImmutableArray<OrderClaim> ClaimsOf(OrderRecord record, OrderPart part) => OrderClaim.Of(record, record.Expected[part.Promise!.Value]);

    private IStockGrain Stock(in OrderClaim claim) => grains.GetGrain<IStockGrain>(claim.Key.ToString());

    private ISupplyGrain Owner(in StockKey key) => grains.GetGrain<ISupplyGrain>(key.ToString());
}
