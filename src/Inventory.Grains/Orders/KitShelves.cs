using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Catalog;

namespace Inventory.Grains;

/// <summary>
/// What lies on shelves of the components of kits, for those kits of which others are to come. Boards tell where it is worth looking, the stocks how much
/// there is: what is held anew after every look would else be asked for again for as long as a board is behind. Used for one look.
/// </summary>
/// <param name="grains">Where boards and stocks are.</param>
/// <param name="channel">Who asks.</param>
/// <param name="refusing">Stocks that are not to be asked.</param>
/// <param name="planned">Units that are planned to be taken beside these, and that no stock holds yet; null if there are none.</param>
internal sealed class KitShelves(
    IGrainFactory grains, Channel channel, IReadOnlySet<StockKey> refusing, IReadOnlyDictionary<StockKey, long>? planned)
{
    private readonly Dictionary<Sku, HashSet<LocationId>> _shown = [];

    /// <summary>Asks the boards where a recipe's components are.</summary>
    /// <param name="recipe">What a unit is taken from.</param>
    /// <param name="only">The only location that counts; null if all do.</param>
    public async ValueTask Look(ImmutableArray<KitComponent> recipe, LocationId? only)
    {
        if (recipe is [{ Units: 1 }])
        {
            return; // no kit, or one that is its only component
        }

        foreach (var (sku, _) in recipe.Where(part => !_shown.ContainsKey(part.Sku)))
        {
            var board = await grains.GetGrain<IBoardGrain>(sku.Value).View(channel, only is { } place ? [place] : [], availableOnly: true);
            _shown.Add(sku, [.. board.Rows.Select(static row => row.Location).Where(id => !refusing.Contains(new StockKey(sku, id)))]);
        }
    }

    /// <summary>Where a component may be.</summary>
    public IReadOnlySet<LocationId> Of(Sku sku) => _shown.TryGetValue(sku, out var places) ? places : ImmutableHashSet<LocationId>.Empty;

    /// <summary>Units of each component on the shelves of a location that one order may still hold there; 0 of what no board shows.</summary>
    public async Task<long[]> At(LocationId location, ImmutableArray<KitComponent> recipe) => await Task.WhenAll(recipe.Select(async part =>
    {
        var key = new StockKey(part.Sku, location);
        if (!Of(part.Sku).Contains(location))
        {
            return 0;
        }

        var view = await grains.GetGrain<IStockGrain>(key.ToString()).View(channel);
        var free = Math.Max(0, view.Available - (planned?.GetValueOrDefault(key) ?? 0));
        return view.Policy.MaxUnits > 0 ? Math.Min(free, view.Policy.MaxUnits) : free;
    }));
}
