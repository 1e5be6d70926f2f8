using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Codec;
using Inventory.Domain.Supply;
using Inventory.Domain.Transfers;
using Inventory.Grains;

namespace Inventory.Simulator;

/// <summary>A promise to an order, as the record of supply has it: sums since it was made, also of one that is over.</summary>
/// <param name="Order">The order.</param>
/// <param name="Units">Units promised.</param>
/// <param name="Arrived">Units that came in for it.</param>
/// <param name="GivenUp">Units that the order gave up before they came.</param>
/// <param name="Seen">Units that came and that the order has said it knows of.</param>
/// <param name="Lacked">The most of it that nothing was ever expected for.</param>
internal sealed record ClaimSums(RequestId Order, long Units, long Arrived, long GivenUp, long Seen, long Lacked = 0)
{
    public long Left => Units - Arrived - GivenUp;
}

/// <summary>What is expected at a stock and what of it is promised, as sums.</summary>
/// <param name="Receipts">What is still to come, by name.</param>
/// <param name="Promises">What waits, in the order in which it was promised.</param>
/// <param name="Arrival">What is being put on the shelf; null if nothing is.</param>
/// <param name="Held">Units that ever came in for a promise, those of transfers left out.</param>
/// <param name="Free">Units that ever came in for nobody, those of transfers left out.</param>
/// <param name="Done">Ids of what took effect.</param>
internal sealed record SupplyState(
    ImmutableSortedDictionary<string, ExpectedReceipt> Receipts,
    ImmutableList<SupplyPromise> Promises,
    ArrivalIntended? Arrival,
    long Held,
    long Free,
    ImmutableHashSet<RequestId> Done)
{
    public static SupplyState Empty { get; } = new(
        ImmutableSortedDictionary.Create<string, ExpectedReceipt>(StringComparer.Ordinal), [], null, 0, 0, []);

    /// <summary>Every promise that was ever made to an order, and what became of it.</summary>
    public ImmutableDictionary<RequestId, ClaimSums> Claims { get; init; } = ImmutableDictionary<RequestId, ClaimSums>.Empty;

    /// <summary>Units that ever came by transfers for a promise, and for nobody.</summary>
    public (long Held, long Free) Carried { get; init; }

    /// <summary>True if all promises ask for supply that is as sure: then sums alone tell what can be kept.</summary>
    public bool IsOfOneKind => Promises.Select(each => each.Confidence).Distinct().Count() <= 1;

    /// <summary>Units expected that are sure enough for the promises.</summary>
    public long Expected(int confidence) => Receipts.Values.Where(each => each.Confidence >= confidence).Sum(each => each.Left);

    /// <summary>Units due by a time and not before another that are sure enough.</summary>
    public long Due(long fromMs, long byMs, int confidence) =>
        Receipts.Values.Where(each => each.Confidence >= confidence && each.DueMs >= fromMs && each.DueMs <= byMs).Sum(each => each.Left);

    public SupplyState With(ExpectedReceipt receipt) => this with
    {
        Receipts = receipt.Left > 0 ? Receipts.SetItem(receipt.Name, receipt) : Receipts.Remove(receipt.Name),
    };

    /// <summary>Notes for each promise of an order that nothing is expected for it, if that may be.</summary>
    public SupplyState NoteLack()
    {
        var lacking = Promises.Sum(each => each.Left) - Expected(Promises.Select(each => each.Confidence).DefaultIfEmpty().Min());
        return lacking <= 0 ? this : this with
        {
            Claims = Claims.SetItems(Claims.Where(each => each.Value.Left > 0).Select(each => KeyValuePair.Create(
                each.Key, each.Value with { Lacked = Math.Max(each.Value.Lacked, Math.Min(lacking, each.Value.Left)) }))),
        };
    }

    public SupplyState Less(RequestId promise, long units)
    {
        var at = Promises.FindIndex(each => each.Id == promise);
        var left = at < 0 ? default(long?) : Promises[at].Left - units;
        return left switch
        {
            null => this,
            0 => this with { Promises = Promises.RemoveAt(at) },
            _ => this with { Promises = Promises.SetItem(at, Promises[at] with { Left = left.Value }) },
        };
    }
}

