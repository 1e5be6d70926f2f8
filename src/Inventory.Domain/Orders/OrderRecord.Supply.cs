using System.Collections.Immutable;

namespace Inventory.Domain.Orders;

/// <summary>Units that are promised from what is to come: neither at a location nor without one.</summary>
public sealed partial class OrderRecord
{
    private const uint PromiseSalt = 0x5052_4F00;
    private readonly List<ExpectedPart> _expected = [];
    private readonly List<SupplyNote> _notes = [];

    /// <summary>All promises that were ever asked for, by their numbers.</summary>
    public IReadOnlyList<ExpectedPart> Expected => _expected;

    /// <summary>What happened to promises, oldest first; at most <see cref="Limits.OrderSupplyNotesMax"/>.</summary>
    public IReadOnlyList<SupplyNote> SupplyNotes => _notes;

    /// <summary>What is being asked of supply; null if nothing is.</summary>
    public SupplyIntended? SupplyIntent { get; private set; }

    /// <summary>Version at which that was intended: it makes the ids of its writes.</summary>
    public long SupplyVersion { get; private set; }

    /// <summary>How often other places were asked to take over a promise that would be late.</summary>
    public int MoveTries { get; private set; }

    /// <summary>Units that are promised and still to come.</summary>
    public long ExpectedUnits => _expected.Sum(static part => part.Left);

    /// <summary>True if units without a location stay wanted, or are promised from what is to come.</summary>
    public bool Awaits => Waits || (Exists && ExpectedUnits > 0);

    /// <summary>True if units wait or are promised at a time; see <see cref="WaitsAt"/>.</summary>
    public bool AwaitsAt(long nowMs) => WaitsAt(nowMs) || (Exists && _expected.Any(part => part.Left > 0 && nowMs < EndsAtMs(part)));

    /// <summary>Promises that are to be given up at a time, because the order was not confirmed in it.</summary>
    /// <param name="nowMs">Now, Unix milliseconds.</param>
    public IEnumerable<PromiseUnits> LapsedPromisesAt(long nowMs) =>
        _expected.Where(part => part.Left > 0 && nowMs >= EndsAtMs(part)).Select(static part => new PromiseUnits(part.Number, part.Left));

    /// <summary>Name of a promise at its stock.</summary>
    /// <param name="number">Its number.</param>
    public RequestId PromiseId(int number) => Placed!.Id.Derive(PromiseSalt).Derive((uint)number);

    /// <summary>Name of the promise of a kit's component at its stock.</summary>
    /// <param name="number">Number of the kit's promise.</param>
    /// <param name="component">Place of the component.</param>
    public RequestId PromiseId(int number, int component) => PromiseId(number).Derive((uint)component + 1);

    /// <summary>Parts that came from supply and were not confirmed in their time: their holds have no end of their own.</summary>
    /// <param name="nowMs">Now, Unix milliseconds.</param>
    public IEnumerable<OrderPart> LapsedAt(long nowMs) => _parts.Where(part => part.IsSoftFromSupply && part.StateAt(nowMs) == PartState.Expired);

    /// <summary>When somebody must look after what time does not end by itself; Unix milliseconds, <see cref="long.MaxValue"/> for never.</summary>
    public long LapsesAtMs
    {
        get
        {
            var first = long.MaxValue;
            foreach (var part in _expected)
            {
                first = part.Left > 0 ? Math.Min(first, EndsAtMs(part)) : first;
            }

            foreach (var part in _parts)
            {
                first = part.IsSoftFromSupply ? Math.Min(first, part.ExpiresAtMs) : first;
            }

            return first;
        }
    }

    /// <summary>When a promise is given up unless the order is confirmed before; Unix milliseconds, <see cref="long.MaxValue"/> once it is.</summary>
    /// <remarks>
    /// The time of what is tried on begins when it has come. Until then it is promised, but no longer than <see cref="Limits.FittingLateMsMax"/> after the day
    /// on which it was due at first, and not if other units of the order were not confirmed in their time: for then the order cannot be confirmed any more.
    /// </remarks>
    public long EndsAtMs(ExpectedPart promise)
    {
        if (IsFirm || promise.Plan.Kind != WishKind.Fitting)
        {
            return IsFirm ? long.MaxValue : _waitsUntilMs;
        }

        var others = _parts.Where(static part => part.State == PartState.Held && part.Plan.Kind != WishKind.Fitting);
        var latestMs = promise.Plan.DueMs + Limits.FittingLateMsMax;
        return Math.Max(_waitsUntilMs, Math.Min(latestMs, others.Min(static part => (long?)part.ExpiresAtMs) ?? latestMs));
    }

