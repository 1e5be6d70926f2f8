using System.Collections.Immutable;
using Inventory.Domain.Reservations;

namespace Inventory.Grains;

/// <summary>Puts the components of kits in their place.</summary>
internal static class KitExpansion
{
    /// <summary>The lines that stocks are asked for, with what each is to a kit; the others as they are.</summary>
    public static ImmutableArray<ReservedLine> Of(ImmutableArray<ReserveLine> asked, CatalogDirectory catalog)
    {
        var lines = ImmutableArray.CreateBuilder<ReservedLine>(asked.Length);
        foreach (var line in asked)
        {
            if (line.Slot is null && catalog.Kit(line.Key.Sku) is { } kit)
            {
                AddKit(lines, line, kit);
            }
            else
            {
                lines.Add(new ReservedLine(line.Key, line.Units) { Slot = line.Slot });
            }
        }

        return lines.DrainToImmutable();
    }

    private static void AddKit(ImmutableArray<ReservedLine>.Builder lines, in ReserveLine line, CatalogView kit)
    {
        for (var i = 0; i < kit.Facts.Kit.Length; i++)
        {
            var (sku, perKit) = kit.Facts.Kit[i];
            lines.Add(new ReservedLine(line.Key with { Sku = sku }, line.Units * perKit) { Kit = new KitPart(kit.Sku, kit.Version, i, perKit) });
        }
    }
}
