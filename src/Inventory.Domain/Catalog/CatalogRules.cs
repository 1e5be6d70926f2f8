using System.Security.Cryptography;
using Inventory.Domain.Codec;

namespace Inventory.Domain.Catalog;

/// <summary>The rules of the catalogue: pure functions of state, request and time.</summary>
public static class CatalogRules
{
    /// <summary>Describes a SKU, or replaces what is known of it.</summary>
    /// <param name="catalog">The state.</param>
    /// <param name="id">Id of the write.</param>
    /// <param name="sku">Which.</param>
    /// <param name="facts">All that is known of it.</param>
    /// <param name="isStocked">Whether any location has or had stock of it. Asked of a SKU that is to become a kit only.</param>
    /// <param name="nowMs">Now, Unix milliseconds.</param>
    public static CatalogDecision Upsert(CatalogRecord catalog, RequestId id, Sku sku, CatalogFacts facts, bool isStocked, long nowMs)
    {
        var item = catalog.Find(sku);
        var version = item?.Version ?? 0;
        if (!facts.IsValid(sku))
        {
            return new CatalogDecision(CatalogOutcome.FactsInvalid, version, null);
        }

        var hash = HashOf(sku, facts);
        foreach (var write in item?.Writes ?? [])
        {
            if (write.Id == id)
            {
                return write.ContentHash == hash
                    ? new CatalogDecision(CatalogOutcome.AlreadyAccepted, write.Version, null)
                    : new CatalogDecision(CatalogOutcome.IdReused, version, null);
            }
        }

        var outcome = Judge(catalog, item, sku, facts, isStocked);
        return outcome == CatalogOutcome.Accepted
            ? new CatalogDecision(outcome, version + 1, new CatalogEvent(id, hash, Math.Max(nowMs, item?.Latest.AtMs ?? 0), sku, facts))
            : new CatalogDecision(outcome, version, null);
    }

    /// <summary>True if it must be known whether the SKU has stock, before this can be judged.</summary>
    public static bool BecomesKit(CatalogRecord catalog, Sku sku, CatalogFacts facts) => facts.IsKit && !catalog.IsKit(sku);

    private static CatalogOutcome Judge(CatalogRecord catalog, CatalogItem? item, Sku sku, CatalogFacts facts, bool isStocked)
    {
        if (item is null && catalog.Items.Count >= Limits.CatalogItemsMax)
        {
            return CatalogOutcome.CatalogFull;
        }

        if (!facts.IsKit)
        {
            return item is { Facts.IsKit: true } ? CatalogOutcome.KitStaysKit : CatalogOutcome.Accepted;
        }

        return isStocked && item is not { Facts.IsKit: true } ? CatalogOutcome.HasStock
            : catalog.IsComponent(sku) ? CatalogOutcome.IsComponent
            : facts.Kit.Any(part => catalog.IsKit(part.Sku)) ? CatalogOutcome.ComponentIsKit
            : CatalogOutcome.Accepted;
    }

    // The bytes on disk are all there is to say of the facts.
    private static ulong HashOf(Sku sku, CatalogFacts facts)
    {
        var bytes = new byte[CatalogCodec.BytesMax(facts)];
        var length = CatalogCodec.Encode(new CatalogEvent(default, 0, 0, sku, facts), bytes);
        return BitConverter.ToUInt64(SHA256.HashData(bytes.AsSpan(0, length)));
    }
}
