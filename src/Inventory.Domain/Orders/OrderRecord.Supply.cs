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

    // The time of what is tried on begins when it has come. Until then it is promised, unless other units of the order were not confirmed in their time: for
    // then the order cannot be confirmed any more.
    private long EndsAtMs(ExpectedPart promise)
    {
        if (IsFirm || promise.Plan.Kind != WishKind.Fitting)
        {
            return IsFirm ? long.MaxValue : _waitsUntilMs;
        }

        var others = _parts.Where(static part => part.State == PartState.Held && part.Plan.Kind != WishKind.Fitting);
        return Math.Max(_waitsUntilMs, others.Min(static part => (long?)part.ExpiresAtMs) ?? long.MaxValue);
    }

    private void Intend(SupplyIntended intent)
    {
        (SupplyIntent, SupplyVersion) = (intent, Version);
        foreach (var ask in intent.Asks)
        {
            _expected.Add(new ExpectedPart(_expected.Count, ask));
        }
    }

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
                Note(OrderVerb.Promise, decided.AtMs, part, part.Left, part.PromisedAtMs);
            }
        }

        GiveUp(decided.AtMs, decided.GivenUp.IsDefault ? [] : decided.GivenUp, _unfilled);
        if (!intent.IsLapse && intent.GivenUp.Any(given => _expected[given.Promise].Plan.Kind == WishKind.Fitting))
        {
            _waitsUntilMs = Math.Max(_waitsUntilMs, decided.AtMs + Content!.TtlMs); // nothing is behind it any more: it is looked for anew, for its time
        }

        foreach (var number in intent.Parts.IsDefault ? [] : intent.Parts)
        {
            _parts[number].HasLapsed = true;
        }
    }

    // Where they go: to those without a location, or to those that are not wanted any more.
    private void GiveUp(long atMs, IEnumerable<GivenUpPromise> promises, long[] to)
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
            Note(OrderVerb.Lapse, atMs, part, given.Units + given.Arrived, 0);
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

            if (part.Left > 0 && (promise.Receipt, promise.DueMs) != (part.Receipt, part.DueMs))
            {
                (part.Receipt, part.DueMs, part.PromisedAtMs) = (promise.Receipt, promise.DueMs, promise.PromisedAtMs);
                Note(OrderVerb.Repromise, seen.AtMs, part, part.Left, part.PromisedAtMs);
            }
        }
    }

    private void Note(OrderVerb verb, long atMs, ExpectedPart part, long units, long promisedAtMs)
    {
        if (units > 0 && _notes.Count < Limits.OrderSupplyNotesMax)
        {
            _notes.Add(new SupplyNote(verb, atMs, Version, part, units, promisedAtMs, part.Receipt));
        }
    }
}
