using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Catalog;
using Inventory.Domain.Orders;
using Inventory.Domain.Routing;

namespace Inventory.Grains;

/// <summary>Which of the units that are to come an order may be promised, and when the customer would have them.</summary>
/// <remarks>
/// An announcement is judged by the router as if it were that day and the units lay there: so every rule of the policy holds for it, and the promise counts
/// preparation, opening hours, cut-off and the carrier's time. A kit is expected where all its components are, on the day of the last of them: as many as there
/// are components of by then that nobody else is promised. What of its components is on a shelf there counts as come: it is held. Components are not brought
/// together from several locations.
/// </remarks>
internal sealed class OrderSupply(IGrainFactory grains, LocationDirectory directory, CatalogDirectory catalog, PolicyDirectory policies)
{
    /// <summary>Finds supply for units of an order's lines.</summary>
    /// <param name="content">The order.</param>
    /// <param name="units">Units of each line that no shelf has.</param>
    /// <param name="rejected">Stocks whose location has rejected units of the order.</param>
    /// <param name="nowMs">Now, Unix milliseconds.</param>
    /// <param name="refusing">Stocks from whose shelves components of kits are not to be held; null if there are none.</param>
    /// <param name="planned">Units that are planned to be taken from shelves beside these, and that no stock holds yet; null if there are none.</param>
    /// <returns>
    /// Line by line. Of the announcements that are due first, what the customer has first; then what is due first, is surer, is nearer, and by name of location
    /// and announcement.
    /// </returns>
    public async ValueTask<ImmutableArray<SupplyAsk>> Find(
        OrderContent content,
        long[] units,
        IReadOnlyList<RefusedStock> rejected,
        long nowMs,
        IReadOnlySet<StockKey>? refusing = null,
        IReadOnlyDictionary<StockKey, long>? planned = null)
    {
        var shelves = new KitShelves(grains, content.Channel, refusing ?? ImmutableHashSet<StockKey>.Empty, planned);
        await Task.WhenAll(directory.WhenLoaded(), catalog.WhenLoaded(), policies.WhenLoaded());
        var refused = rejected.Select(stock => new StockKey(content.Lines[stock.Line].Sku, stock.Location)).ToHashSet();
        var offers = new Dictionary<(Sku, Wish), List<SupplyOffer>>();
        var asks = ImmutableArray.CreateBuilder<SupplyAsk>();
        var used = new Dictionary<(StockKey, string), long>();
        for (var i = 0; i < units.Length && asks.Count < Domain.Limits.OrderPromisesMax; i++)
        {
            var line = content.Lines[i];
            if (units[i] == 0)
            {
                continue;
            }

            var kit = catalog.Kit(line.Sku)?.Facts.Kit ?? default;
            if (!offers.TryGetValue((line.Sku, line.Wish), out var all))
            {
                offers.Add((line.Sku, line.Wish), all = await OffersOf(line, kit.IsDefault ? [new KitComponent(line.Sku, 1)] : kit, shelves, refused));
            }

            var (left, number) = (units[i], i);
            var routed = all
                .Select(offer => (offer, Part: Route(content, number, units[number], offer.Location, offer.DueMs, content.PromiseByMs)))
                .Where(static each => each.Part is not null).OrderBy(static each => each.Part!.PromisedAtMs); // those alike stay in their order
            foreach (var (offer, part) in routed)
            {
                var taken = Math.Min(left, offer.Left(used));
                if (taken > 0)
                {
                    var shelf = offer.Take(taken, used);
                    asks.Add(new SupplyAsk(
                        offer.Location.Id, line.Wish.Kind, i, taken, offer.Name, offer.DueMs, part!.PromisedAtMs, part.Cost.Total)
                    {
                        Kit = kit, Shelf = kit.IsDefault || shelf.All(static each => each == 0) ? default : shelf,
                    });
                    left -= taken;
                }
            }
        }

        return asks.ToImmutable();
    }

    /// <summary>When the customer has units that are at a location at a time: also later than the customer wished, for that is how it stands.</summary>
    /// <param name="content">The order.</param>
    /// <param name="promise">What is promised.</param>
    /// <param name="atMs">When they are there, Unix milliseconds.</param>
    public async ValueTask<long> PromisedAt(OrderContent content, SupplyAsk promise, long atMs)
    {
        await Task.WhenAll(directory.WhenLoaded(), catalog.WhenLoaded(), policies.WhenLoaded());
        return directory.TryGet(promise.Location, out var location)
            ? Route(content, promise.Line, promise.Units, location, atMs, 0, promise.Kind)?.PromisedAtMs ?? atMs
            : atMs;
    }

