using Inventory.Domain;

namespace Inventory.Grains;

/// <summary>What the catalogue tells of units whose order does not: of a kit that states nothing itself, its components together.</summary>
internal static class CatalogDefaults
{
    /// <summary>Weight of one unit in grams; 0 if nobody told.</summary>
    public static int GramsOf(CatalogDirectory catalog, Sku sku) => catalog.Find(sku)?.Facts is not { } facts ? 0
        : facts.UnitGrams > 0 || !facts.IsKit ? facts.UnitGrams
        : (int)Math.Min(Limits.UnitGramsMax, facts.Kit.Sum(part => (long)part.Units * (catalog.Find(part.Sku)?.Facts.UnitGrams ?? 0)));

    /// <summary>What a unit asks of those who handle it: all that any component does.</summary>
    public static Handling GoodsOf(CatalogDirectory catalog, Sku sku) => catalog.Find(sku)?.Facts is not { } facts
        ? Handling.None
        : facts.Kit.Aggregate(facts.Goods, (all, part) => all | (catalog.Find(part.Sku)?.Facts.Goods ?? Handling.None));
}
