using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Stocks;
using Inventory.Domain.Work;
using Inventory.Grains;

namespace Inventory.Simulator;

/// <summary>A call as its caller sees it.</summary>
/// <param name="Key">To which stock.</param>
/// <param name="Command">What was asked.</param>
/// <param name="SentAtMs">When it was first sent.</param>
internal sealed record Sent(StockKey Key, StockCommand Command, long SentAtMs);

/// <summary>
/// Checks every event, every answer and every figure shown against books of its own. It knows what was sent, what was written, and sums; how the
/// service comes to its answers it does not know.
/// </summary>
internal sealed class Auditor(TimeProvider time, Tally tally)
{
    private readonly Dictionary<RequestId, List<Sent>> _sent = [];
    private readonly Dictionary<RequestId, StockAnswer> _accepted = [];
    private readonly List<ManyRecord> _many = [];
    private readonly HashSet<LocationId> _mayBeClosed = [];

    public Books Books { get; } = new();

    public WorkBooks Work { get; } = new();

    /// <summary>Books of transfers, supply and kits.</summary>
    public OwnerBooks Owners => field ??= new OwnerBooks(this);

    /// <summary>The first thing that was wrong; null as long as nothing is.</summary>
    public string? Failure { get; private set; }

    public IReadOnlyList<ManyRecord> Many => _many;

    /// <summary>Orders, and what their callers were told of them.</summary>
    public List<OrderTold> Orders { get; } = [];

    /// <summary>Transfers, and what their makers were told of them.</summary>
    public List<TransferTold> Transfers { get; } = [];

    /// <summary>Kits that were brought back.</summary>
    public List<KitReturnTold> KitReturns { get; } = [];

    public long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    public void Fail(string what) => Failure ??= what;

    public void Met(string what, long by = 1) => tally.Add(what, by);

    /// <summary>True if a caller sent a write under this id to a stock.</summary>
    public bool IsSent(RequestId id) => _sent.ContainsKey(id);

    public void MayClose(LocationId location) => _mayBeClosed.Add(location);

    /// <summary>True of a location that anybody ever asked to close.</summary>
    public bool MayBeClosed(LocationId location) => _mayBeClosed.Contains(location);

    public Sent Send(StockKey key, StockCommand command)
    {
        var sent = new Sent(key, command, NowMs);
        if (!_sent.TryGetValue(command.Id, out var all))
        {
            _sent.Add(command.Id, all = []);
        }

        var first = all.Find(each => each.Command == command);
        if (first is not null)
        {
            return first;
        }

        all.Add(sent);
        return sent;
    }

    public ManyRecord Send(ReserveMany order)
    {
        var record = new ManyRecord(order);
        _many.Add(record);
        return record;
    }

    /// <summary>A stock has written an event.</summary>
    public void Written(StockBook book, in StockEvent change)
    {
        var before = book.Now;
        if (book.Append(change) is { } problem)
        {
            Fail(problem);
        }

        var where = $"{book.Key} version {book.Version}, {change.Verb} {change.Units}";
        if (change.AtMs > NowMs)
        {
            Fail($"{where}: it happened at {change.AtMs}, but it is {NowMs}");
        }

        tally.Add($"event {change.Verb}");
        var ofCoordinator = change.Verb is StockVerb.Lease or StockVerb.Settle || change.Hold.Line > 0;
        if (ofCoordinator)
        {
            CheckGrant(where, before, change);
            CheckLots(where, book, before, null, change);
            return;
        }

        if (!_sent.ContainsKey(change.Id) && Owners.Explains(book.Key, before, change))
        {
            CheckGrant(where, before, change);
            CheckLots(where, book, before, null, change);
            return;
        }

        if (!_sent.TryGetValue(change.Id, out var sent))
        {
            Fail($"{where}: nobody sent this");
            return;
        }

        var hash = change.ContentHash;
        if (sent.Find(each => each.Key == book.Key && each.Command.ContentHash() == hash) is not { } cause)
        {
            Fail($"{where}: something else was sent under this id");
            return;
        }

        if (change.AtMs < cause.SentAtMs)
        {
            Fail($"{where}: it happened at {change.AtMs}, before it was sent at {cause.SentAtMs}");
        }

        CheckEffect(where, book, before, cause.Command, change);
    }

