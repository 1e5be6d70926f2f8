using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Catalog;
using Inventory.Grains;
using Inventory.Grpc.Errors;
using Inventory.V1;
using CatalogItem = Inventory.V1.CatalogItem;
using KitComponent = Inventory.Domain.Catalog.KitComponent;

namespace Inventory.Grpc.Mapping;

/// <summary>Items of the catalogue, from the protos and back.</summary>
internal static class CatalogMapping
{
    /// <summary>What is known of a SKU. What is wrong goes to the violations; the facts are then not to be used.</summary>
    public static CatalogFacts Facts(CatalogItem item, in Sku sku, ref Violations violations)
    {
        var lots = item.HasLots;
        if (lots && item.Components.Count > 0)
        {
            violations.Add("item.has_lots", "must be false of a kit: its components have lots.");
        }

        Range(item.MinShelfDays, lots ? Domain.Limits.ShelfDaysMax : 0, "item.min_shelf_days", lots ? "" : " without has_lots", ref violations);
        Range(item.UnitGrams, Domain.Limits.UnitGramsMax, "item.unit_grams", "", ref violations);
        return new CatalogFacts
        {
            Kit = Components(item.Components, sku, ref violations),
            HasLots = lots,
            MinShelfDays = item.MinShelfDays,
            UnitGrams = item.UnitGrams,
            Goods = (item.Hazardous ? Handling.Hazardous : 0) | (item.Oversized ? Handling.Oversized : 0),
        };
    }

    /// <summary>An item as callers see it.</summary>
    public static CatalogItem Proto(CatalogView view)
    {
        var item = new CatalogItem
        {
            Sku = view.Sku.Value,
            HasLots = view.Facts.HasLots,
            MinShelfDays = view.Facts.MinShelfDays,
            UnitGrams = view.Facts.UnitGrams,
            Hazardous = view.Facts.Goods.HasFlag(Handling.Hazardous),
            Oversized = view.Facts.Goods.HasFlag(Handling.Oversized),
            Version = view.Version,
            UpdateTime = Times.Timestamp(view.ChangedAtMs),
        };
        item.Components.AddRange(view.Facts.Kit.Select(Proto));
        return item;
    }

    /// <summary>A component as callers see it.</summary>
    public static V1.KitComponent Proto(KitComponent part) => new() { Sku = part.Sku.Value, Units = part.Units };

    private static ImmutableArray<KitComponent> Components(IList<V1.KitComponent> parts, in Sku kit, ref Violations violations)
    {
        if (parts.Count > Domain.Limits.KitComponentsMax)
        {
            violations.Add("item.components", $"has {parts.Count}; it must have at most {Domain.Limits.KitComponentsMax}.");
            return [];
        }

        var (read, seen) = (ImmutableArray.CreateBuilder<KitComponent>(parts.Count), new HashSet<Sku>());
        for (var i = 0; i < parts.Count; i++)
        {
            var field = $"item.components[{i}]";
            var sku = Fields.Sku(parts[i].Sku, field + ".sku", ref violations);
            if (sku != default && sku == kit)
            {
                violations.Add(field + ".sku", "must not be the kit itself.");
            }
            else if (sku != default && !seen.Add(sku))
            {
                violations.Add(field + ".sku", "must name each component once.");
            }

            if (parts[i].Units is < 1 or > Domain.Limits.KitUnitsMax)
            {
                violations.Add(field + ".units", $"is {parts[i].Units}; it must be 1 to {Domain.Limits.KitUnitsMax}.");
            }

            read.Add(new KitComponent(sku, parts[i].Units));
        }

        return read.MoveToImmutable();
    }

    private static void Range(int value, int most, string field, string when, ref Violations violations)
    {
        if (value < 0 || value > most)
        {
            violations.Add(field, most == 0 ? $"is {value}; it must be 0{when}." : $"is {value}; it must be 0 to {most}.");
        }
    }
}
