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
    private const uint ShelfBackSalt = 0x5355_6001;

    /// <summary>
    /// Stocks from whose shelf a component was to be held for kits of which others are to come, and that, or whose kits, were refused for another reason than
    /// that somebody was faster: asked again, all would be refused again.
    /// </summary>
    public HashSet<StockKey> RefusedShelves { get; } = [];

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

        var leg = intent.Leg is { } held ? await Hold(record.Placed!, held, record.LegNumber, nowMs) : null;
        if (intent.Leg is not null && leg is null)
        {
            return null;
        }

        var id = order.Derive(SupplySalt).Derive((uint)record.SupplyVersion);
        var going = intent.IsMove ? Replaced(intent, made, leg) : intent.GivenUp;
        if (await GiveUp(record, going, id, withArrived: intent.IsLapse || intent.IsMove) is not { } given)
        {
            return null;
        }

        var lapsed = (intent.Parts.IsDefault ? [] : intent.Parts).Select(number => record.Parts[number]).ToArray();
        foreach (var part in lapsed)
        {
            await GiveBack(record, part, part.Left, id.Derive((uint)part.Number));
        }

        ImmutableArray<PartUnits> gone = [.. lapsed.SelectMany(static part => part.Lines.Select(line => new PartUnits(part.Number, line.Line, line.Left)))];
        if (!await GiveWorkBack(record.WithoutWork(given, gone)))
        {
            return null;
        }

        return new SupplyDecided(nowMs, [.. made], given) { Leg = leg };
    }

    // What is had elsewhere: so much of the promise that would be late is given up, also what has come of it in the same moment.
    private static ImmutableArray<PromiseUnits> Replaced(SupplyIntended intent, bool[] made, LegDecided? leg)
    {
        var units = intent.Asks.Where((_, i) => made[i]).Sum(static ask => ask.Units);
        units += leg is { Held: true } ? intent.Leg!.Parts.Sum(static part => part.Lines.Sum(static line => line.Units)) : 0;
        return units == 0 ? [] : [intent.GivenUp[0] with { Units = units }];
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
        claim.Units == 0 ? (0, 0)
        : await Owner(claim.Key).Settle(order, claim.Promise, givenUp, claim.Came) is { } standing
            ? (standing.Arrived, standing.GivenUp)
            : (claim.Came, claim.Units - claim.Came); // it is forgotten because all of it is known here, or given up

    /// <summary>How promises stand, by their names; those of one stock with one call.</summary>
    public async ValueTask<Dictionary<RequestId, ClaimStanding>> Standing(IEnumerable<OrderClaim> claims)
    {
        var standing = new Dictionary<RequestId, ClaimStanding>();
        foreach (var stock in claims.Where(static claim => claim.Units > 0).GroupBy(static claim => claim.Key))
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
        if (await HoldWork(record, part) is var work && !work.IsAccepted())
        {
            return work; // nothing was asked for yet
        }

        var claims = OrderClaim.Of(record, part);
        var outcome = await PromiseAll(record, part, claims);
        if (outcome.IsAccepted() || outcome == SupplyOutcome.InDoubt)
        {
            return outcome;
        }

        if (outcome != SupplyOutcome.Insufficient)
        {
            RefusedShelves.UnionWith(claims.Where(static claim => claim.Shelf > 0).Select(static claim => claim.Key));
        }

        return (claims[0].Place < 0 || await GiveBackAll(claims)) && await GiveWorkBack([part]) ? outcome : SupplyOutcome.InDoubt;
    }

    // What is on the shelf first: once something is promised, what comes enters the hold that is there.
    private async ValueTask<SupplyOutcome> PromiseAll(OrderRecord record, ExpectedPart part, ImmutableArray<OrderClaim> claims)
    {
        foreach (var claim in claims.Where(static claim => claim.Shelf > 0))
        {
            if (await HoldShelf(record, claim) is var held && held != SupplyOutcome.Accepted)
            {
                return held;
            }
        }

        foreach (var claim in claims.Where(static claim => claim.Units > 0))
        {
            var command = new SupplyCommand(
                SupplyVerb.Promise, claim.Promise, default, claim.Units, AtMs: part.Plan.DueMs,
                Channel: record.Content!.Channel, Reference: new OrderId(order).ToString())
            {
                Order = order,
            };
            var outcome = (await Owner(claim.Key).Do(command)).Outcome;
            if (claim.Place < 0 || !outcome.IsAccepted())
            {
                return outcome;
            }
        }

        // A life before a crash may have given some of them up again, because another was refused then.
        var standing = await Standing(claims);
        return claims.All(claim => claim.Units == 0 || (standing.TryGetValue(claim.Promise, out var now) && now.GivenUp == 0))
            ? SupplyOutcome.Accepted
            : SupplyOutcome.Insufficient;
    }

    // A life before a crash may have given it back: what the stock remembers of it then is no hold.
    private async ValueTask<SupplyOutcome> HoldShelf(OrderRecord record, OrderClaim claim)
    {
        var (stock, id) = (Stock(claim), claim.Hold.Reservation);
        var held = (await stock.Do(StockCommand.Reserve(id, claim.Shelf, record.Content!.Channel, FirmTtlMs))).Outcome;
        var firm = held.IsAccepted() ? (await stock.Do(StockCommand.Confirm(id.Derive(FirmSalt), claim.Hold))).Outcome : held;
        if (!firm.IsAccepted() && firm != StockOutcome.ReservationFirm)
        {
            var mayPass = firm is StockOutcome.Insufficient or StockOutcome.LocationClosed or StockOutcome.ReservationExpired or StockOutcome.ReservationEnded;
            return mayPass ? SupplyOutcome.Insufficient : SupplyOutcome.StockRefused;
        }

        return (await stock.Hold(claim.Hold)).Holds is [{ Line: { State: LineState.Firm, Held: var units } }] && units >= claim.Shelf
            ? SupplyOutcome.Accepted
            : SupplyOutcome.Insufficient;
    }

    // Of kits of which one component cannot be had: what is promised of the others, and what has come for them in the same moment; then what is held from the
    // shelf. In this order, so that a hold which is not there any more stands for promises that are not there either.
    private async ValueTask<bool> GiveBackAll(ImmutableArray<OrderClaim> claims)
    {
        foreach (var claim in claims.Where(static claim => claim.Units > 0))
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

        foreach (var claim in claims.Where(static claim => claim.Shelf > 0))
        {
            await Stock(claim).Do(StockCommand.Release(claim.Promise.Derive(ShelfBackSalt), claim.Hold, claim.Shelf));
        }

        return true;
    }

    /// <summary>Whether stocks would do what a step asks of several of them: asked before it is on record, since none after the first may refuse.</summary>
    public ValueTask<OrderOutcome> Judge(OrderRecord record, OrderStepIntended step) =>
        !step.Lots.IsDefault ? JudgeLots(record, step)
        : step.Verb is OrderVerb.Collect or OrderVerb.Ship ? JudgeTake(record, step)
        : new(OrderOutcome.Accepted);

    // Whether what is held of kits that came from supply is there: units may have passed their date since, or been sold beyond what there is.
    private async ValueTask<OrderOutcome> JudgeTake(OrderRecord record, OrderStepIntended step)
    {
        var taken = new Dictionary<StockKey, long>();
        foreach (var each in step.Units.Where(each => record.Parts[each.Part].Promise is { } promise && record.Expected[promise].Components.Count > 0))
        {
            foreach (var claim in ClaimsOf(record, record.Parts[each.Part]))
            {
                taken[claim.Key] = taken.GetValueOrDefault(claim.Key) + (each.Units * claim.PerUnit);
            }
        }

        foreach (var (key, all) in taken)
        {
            var there = await grains.GetGrain<IStockGrain>(key.ToString()).View(record.Content!.Channel);
            if (all > there.Sellable - there.PastDate)
            {
                return OrderOutcome.Insufficient;
            }
        }

        return OrderOutcome.Accepted;
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