    /// <summary>A place has written an event of its work.</summary>
    public void Written(LocationId place, long version, in WorkEvent work)
    {
        var (book, change) = (Work.Of(place, work.Slot), work.Change);
        var before = book.Now;
        if (book.Append(change) is { } problem)
        {
            Fail(problem);
        }

        var where = $"{book.Key} version {book.Version}, {change.Verb} {change.Units}";
        if (change.AtMs > NowMs || Work.Note(place, work.Slot) != version)
        {
            Fail($"{where}: it happened at {change.AtMs}, but it is {NowMs}; or it is not version {version} of its place");
        }

        tally.Add($"event of work {change.Verb}");
        CheckGrant(where, before, change);
        if (change.Verb == StockVerb.Lease && book.Now.Held(change.AtMs) > Shop.MostParcels(place))
        {
            Fail($"{where}: {book.Now.Held(change.AtMs)} are promised, the place never stated more than {Shop.MostParcels(place)}");
        }
    }

    /// <summary>The process has restarted and serves a version of a place's work.</summary>
    public void WorkRestored(LocationId place, long version, WorkBook served)
    {
        var lost = Work.Restore(place, version);
        tally.Add("lost unacknowledged events of work", Math.Max(0, lost));
        foreach (var (slot, book) in Work.At(place))
        {
            var stock = served.Slots.GetValueOrDefault(slot);
            var held = stock is null ? 0 : book.Now.Held(stock.LastAtMs);
            if (lost < 0 || (stock?.Version ?? 0) != book.Version || (stock?.Held ?? 0) != held)
            {
                Fail($"{book.Key}: the journal gives version {stock?.Version} with {stock?.Held} held; true are {book.Version}, {held}");
            }
        }
    }

    /// <summary>An answer has come.</summary>
    public void Answered(Sent sent, StockAnswer answer, long toldBefore, long askedAtMs)
    {
        var book = Books.Of(sent.Key);
        var where = $"{sent.Key} {sent.Command.Verb} {sent.Command.Units} -> {answer}";
        tally.Add($"answer {sent.Command.Verb} {answer.Outcome}");
        if (answer.Version > book.Version)
        {
            Fail($"{where}: the version answered was never written");
            return;
        }

        book.Tell(answer.Version);
        if (answer.Outcome == StockOutcome.Accepted || answer.Outcome == StockOutcome.AlreadyAccepted)
        {
            CheckAccepted(where, book, sent, answer);
            return;
        }

        if (answer.Version < toldBefore)
        {
            Fail($"{where}: it was judged by an older version than {toldBefore}, which was told before");
        }

        var state = book.At(answer.Version);
        var isReused = book.TryFind(sent.Command.Id, out var version) && version <= answer.Version
            && book.EventAt(version).ContentHash != sent.Command.ContentHash();
        if (Refusals.OfShape(sent.Command) is { } shape)
        {
            if (answer.Outcome != shape)
            {
                Fail($"{where}: it should have been {shape}");
            }
        }
        else if (answer.Outcome == StockOutcome.IdReused != isReused)
        {
            Fail($"{where}: {(isReused ? "the id was used before with other content" : "the id is new")}");
        }
        else if (!isReused && book.TryFind(sent.Command.Id, out version) && version <= answer.Version)
        {
            Fail($"{where}: this was accepted before, as version {version}");
        }
        else if (!isReused && !Refusals.IsJustified(state, sent.Command, answer.Outcome, askedAtMs, NowMs, _mayBeClosed.Contains(sent.Key.Location)))
        {
            Fail($"{where}: there is no reason for this; {Refusals.Describe(state, sent.Command, NowMs)}");
        }
    }

    /// <summary>Figures of a stock were shown.</summary>
    public void Shown(StockKey key, long version, long onHand, long available, Channel channel, long notBefore, long askedAtMs, string what)
    {
        var book = Books.Of(key);
        if (version > book.Version || version < notBefore)
        {
            Fail($"{key}: {what} shows version {version}, written are {book.Version}, told before were {notBefore}");
            return;
        }

        book.Tell(version);
        var state = book.At(version);
        var first = Math.Min(askedAtMs, state.AtMs);
        var least = Math.Max(0, state.Available(channel, first, NowMs));
        var most = Math.Max(0, state.Available(channel, NowMs, first));
        least = _mayBeClosed.Contains(key.Location) ? 0 : least;
        if (onHand != state.Sellable || available < least || available > most)
        {
            Fail($"{key}: {what} shows {onHand} on hand and {available} available at version {version}; true are {state.Sellable} and {least} to {most}");
        }
    }

