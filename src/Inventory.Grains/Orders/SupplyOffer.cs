using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Catalog;
using Inventory.Domain.Supply;

namespace Inventory.Grains;

/// <summary>
/// Units of a line that a location expects by a day: of an ordinary SKU those of one announcement; of a kit as many as there will be all components of, from
/// all that is announced by then.
/// </summary>
/// <param name="Location">Where.</param>
/// <param name="DueMs">The day, Unix milliseconds: when the last of what is needed is due.</param>
/// <param name="Confidence">How sure the least sure of that is, in percent.</param>
/// <param name="Name">The announcement that brings the last.</param>
internal sealed record SupplyOffer(LocationView Location, long DueMs, int Confidence, string Name)
{
    private ImmutableArray<Share> Shares { get; init; }

    /// <summary>What a location offers, the earliest first.</summary>
    /// <param name="location">The location.</param>
    /// <param name="recipe">What a unit is taken from.</param>
    /// <param name="receipts">For each of these its announcements with units that nobody is promised, the earliest first.</param>
    public static IEnumerable<SupplyOffer> Of(
        LocationView location, ImmutableArray<KitComponent> recipe, IReadOnlyList<ImmutableArray<ExpectedReceipt>> receipts)
    {
        var keys = recipe.Select(part => new StockKey(part.Sku, location.Id)).ToArray();
        if (recipe is [{ Units: 1 }])
        {
            return receipts[0].Select(receipt => new SupplyOffer(location, receipt.DueMs, receipt.Confidence, receipt.Name)
            {
                Shares = [new Share(keys[0], 1, [receipt], 1)],
            });
        }

        return OfKits(location, recipe, receipts, keys);
    }

    /// <summary>Units that can be had of it.</summary>
    /// <param name="used">Units of announcements that the order has taken already.</param>
    public long Left(IReadOnlyDictionary<(StockKey, string), long> used) => Shares.Min(share => share.Left(used) / share.PerUnit);

    /// <summary>Takes units of it: of each component what is due last, as its stock will.</summary>
    /// <param name="units">How many, at most what is left.</param>
    /// <param name="used">Where it is noted.</param>
    public void Take(long units, Dictionary<(StockKey, string), long> used)
    {
        foreach (var share in Shares)
        {
            var wanted = units * share.PerUnit;
            for (var i = share.Count - 1; i >= 0 && wanted > 0; i--)
            {
                var key = (share.Key, share.Receipts[i].Name);
                var taken = Math.Min(wanted, share.Receipts[i].Left - used.GetValueOrDefault(key));
                used[key] = used.GetValueOrDefault(key) + taken;
                wanted -= taken;
            }
        }
    }

    // One for each day on which there are enough for more kits than before.
    private static IEnumerable<SupplyOffer> OfKits(
        LocationView location, ImmutableArray<KitComponent> recipe, IReadOnlyList<ImmutableArray<ExpectedReceipt>> receipts, StockKey[] keys)
    {
        var (counts, sums, kits) = (new int[keys.Length], new long[keys.Length], 0L);
        foreach (var dueMs in receipts.SelectMany(static each => each.Select(static receipt => receipt.DueMs)).Distinct().Order())
        {
            for (var i = 0; i < keys.Length; i++)
            {
                for (; counts[i] < receipts[i].Length && receipts[i][counts[i]].DueMs <= dueMs; counts[i]++)
                {
                    sums[i] += receipts[i][counts[i]].Left;
                }
            }

            var whole = Enumerable.Range(0, keys.Length).Min(i => sums[i] / recipe[i].Units);
            if (whole > kits)
            {
                kits = whole;
                var last = Enumerable.Range(0, keys.Length).OrderBy(i => keys[i].Sku.Value, StringComparer.Ordinal)
                    .Select(i => receipts[i][counts[i] - 1]).ToArray();
                yield return new SupplyOffer(location, dueMs, last.Min(static receipt => receipt.Confidence), last.MaxBy(static receipt => receipt.DueMs)!.Name)
                {
                    Shares = [.. keys.Select((key, i) => new Share(key, recipe[i].Units, receipts[i], counts[i]))],
                };
            }
        }
    }

    private readonly record struct Share(StockKey Key, int PerUnit, ImmutableArray<ExpectedReceipt> Receipts, int Count)
    {
        public long Left(IReadOnlyDictionary<(StockKey, string), long> used)
        {
            var units = 0L;
            for (var i = 0; i < Count; i++)
            {
                units += Receipts[i].Left - used.GetValueOrDefault((Key, Receipts[i].Name));
            }

            return units;
        }
    }
}