/// <summary>The auditor's book of one stock's supply. Which units serve which promise it does not know, only whether all of them can be served.</summary>
internal sealed class SupplyBook(string stream) : OwnerBook<SupplyState>(stream, SupplyState.Empty)
{
    public StockKey Key { get; } = StockKey.Parse(stream["supply/".Length..]);

    /// <summary>How it stood at a time, and since then.</summary>
    public IEnumerable<SupplyState> Since(long sinceMs)
    {
        for (var version = Version; version > 0; version--)
        {
            yield return At(version);
            if (SupplyCodec.Decode(EventAt(version)).AtMs < sinceMs)
            {
                yield break;
            }
        }
    }

    /// <summary>What is wrong with what a reader sees; null if nothing is.</summary>
    public string? Problem(SupplyView view, SupplyLook look, long askedAtMs)
    {
        if (view.Version > Version)
        {
            return $"{Stream}: version {view.Version} is shown, written are {Version}";
        }

        Tell(view.Version);
        var state = At(view.Version);
        var lacking = view.Promises.Sum(each => each.Lacking);
        var (promised, kind) = (state.Promises.Sum(each => each.Left), state.Promises.Select(each => each.Confidence).FirstOrDefault());
        return !view.Receipts.OrderBy(each => each.Name, StringComparer.Ordinal).SequenceEqual(state.Receipts.Values)
                ? $"{Stream}: shown is that there come {string.Join(' ', view.Receipts)}; true are {string.Join(' ', state.Receipts.Values)}"
            : !view.Promises.Select(each => each.Promise).SequenceEqual(state.Promises)
                ? $"{Stream}: promises shown are {string.Join(' ', view.Promises)}; true are {string.Join(' ', state.Promises)}"
            : view.Available > state.Due(askedAtMs, look.ByMs, look.Confidence)
                ? $"{Stream}: {view.Available} can be promised, but {state.Due(0, look.ByMs, look.Confidence)} are due"
            : state.IsOfOneKind && lacking != Math.Max(0, promised - state.Expected(kind))
                ? $"{Stream}: {lacking} are lacking; promised are {promised}, expected {state.Expected(kind)}"
            : null;
    }

    protected override (SupplyState After, string? Problem) After(SupplyState before, ReadOnlySpan<byte> payload)
    {
        var (after, problem) = Taken(before, payload);
        return (after.NoteLack(), problem);
    }

    private static (SupplyState After, string? Problem) Taken(SupplyState before, ReadOnlySpan<byte> payload)
    {
        var change = SupplyCodec.Decode(payload);
        if (before.Arrival is null == change is ArrivalDecided)
        {
            return (before, "an arrival is decided that is not under way, or something else while one is");
        }

        switch (change)
        {
            case SupplyChanged changed:
                return Changed(before, changed.Command, changed.AtMs);
            case ArrivalIntended arrival:
                var bad = arrival.Lots.Where(lot => lot.Promise != default
                    && lot.Units > (before.Promises.Find(each => each.Id == lot.Promise)?.Left ?? 0));
                return (before with { Arrival = arrival }, before.Done.Contains(arrival.Command.Id) ? "it arrived before"
                    : arrival.Lots.Sum(lot => lot.Units) != arrival.Command.Units ? $"the lots are not {arrival.Command.Units}"
                    : bad.Any() ? $"more is brought than was promised: {string.Join(' ', bad)}"
                    : null);
            default:
                return (Arrived(before, before.Arrival!, (ArrivalDecided)change), null);
        }
    }