    /// <summary>The process has restarted and serves a version.</summary>
    public void Restored(StockBook book, long version, Stock? served)
    {
        if (version < book.Told)
        {
            Fail($"{book.Key}: version {book.Told} was told of, after the restart there are only {version}");
            return;
        }

        if (version > book.Version)
        {
            Fail($"{book.Key}: version {version} was never written, only {book.Version}");
            return;
        }

        tally.Add("lost unacknowledged events", book.Version - version);
        book.Restore(version);
        book.Tell(version);
        var state = book.Now;
        if (served is not null)
        {
            var (held, onHand) = (served.Held, ImmutableArray.Create(served.Sellable, served.Damaged, served.Quarantine, served.Display));
            if (!onHand.AsSpan().SequenceEqual(state.OnHand.AsSpan()) || held != state.Held(state.AtMs))
            {
                var (given, right) = (string.Join('/', onHand), string.Join('/', state.OnHand));
                Fail($"{book.Key}: the journal gives {given} with {held} held; true are {right}, {state.Held(state.AtMs)}");
            }
        }
    }

    private void CheckAccepted(string where, StockBook book, Sent sent, StockAnswer answer)
    {
        var command = sent.Command;
        if (!book.TryFind(command.Id, out var version))
        {
            var unchanged = command.Verb == StockVerb.Import && book.At(answer.Version).Sellable == command.Units;
            if (!unchanged)
            {
                Fail($"{where}: it was never written");
            }

            return;
        }

        if (version != answer.Version || book.EventAt(version).ContentHash != command.ContentHash())
        {
            Fail($"{where}: it was written as version {version}");
        }

        if (_accepted.TryGetValue(command.Id, out var earlier) && (earlier with { Outcome = answer.Outcome }) != answer)
        {
            Fail($"{where}: the answer before was {earlier}");
        }

        _accepted.TryAdd(command.Id, answer);
    }

    private void CheckGrant(string where, StockState before, in StockEvent change)
    {
        var isGrant = change.Verb is StockVerb.Reserve or StockVerb.Lease && before.HoldAt(change.Hold, change.AtMs).Units == 0;
        if (isGrant && change.Units > before.Available(change.Channel, change.AtMs))
        {
            Fail($"{where}: only {before.Available(change.Channel, change.AtMs)} were available");
        }
    }

    private void CheckLots(string where, StockBook book, StockState before, StockCommand? command, in StockEvent change)
    {
        tally.Add("lot of a promised unit looked at", command is null && !change.Lots.IsDefaultOrEmpty ? 1 : 0);
        if (book.Key.Sku == Shop.Milk && LotChecks.Problem(before, command, change) is { } wrong)
        {
            Fail($"{where}: {wrong}");
        }
    }

    private void CheckEffect(string where, StockBook book, StockState before, StockCommand command, in StockEvent change)
    {
        CheckGrant(where, before, change);
        var hold = before.HoldAt(command.Hold, change.AtMs);
        var expected = command.Verb switch
        {
            StockVerb.Count when !command.Lots.IsDefaultOrEmpty => command.Units - before.Of(command.Lots[0].Name, command.Condition),
            StockVerb.Count => command.Units - book.At(command.SeenVersion == 0 ? book.Version - 1 : command.SeenVersion).OnHand[(int)command.Condition],
            StockVerb.Import => command.Units - before.Sellable,
            StockVerb.Extend or StockVerb.Confirm => hold.Units,
            StockVerb.Release or StockVerb.Collect or StockVerb.Ship when command.Units == 0 => hold.Units,
            _ => command.Units,
        };
        if (change.Units != expected)
        {
            Fail($"{where}: it should have been {expected}");
        }

        CheckLots(where, book, before, command, change);

        var needsHold = command.Verb is StockVerb.Extend or StockVerb.Confirm or StockVerb.Release or StockVerb.Collect or StockVerb.Ship;
        if (needsHold && (hold.Units == 0 || hold.Leased || change.Units > hold.Units))
        {
            Fail($"{where}: the hold had {hold.Units} units left");
        }

        if (command.Verb is StockVerb.Reserve or StockVerb.Extend && change.ExpiresAtMs != change.AtMs + command.TimeMs)
        {
            Fail($"{where}: it expires at {change.ExpiresAtMs} instead of {change.AtMs + command.TimeMs}");
        }
    }
}