    private async ValueTask<List<SupplyOffer>> OffersOf(
        OrderedLine line, ImmutableArray<KitComponent> recipe, KitShelves shelves, HashSet<StockKey> refused)
    {
        var places = new List<(LocationView Location, double Metres)>();
        await shelves.Look(recipe, line.Wish.Location);
        foreach (var id in await LocationsOf(line.Wish, recipe, shelves))
        {
            if (!refused.Contains(new StockKey(line.Sku, id)) && directory.TryGet(id, out var location) && directory.IsOpen(id))
            {
                places.Add((location, line.Wish.Point is { } point ? point.DistanceMetres(location.Facts.Position) : 0));
            }
        }

        var asked = places.OrderBy(static place => place.Metres).ThenBy(static place => place.Location.Id.Value, StringComparer.Ordinal)
            .Take(GrainLimits.SuppliesAskedMax).ToArray();
        var found = new List<(SupplyOffer Offer, double Metres)>();
        foreach (var chunk in asked.Chunk(Math.Max(1, GrainLimits.LinesAtOnce / recipe.Length)))
        {
            var lying = await Task.WhenAll(chunk.Select(place => shelves.At(place.Location.Id, recipe)));
            var answers = await Task.WhenAll(chunk.Select(place => Task.WhenAll(recipe.Select(part => grains.GetGrain<ISupplyGrain>(
                new StockKey(part.Sku, place.Location.Id).ToString()).Offers(GrainLimits.SupplyOffersMax).AsTask()))));
            found.AddRange(chunk.Zip(answers, lying).SelectMany(each => SupplyOffer.Of(each.First.Location, recipe, each.Second, each.Third)
                .Select(offer => (offer, each.First.Metres))));
        }

        return
        [
            .. found.OrderBy(static each => each.Offer.DueMs).ThenByDescending(static each => each.Offer.Confidence)
                .ThenBy(static each => each.Metres).ThenBy(static each => each.Offer.Location.Id.Value, StringComparer.Ordinal)
                .ThenBy(static each => each.Offer.Name, StringComparer.Ordinal).Select(static each => each.Offer).Take(GrainLimits.SupplyOffersMax),
        ];
    }

    // The place that the customer named, or all that have or ever expected all that is needed.
    private async ValueTask<IReadOnlyCollection<LocationId>> LocationsOf(Wish wish, ImmutableArray<KitComponent> recipe, KitShelves shelves)
    {
        if (wish.Location is { } named)
        {
            return [named];
        }

        HashSet<LocationId>? all = null;
        foreach (var part in recipe)
        {
            var those = new HashSet<LocationId>(shelves.Of(part.Sku));
            var index = grains.GetGrain<ISupplyIndexGrain>("sku/" + part.Sku);
            for (StockKey? after = null; await index.List(after, GrainLimits.LinesMax) is { IsEmpty: false } page; after = page[^1])
            {
                those.UnionWith(page.Select(static key => key.Location));
            }

            those.IntersectWith(all ?? those);
            all = those;
        }

        return all!;
    }

    // The way may be another than the line's: what was chosen later concerns what was there then.
    private RoutePart? Route(OrderContent content, int number, long units, LocationView location, long atMs, long promiseByMs, WishKind? kind = null)
    {
        var (line, used, isOpen) = (content.Lines[number], policies.Used, directory.IsOpen(location.Id));
        var wish = kind is null || kind == line.Wish.Kind ? line.Wish : new Wish(kind.Value, Point: line.Wish.Point);
        var policy = used.For(content, atMs);
        var routed = new RouteLine(
            number, units, CatalogDefaults.GramsOf(catalog, line), line.UnitValueMinor, CatalogDefaults.GoodsOf(catalog, line));
        var candidate = new RouteCandidate(location.Id, location.Facts)
        {
            Available = [units],
            Cover = [units],
            ReadyAtMs = wish.IsCollected ? PickupPromise.ReadyAtMs(location.Facts, isOpen, atMs) : null,
            LeavesAtMs = wish.IsCollected ? null : directory.Departures.LeavesAtMs(location, isOpen, atMs),
        };
        var plan = Router.Route(new RouteRequest([routed], wish, atMs, promiseByMs), [candidate], policy, used.FallbackOf(policy), out _);
        return plan.Parts is [var part] && part.Units is [{ Units: var all }] && all == units ? part : null;
    }
}
