using System.Collections.Immutable;
using Orleans;

namespace Inventory.Domain.Catalog;

/// <summary>One component of a kit.</summary>
/// <param name="Sku">What; never a kit itself.</param>
/// <param name="Units">Units of it in one kit, 1 to <see cref="Limits.KitUnitsMax"/>.</param>
[GenerateSerializer, Immutable, Alias("kit-component")]
public readonly record struct KitComponent([property: Id(0)] Sku Sku, [property: Id(1)] int Units);

/// <summary>What is known of a SKU beside its stocks.</summary>
/// <remarks>A SKU of which nothing is known is an ordinary one: no kit, no lots, no weight told.</remarks>
[GenerateSerializer, Immutable, Alias("catalog-facts")]
public sealed record CatalogFacts
{
    /// <summary>What a kit consists of, in the order given; empty of a SKU that is no kit.</summary>
    [Id(0)] public ImmutableArray<KitComponent> Kit { get; init; } = [];

    /// <summary>True if units belong to lots with a date: stocks keep them by lot, and promise what is not past its date.</summary>
    [Id(1)] public bool HasLots { get; init; }

    /// <summary>
    /// Whole days that are to remain of a lot, the day itself not counted: 0 to <see cref="Limits.ShelfDaysMax"/>. Only with <see cref="HasLots"/>.
    /// </summary>
    [Id(2)] public int MinShelfDays { get; init; }

    /// <summary>Weight of one unit in grams; 0 if not told.</summary>
    [Id(3)] public int UnitGrams { get; init; }

    /// <summary>What it asks of those who handle it.</summary>
    [Id(4)] public Handling Goods { get; init; }

    /// <summary>True of a kit.</summary>
    public bool IsKit => !Kit.IsEmpty;

    /// <summary>True if the facts agree with each other and with the limits.</summary>
    public bool IsValid(Sku sku) =>
        Kit.Length <= Limits.KitComponentsMax && Kit.All(part => part.Sku != sku && part.Units is >= 1 and <= Limits.KitUnitsMax)
        && Kit.Select(part => part.Sku).Distinct().Count() == Kit.Length
        && !(IsKit && HasLots) && MinShelfDays is >= 0 and <= Limits.ShelfDaysMax && (HasLots || MinShelfDays == 0)
        && UnitGrams is >= 0 and <= Limits.UnitGramsMax;
}

/// <summary>What was decided about an item of the catalogue, in order of precedence. Numbers are never reused.</summary>
[GenerateSerializer, Alias("catalog-outcome")]
public enum CatalogOutcome : byte
{
    /// <summary>Took effect.</summary>
    Accepted = 0,

    /// <summary>Took effect at an earlier asking; this is the first answer again.</summary>
    AlreadyAccepted = 1,

    /// <summary>The facts contradict each other or pass a limit.</summary>
    FactsInvalid = 2,

    /// <summary>The id was used before with other content.</summary>
    IdReused = 3,

    /// <summary>The catalogue has <see cref="Limits.CatalogItemsMax"/> items.</summary>
    CatalogFull = 4,

    /// <summary>A kit stays one: reservations are named and repeated as a kit's.</summary>
    KitStaysKit = 5,

    /// <summary>The SKU has or had stock of its own, which a kit has not.</summary>
    HasStock = 6,

    /// <summary>A kit has this SKU as a component, and there are no kits of kits.</summary>
    IsComponent = 7,

    /// <summary>A component is a kit itself, and there are no kits of kits.</summary>
    ComponentIsKit = 8,
}

/// <summary>What follows from an outcome.</summary>
public static class CatalogOutcomes
{
    /// <summary>True if the write took effect, now or earlier.</summary>
    public static bool IsAccepted(this CatalogOutcome outcome) => outcome <= CatalogOutcome.AlreadyAccepted;

    /// <summary>True if the same request may be accepted later, after another item has changed.</summary>
    public static bool MayPassLater(this CatalogOutcome outcome) => outcome is CatalogOutcome.IsComponent;
}

/// <summary>An item was described, whole: what it says replaces what was known.</summary>
/// <param name="Id">Id of the write.</param>
/// <param name="ContentHash">Hash of the request's content.</param>
/// <param name="AtMs">When, Unix milliseconds.</param>
/// <param name="Sku">Which.</param>
/// <param name="Facts">What is known of it.</param>
public sealed record CatalogEvent(RequestId Id, ulong ContentHash, long AtMs, Sku Sku, CatalogFacts Facts);

/// <summary>What a rule decided about an item.</summary>
/// <param name="Outcome">Accepted, or why not.</param>
/// <param name="Version">Version of the item after the write, of a repetition the first answer's; of a refusal the one that was judged.</param>
/// <param name="Change">The event to append and apply; null if nothing changes.</param>
public readonly record struct CatalogDecision(CatalogOutcome Outcome, long Version, CatalogEvent? Change);