    /// <summary>
    /// Promises whose capacity nobody needs any more after a change, because nothing of them was delivered and nothing will be: they give it back with that.
    /// </summary>
    /// <param name="given">What is given up of promises.</param>
    /// <param name="gone">What goes from parts without being delivered.</param>
    public IEnumerable<ExpectedPart> WithoutWork(ImmutableArray<GivenUpPromise> given, ImmutableArray<PartUnits> gone)
    {
        foreach (var number in given.Select(static each => each.Promise).Concat(gone.Select(each => _parts[each.Part].Promise).OfType<int>()).Distinct())
        {
            var (promise, came) = (_expected[number], _parts.Where(part => part.Promise == number).ToArray());
            var left = promise.Left - given.Where(each => each.Promise == number).Sum(static each => each.Units + each.Arrived)
                + came.Sum(part => (part.HasLapsed ? 0 : part.Left) - gone.Where(each => each.Part == part.Number).Sum(static each => each.Units));
            if (!promise.Work.IsEmpty && left == 0 && !came.Any(static part => part.Lines.Any(static line => line.Collected + line.Shipped > 0)))
            {
                yield return promise;
            }
        }
    }

    // As long as anything is to come, the promise shows its capacity; then the part that came last.
    private void HandWorkOver(ExpectedPart promise)
    {
        if (!promise.Work.IsEmpty && promise.Left == 0 && _parts.FindLast(part => part.Promise == promise.Number) is { } last)
        {
            last.Plan = last.Plan with { Work = promise.Work };
        }
    }

    private void Intend(SupplyIntended intent)
    {
        (SupplyIntent, SupplyVersion) = (intent, Version);
        foreach (var ask in intent.Asks)
        {
            _expected.Add(new ExpectedPart(_expected.Count, ask));
        }

        MoveTries += intent.IsMove ? 1 : 0;
        if (intent.Leg is { } leg)
        {
            _legs.Add(leg);
        }
    }

    /// <summary>Promises that would be late at a time, and could still be kept elsewhere.</summary>
    /// <param name="nowMs">Now, Unix milliseconds.</param>
    /// <remarks>What is to be tried on stays: its time would begin at once, and be over before the customer comes.</remarks>
    public IEnumerable<ExpectedPart> LateAt(long nowMs) => _expected.Where(part =>
        part.Left > 0 && part.PromisedAtMs > part.Plan.PromisedAtMs && nowMs < part.Plan.PromisedAtMs && part.Plan.Kind != WishKind.Fitting
        && nowMs < EndsAtMs(part));

    private void Decide(SupplyDecided decided)
    {
        var intent = SupplyIntent!;
        SupplyIntent = null;
        for (var i = 0; i < intent.Asks.Length; i++)
        {
            if (decided.Made[i])
            {
                var part = _expected[_expected.Count - intent.Asks.Length + i];
                part.IsMade = true;
                _unfilled[part.Plan.Line] -= part.Left;
                if (!intent.IsMove)
                {
                    Note(OrderVerb.Promise, decided.AtMs, part, part.Left, part.PromisedAtMs);
                }
            }
        }

        if (intent.Leg is { } leg)
        {
            Decide(leg, decided.Leg!);
        }

        GiveUp(decided.AtMs, decided.GivenUp.IsDefault ? [] : decided.GivenUp, _unfilled, intent.IsMove);
        NoteMove(intent, decided);
        if (!intent.IsLapse && intent.GivenUp.Any(given => _expected[given.Promise].Plan.Kind == WishKind.Fitting))
        {
            _waitsUntilMs = Math.Max(_waitsUntilMs, decided.AtMs + Content!.TtlMs); // nothing is behind it any more: it is looked for anew, for its time
        }

        foreach (var number in intent.Parts.IsDefault ? [] : intent.Parts)
        {
            _parts[number].HasLapsed = true;
        }
    }