    private static (SupplyState After, string? Problem) Changed(SupplyState before, SupplyCommand command, long atMs)
    {
        if (command.Verb == SupplyVerb.Settle)
        {
            return Settled(before, command); // it has no id: it says how things stand
        }

        var after = before with { Done = before.Done.Add(command.Id) };
        var problem = before.Done.Contains(command.Id) ? $"{command.Verb} took effect before" : null;
        switch (command.Verb)
        {
            case SupplyVerb.Expect or SupplyVerb.Carry:
                var isCarried = command.Verb == SupplyVerb.Carry;
                problem ??= isCarried != TransferId.TryParse(command.Receipt, out _, out _) ? $"{command.Verb} under the name {command.Receipt}" : null;
                return (after.With(new ExpectedReceipt(command.Receipt, command.Units, command.AtMs, command.Confidence, isCarried)), problem);
            case SupplyVerb.Promise:
                var promise = new SupplyPromise(command.Id, command.Units, command.AtMs, command.Confidence, command.Channel, command.Reference);
                after = after with { Promises = after.Promises.Add(promise) };
                after = command.Order == default ? after : after with
                {
                    Claims = after.Claims.Add(command.Id, new ClaimSums(command.Order, command.Units, 0, 0, 0)),
                };
                return (after, problem ?? (CanBeKept(after, promise, atMs) ? null
                    : $"{promise.Left} are promised by {promise.ByMs} beyond what is expected: {string.Join(' ', after.Receipts.Values)}, "
                        + $"promised are {string.Join(' ', after.Promises)}"));
            default:
                var left = before.Promises.Find(each => each.Id == command.Promise)?.Left ?? 0;
                return (after.Less(command.Promise, command.Units), problem ?? (command.Units > left ? $"{command.Units} of {left} are given back" : null));
        }
    }

    private static (SupplyState After, string? Problem) Settled(SupplyState before, SupplyCommand command)
    {
        if (!before.Claims.TryGetValue(command.Promise, out var claim) || claim.Order != command.Order)
        {
            return (before, $"{command.Order} settles {command.Promise}, which it was never promised");
        }

        var settled = claim with { GivenUp = command.Units, Seen = command.Seen };
        var isPossible = settled.GivenUp >= claim.GivenUp && settled.Seen >= claim.Seen && settled.Seen <= claim.Arrived
            && settled.Arrived + settled.GivenUp <= settled.Units;
        var after = before.Less(command.Promise, settled.GivenUp - claim.GivenUp) with { Claims = before.Claims.SetItem(command.Promise, settled) };
        return (after, isPossible ? null : $"{claim} becomes {settled}");
    }

    private static SupplyState Arrived(SupplyState before, ArrivalIntended arrival, ArrivalDecided decided)
    {
        var (after, came, carried) = (before with { Arrival = null }, 0L, before.Carried);
        for (var i = 0; i < arrival.Lots.Length; i++)
        {
            if (!decided.Refused.Contains(i))
            {
                var (promise, units, _) = arrival.Lots[i];
                came += units;
                carried = promise == default ? (carried.Held, carried.Free + units) : (carried.Held + units, carried.Free);
                after = promise == default ? after with { Free = after.Free + units } : after.Less(promise, units) with { Held = after.Held + units };
                after = !after.Claims.TryGetValue(promise, out var claim) ? after
                    : after with { Claims = after.Claims.SetItem(promise, claim with { Arrived = claim.Arrived + units }) };
            }
        }

        after = arrival.Command.Verb == SupplyVerb.Receive ? after : after with { Held = before.Held, Free = before.Free, Carried = carried };
        if (before.Receipts.TryGetValue(arrival.Command.Receipt, out var receipt))
        {
            after = after.With(receipt with { Left = Math.Max(0, receipt.Left - came) });
        }

        return came > 0 ? after with { Done = after.Done.Add(arrival.Command.Id) } : after;
    }

    // Of the promises made before, those that all can be kept together, and this one beside them: for every day no more than is due by then.
    private static bool CanBeKept(SupplyState state, SupplyPromise made, long nowMs)
    {
        if (made.Left > state.Due(nowMs, made.ByMs, made.Confidence))
        {
            return false;
        }

        var kept = new List<SupplyPromise>();
        foreach (var promise in state.Promises.Where(_ => state.IsOfOneKind))
        {
            kept.Add(promise);
            if (kept.Exists(each => kept.Where(other => other.ByMs <= each.ByMs).Sum(other => other.Left) > state.Due(0, each.ByMs, each.Confidence)))
            {
                kept.RemoveAt(kept.Count - 1);
            }
        }

        return !state.IsOfOneKind || kept.Contains(made);
    }
}
