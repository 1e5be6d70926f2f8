using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Catalog;
using Inventory.Domain.Supply;

namespace Inventory.Grains;

/// <summary>
/// Units of a line that a location expects by a day: of an ordinary SKU those of one announcement; of a kit as many as there will be all components of, from
/// what is on the shelf, and from all that is announced by then.
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
    /// <param name="shelf">For each of these units on the shelf; of an ordinary SKU they do not count, for those are no promise.</param>
    public static IEnumerable<SupplyOffer> Of(
        LocationView location, ImmutableArray<KitComponent> recipe, IReadOnlyList<ImmutableArray<ExpectedReceipt>> receipts, long[] shelf)
    {
        var keys = recipe.Select(part => new StockKey(part.Sku, location.Id)).ToArray();
        if (recipe is [{ Units: 1 }])
        {
            return receipts[0].Select(receipt => new SupplyOffer(location, receipt.DueMs, receipt.Confidence, receipt.Name)
            {
                Shares = [new Share(keys[0], 1, [receipt], 1, 0)],
            });
        }

        // Kits of which all is on the shelf are no promise either: if the router left them there, a rule forbids to take them.
        var whole = Enumerable.Range(0, keys.Length).Min(i => shelf[i] / recipe[i].Units);
        return OfKits(location, recipe, receipts, keys, [.. shelf.Select((units, i) => units - (whole * recipe[i].Units))]);
    }

    /// <summary>Units that can be had of it.</summary>
    /// <param name="used">Units of announcements that the order has taken already.</param>
    public long Left(IReadOnlyDictionary<(StockKey, string), long> used) => Shares.Min(share => share.Left(used) / share.PerUnit);

    /// <summary>Takes units of it: of each component what is on the shelf, then what is due last, as its stock will.</summary>
    /// <param name="units">How many, at most what is left.</param>
    /// <param name="used">Where it is noted.</param>
    /// <returns>For each component the units from the shelf.</returns>
    public ImmutableArray<long> Take(long units, Dictionary<(StockKey, string), long> used)
    {
        var shelf = new long[Shares.Length];
        for (var place = 0; place < shelf.Length; place++)
        {
            var share = Shares[place];
            shelf[place] = Math.Min(units * share.PerUnit, share.ShelfLeft(used));
            used[share.OnShelf] = used.GetValueOrDefault(share.OnShelf) + shelf[place];
            var wanted = (units * share.PerUnit) - shelf[place];
            for (var i = share.Count - 1; i >= 0 && wanted > 0; i--)
            {
                var key = (share.Key, share.Receipts[i].Name);
                var taken = Math.Min(wanted, share.Receipts[i].Left - used.GetValueOrDefault(key));
                used[key] = used.GetValueOrDefault(key) + taken;
                wanted -= taken;
            }
        }

        return [.. shelf];
    }

    // One for each day on which there are enough for more kits than before.
    private static IEnumerable<SupplyOffer> OfKits(
        LocationView location,
        ImmutableArray<KitComponent> recipe,
        IReadOnlyList<ImmutableArray<ExpectedReceipt>> receipts,
        StockKey[] keys,
        ImmutableArray<long> shelf)
    {
        var (counts, sums, kits) = (new int[keys.Length], shelf.ToArray(), 0L);
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
                    .Where(i => counts[i] > 0 && shelf[i] < kits * recipe[i].Units).Select(i => receipts[i][counts[i] - 1]).ToArray();
                yield return new SupplyOffer(location, dueMs, last.Min(static receipt => receipt.Confidence), last.MaxBy(static receipt => receipt.DueMs)!.Name)
                {
                    Shares = [.. keys.Select((key, i) => new Share(key, recipe[i].Units, receipts[i], counts[i], shelf[i]))],
                };
            }
        }
    }

    private readonly record struct Share(StockKey Key, int PerUnit, ImmutableArray<ExpectedReceipt> Receipts, int Count, long Shelf)
    {
        public (StockKey, string) OnShelf => (Key, ""); // no announcement has this name

        // Kits may have taken more of it than another line counts as there.
        public long ShelfLeft(IReadOnlyDictionary<(StockKey, string), long> used) => Math.Max(0, Shelf - used.GetValueOrDefault(OnShelf));

        public long Left(IReadOnlyDictionary<(StockKey, string), long> used)
        {
            var units = ShelfLeft(used);
            for (var i = 0; i < Count; i++)
            {
                units += Receipts[i].Left - used.GetValueOrDefault((Key, Receipts[i].Name));
            }

            return units;
        }
    }
}