    // Where the units of a promise that would be late are since.
    private void NoteMove(SupplyIntended intent, SupplyDecided decided)
    {
        if (!intent.IsMove || decided.GivenUp.IsDefaultOrEmpty)
        {
            return;
        }

        var (from, units, to, promisedAtMs) = (_expected[decided.GivenUp[0].Promise], decided.GivenUp[0].Units + decided.GivenUp[0].Arrived, "", 0L);
        foreach (var part in decided.Leg is { Held: true } ? intent.Leg!.Parts : [])
        {
            Tell(part.Lines.Sum(static line => line.Units), $"on the shelf of {part.Location}", part.PromisedAtMs);
        }

        for (var i = 0; i < intent.Asks.Length; i++)
        {
            var ask = intent.Asks[i];
            if (decided.Made[i])
            {
                Tell(ask.Units, $"from {ask.Receipt} at {ask.Location}", ask.PromisedAtMs);
            }
        }

        Note(OrderVerb.Move, decided.AtMs, from, units, promisedAtMs, to);

        void Tell(long some, string where, long atMs)
        {
            to += $"{(to.Length > 0 ? ", " : "")}{(some == units ? "" : some + " ")}{where}";
            promisedAtMs = Math.Max(promisedAtMs, atMs);
        }
    }

    // Where they go: to those without a location, or to those that are not wanted any more. Those that are elsewhere since are noted by their move.
    private void GiveUp(long atMs, IEnumerable<GivenUpPromise> promises, long[] to, bool isMove = false)
    {
        foreach (var given in promises)
        {
            var part = _expected[given.Promise];
            part.GivenUp += given.Units;
            part.Arrived += given.Arrived;
            to[part.Plan.Line] += given.Units + given.Arrived;
            foreach (var component in part.Components)
            {
                (component.Came, component.GivenUp) = (given.Components[component.Place].Came, given.Components[component.Place].GivenUp);
            }

            part.CheckInvariants();
            HandWorkOver(part);
            if (!isMove)
            {
                Note(OrderVerb.Lapse, atMs, part, given.Units + given.Arrived, 0);
            }
        }
    }

    private void See(SupplySeen seen)
    {
        foreach (var promise in seen.Promises)
        {
            var part = _expected[promise.Promise];
            var came = promise.Arrived - part.Arrived;
            Invariant.Holds(part.IsMade && came >= 0 && came <= part.Left);
            if (came > 0)
            {
                var plan = new LegPart(
                    part.Plan.Location, part.Plan.Kind, promise.ReadyAtMs, part.Arrived == 0 ? part.Plan.CostMinor : 0, [new LineUnits(part.Plan.Line, came)]);
                var expiresAtMs = seen.AtMs + Content!.TtlMs;
                _parts.Add(new OrderPart(_parts.Count, 0, plan, 0, 1, IsFirm, expiresAtMs) { Promise = part.Number });
                _waitsUntilMs = Math.Max(_waitsUntilMs, expiresAtMs);
                part.Arrived = promise.Arrived;
                Note(OrderVerb.Arrive, seen.AtMs, part, came, promise.ReadyAtMs);
            }

            foreach (var component in part.Components)
            {
                Invariant.Holds(promise.Came[component.Place] >= component.Came);
                component.Came = promise.Came[component.Place];
            }

            part.CheckInvariants();
            part.Work = promise.Work.IsDefault ? part.Work : promise.Work;
            HandWorkOver(part);
            if (part.Left > 0 && (promise.Receipt, promise.DueMs) != (part.Receipt, part.DueMs))
            {
                (part.Receipt, part.DueMs, part.PromisedAtMs) = (promise.Receipt, promise.DueMs, promise.PromisedAtMs);
                Note(OrderVerb.Repromise, seen.AtMs, part, part.Left, part.PromisedAtMs);
            }
        }
    }

    private void Note(OrderVerb verb, long atMs, ExpectedPart part, long units, long promisedAtMs, string to = "")
    {
        if (units > 0 && _notes.Count < Limits.OrderSupplyNotesMax)
        {
            _notes.Add(new SupplyNote(verb, atMs, Version, part, units, promisedAtMs, part.Receipt) { To = to });
        }
    }
}
