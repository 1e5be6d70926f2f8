using System.Collections.Immutable;

namespace Inventory.Domain.Orders;

/// <summary>Units of an order that are promised from what a location expects. Changed only through its <see cref="OrderRecord"/>.</summary>
public sealed class ExpectedPart
{
    internal ExpectedPart(int number, SupplyAsk plan)
    {
        (Number, Plan, Receipt, DueMs, PromisedAtMs) = (number, plan, plan.Receipt, plan.DueMs, plan.PromisedAtMs);
        Work = plan.Work.IsDefault ? [] : plan.Work;
        Components = plan.Kit.IsDefault ? [] : [.. plan.Kit.Select((component, place) => new ExpectedComponent(this, place, component))];
        Invariant.Holds(plan.Shelf.IsDefault || plan.Shelf.Length == Components.Count);
        Invariant.Holds(Components.All(static component => component.Shelf >= 0 && component.Units >= 0));
    }

    /// <summary>Place among the order's promises, from 0: it names the promise.</summary>
    public int Number { get; }

    /// <summary>What was promised at first.</summary>
    public SupplyAsk Plan { get; }

    /// <summary>Of a kit: what becomes of each component, in the order of the plan. Empty of units that are no kits.</summary>
    public IReadOnlyList<ExpectedComponent> Components { get; }

    /// <summary>The announcement that brings the last of its units; of a kit the last of its components.</summary>
    public string Receipt { get; internal set; }

    /// <summary>When that is due, Unix milliseconds.</summary>
    public long DueMs { get; internal set; }

    /// <summary>When the customer is to have them, Unix milliseconds.</summary>
    public long PromisedAtMs { get; internal set; }

    /// <summary>
    /// Capacity of the location that is held for it: once for all of its units, on the day on which the last of them can be worked. Empty if there is no limit.
    /// </summary>
    public ImmutableArray<PartWork> Work { get; internal set; }

    /// <summary>True once the stock has promised it; one that it refused is nothing.</summary>
    public bool IsMade { get; internal set; }

    /// <summary>
    /// Units that have come, of a kit those whose components all have: those that the order took, and those that went back to the shelf because it did not
    /// want them any more.
    /// </summary>
    public long Arrived { get; internal set; }

    /// <summary>Units that were given up before they came.</summary>
    public long GivenUp { get; internal set; }

    /// <summary>Units that are still to come.</summary>
    public long Left => IsMade ? Plan.Units - Arrived - GivenUp : 0;

    /// <summary>True if the customer was told an earlier time at first, or the time has passed.</summary>
    public bool IsLateAt(long nowMs) => PromisedAtMs > Plan.PromisedAtMs || nowMs > PromisedAtMs;

    /// <summary>Every component is with a kit that came, kept for one, to come, or given up with one.</summary>
    /// <exception cref="InvariantBrokenException">One is not.</exception>
    internal void CheckInvariants()
    {
        Invariant.Holds(Left >= 0);
        foreach (var component in Components)
        {
            Invariant.Holds(component.Left >= 0 && component.Kept >= 0 && component.GivenUp <= GivenUp * component.PerKit);
        }
    }
}

/// <summary>
/// One component of a kit that is promised: sums since it was, in units of the component. Changed only through its <see cref="OrderRecord"/>.
/// </summary>
public sealed class ExpectedComponent
{
    private readonly ExpectedPart _kit;

    internal ExpectedComponent(ExpectedPart kit, int place, Catalog.KitComponent component) =>
        (_kit, Place, Sku, PerKit) = (kit, place, component.Sku, component.Units);

    /// <summary>Place among the components, from 0: with the number of the kit's promise it names the component's.</summary>
    public int Place { get; }

    /// <summary>What.</summary>
    public Sku Sku { get; }

    /// <summary>Units of it in one kit.</summary>
    public int PerKit { get; }

    /// <summary>Units that were on the shelf when the kit was promised, and are held from there.</summary>
    public long Shelf => _kit.Plan.ShelfOf(Place);

    /// <summary>How many were promised from what is to come: all others.</summary>
    public long Units => (_kit.Plan.Units * PerKit) - Shelf;

    /// <summary>Units that have come, also those that went back to the shelf since.</summary>
    public long Came { get; internal set; }

    /// <summary>Units that were given up before they came.</summary>
    public long GivenUp { get; internal set; }

    /// <summary>Units that are still to come.</summary>
    public long Left => _kit.IsMade ? Units - Came - GivenUp : 0;

    /// <summary>Units that are there, from the shelf or because they have come, and are held until the other components of their kits are there too.</summary>
    public long Kept => _kit.IsMade ? Shelf + Came - (_kit.Arrived * PerKit) - ((_kit.GivenUp * PerKit) - GivenUp) : 0;
}

/// <summary>What happened to an order without a step of anybody's: for its history.</summary>
/// <param name="Verb">Promise, Repromise, Arrive, Lapse or Move.</param>
/// <param name="AtMs">When, Unix milliseconds.</param>
/// <param name="Version">Version of the order afterwards.</param>
/// <param name="Part">The promise concerned.</param>
/// <param name="Units">How many units.</param>
/// <param name="PromisedAtMs">When the customer has them since, Unix milliseconds; 0 if nothing is promised any more.</param>
/// <param name="Receipt">The announcement concerned.</param>
public sealed record SupplyNote(OrderVerb Verb, long AtMs, long Version, ExpectedPart Part, long Units, long PromisedAtMs, string Receipt)
{
    /// <summary>Of Move: where the units are since, in words; else empty.</summary>
    public string To { get; init; } = "";
}
