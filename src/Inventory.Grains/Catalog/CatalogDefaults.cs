using Inventory.Domain;
using Inventory.Domain.Orders;

namespace Inventory.Grains;

/// <summary>What the catalogue tells of units whose order does not: of a kit that states nothing itself, its components together.</summary>
internal static class CatalogDefaults
{
    /// <summary>Weight of one unit of a line in grams: as the order tells, else as the catalogue does; 0 if nobody told.</summary>
    public static int GramsOf(CatalogDirectory catalog, OrderedLine line) => line.UnitGrams > 0 ? line.UnitGrams : GramsOf(catalog, line.Sku);

    /// <summary>What a unit of a line asks of those who handle it, by the order or the catalogue.</summary>
    public static Handling GoodsOf(CatalogDirectory catalog, OrderedLine line) => GoodsOf(catalog, line.Sku) | line.Goods;

    /// <summary>Weight of one unit in grams; 0 if nobody told.</summary>
    public static int GramsOf(CatalogDirectory catalog, Sku sku) => catalog.Find(sku)?.Facts is not { } facts ? 0
        : facts.UnitGrams > 0 || !facts.IsKit ? facts.UnitGrams
        : (int)Math.Min(Limits.UnitGramsMax, facts.Kit.Sum(part => (long)part.Units * (catalog.Find(part.Sku)?.Facts.UnitGrams ?? 0)));

    /// <summary>What a unit asks of those who handle it: all that any component does.</summary>
    public static Handling GoodsOf(CatalogDirectory catalog, Sku sku) => catalog.Find(sku)?.Facts is not { } facts
        ? Handling.None
        : facts.Kit.Aggregate(facts.Goods, (all, part) => all | (catalog.Find(part.Sku)?.Facts.Goods ?? Handling.None));
}
