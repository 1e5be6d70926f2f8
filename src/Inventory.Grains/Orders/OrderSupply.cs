using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Catalog;
using Inventory.Domain.Orders;
using Inventory.Domain.Routing;
using Inventory.Domain.Work;

namespace Inventory.Grains;

/// <summary>Which of the units that are to come an order may be promised, and when the customer would have them.</summary>
/// <remarks>
/// An announcement is judged by the router as if it were that day and the units lay there: so every rule of the policy holds for it, and the promise counts
/// preparation, opening hours, cut-off and the carrier's time. A kit is expected where all its components are, on the day of the last of them: as many as there
/// are components of by then that nobody else is promised. What of its components is on a shelf there counts as come: it is held. Components are not brought
/// together from several locations. Where a location states how much it can do, a promise takes capacity of the first day and hour with room from then on, as
/// units on a shelf do; without room within the days and hours that routing looks at, the location is not used.
/// </remarks>
internal sealed partial class OrderSupply(IGrainFactory grains, LocationDirectory directory, CatalogDirectory catalog, PolicyDirectory policies)
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
        var offers = new Dictionary<(Sku, Wish), (ImmutableArray<KitComponent> Kit, List<SupplyOffer> All)>();
        var asks = ImmutableArray.CreateBuilder<SupplyAsk>();
        var used = new Dictionary<(StockKey, string), long>();
        var spoken = new Dictionary<(LocationId, WorkSlot), long>();
        for (var i = 0; i < units.Length && asks.Count < Domain.Limits.OrderPromisesMax; i++)
        {
            var line = content.Lines[i];
            if (units[i] == 0)
            {
                continue;
            }

            if (!offers.TryGetValue((line.Sku, line.Wish), out var offered))
            {
                var recipe = catalog.Kit(line.Sku)?.Facts.Kit ?? default; // as it is now for all lines: it may become another one meanwhile
                offered = (recipe, await OffersOf(line, recipe.IsDefault ? [new KitComponent(line.Sku, 1)] : recipe, shelves, refused));
                offers.Add((line.Sku, line.Wish), offered);
            }

            var (kit, all) = offered;
            var left = units[i];
            var plans = new List<(SupplyOffer Offer, SupplyPlan Plan)>();
            foreach (var offer in all)
            {
                if (await Plan(content, i, units[i], offer, spoken) is { } plan)
                {
                    plans.Add((offer, plan));
                }
            }

            foreach (var (offer, plan) in plans.OrderBy(static each => each.Plan.PromisedAtMs)) // those alike stay in their order
            {
                var taken = Math.Min(left, offer.Left(used));
                if (taken > 0)
                {
                    var shelf = offer.Take(taken, used);
                    var work = plan.Work.IsEmpty ? [] : (taken == units[i] ? plan : await Plan(content, i, taken, offer, spoken) ?? plan).Work;
                    asks.Add(new SupplyAsk(
                        offer.Location.Id, line.Wish.Kind, i, taken, offer.Name, offer.DueMs, plan.PromisedAtMs, plan.CostMinor)
                    {
                        Kit = kit, Shelf = kit.IsDefault || shelf.All(static each => each == 0) ? default : shelf, Work = work.IsEmpty ? default : work,
                    });
                    left -= taken;
                    foreach (var each in work)
                    {
                        spoken[(offer.Location.Id, each.Slot)] = spoken.GetValueOrDefault((offer.Location.Id, each.Slot)) + each.Units;
                    }
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

    /// <summary>How what is promised would be done if it came at another time than it was to: also later than the customer wished.</summary>
    /// <param name="content">The order.</param>
    /// <param name="promise">What is promised.</param>
    /// <param name="held">The capacity that it has.</param>
    /// <param name="atMs">When it comes, Unix milliseconds.</param>
    /// <param name="nowMs">Now, Unix milliseconds: what is overdue is not worked on days that are over.</param>
    /// <returns>
    /// When the customer has it, and the capacity that this takes: as much as before. What has none takes none, also where a limit is stated since; what has
    /// some keeps it where no limit is any more, and where there is no other room but that is soon enough. Null if the location has no room for it within the
    /// days and hours that are looked at.
    /// </returns>
    public async ValueTask<SupplyPlan?> PlanAgain(OrderContent content, ExpectedPart promise, ImmutableArray<HeldWork> held, long atMs, long nowMs)
    {
        var (asked, had) = (promise.Plan, promise.Work);
        var promisedMs = await PromisedAt(content, asked, atMs);
        var wish = WishOf(content, asked.Line, asked.Kind);
        if (had.IsEmpty || !directory.TryGet(asked.Location, out var location) || !OrderWork.IsLimited(location.Facts, wish))
        {
            return new SupplyPlan(promisedMs, 0, had);
        }

        var (parcels, picks, fromMs) = (UnitsOf(WorkKind.Parcels), UnitsOf(WorkKind.Picks), Math.Max(atMs, nowMs));
        var work = await OrderWork.Find(grains, directory, location, wish, (int)Math.Max(1, picks), fromMs, Math.Max(1, parcels), slot =>
            held.Where(each => each.Slot == slot).Sum(static each => each.Units));
        if (work.AtMs is not null)
        {
            return new SupplyPlan(PromisedMs(work) ?? promisedMs, 0, work.For((int)picks, parcels));
        }

        return OrderWork.Kept(directory, location, wish, [.. held.Select(static each => each.Slot)], fromMs) is { } kept
            ? new SupplyPlan(PromisedMs(kept) ?? promise.PromisedAtMs, 0, [.. held.Select(static each => new PartWork(each.Slot, each.Units))])
            : null;

        long UnitsOf(WorkKind kind) => had.Where(each => each.Slot.Kind == kind).Sum(static each => each.Units);

        long? PromisedMs(OrderWork done) => Route(content, asked.Line, asked.Units, location, fromMs, 0, asked.Kind, done)?.PromisedAtMs;
    }

    // As the router would do it that day, and with room for it: a location without is as little use as for units on its shelf.
    private async ValueTask<SupplyPlan?> Plan(
        OrderContent content, int number, long units, SupplyOffer offer, Dictionary<(LocationId, WorkSlot), long> spoken)
    {
        var (location, wish) = (offer.Location, content.Lines[number].Wish);
        if (Route(content, number, units, location, offer.DueMs, content.PromiseByMs) is not { } part)
        {
            return null;
        }

        if (!OrderWork.IsLimited(location.Facts, wish))
        {
            return new SupplyPlan(part.PromisedAtMs, part.Cost.Total, []);
        }

        var work = await OrderWork.Find(
            grains, directory, location, wish, 1, offer.DueMs, Math.Max(1, part.Parcels), slot => -spoken.GetValueOrDefault((location.Id, slot)));
        return work.AtMs is not null && Route(content, number, units, location, offer.DueMs, content.PromiseByMs, work: work) is { } busy
            ? new SupplyPlan(busy.PromisedAtMs, busy.Cost.Total, work.For(1, busy.Parcels))
            : null;
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
    private static Wish WishOf(OrderContent content, int number, WishKind? kind)
    {
        var wish = content.Lines[number].Wish;
        return kind is null || kind == wish.Kind ? wish : new Wish(kind.Value, Point: wish.Point);
    }

    private RoutePart? Route(
        OrderContent content, int number, long units, LocationView location, long atMs, long promiseByMs, WishKind? kind = null, OrderWork? work = null) =>
        Routed(content, number, units, location, atMs, promiseByMs, kind, work).Parts is [var part] && part.Units is [{ Units: var all }] && all == units
            ? part
            : null;

    private RoutePlan Routed(
        OrderContent content, int number, long units, LocationView location, long atMs, long promiseByMs, WishKind? kind = null, OrderWork? work = null)
    {
        var (line, used, isOpen) = (content.Lines[number], policies.Used, directory.IsOpen(location.Id));
        var wish = WishOf(content, number, kind);
        var policy = used.For(content, atMs);
        var routed = new RouteLine(
            number, units, CatalogDefaults.GramsOf(catalog, line), line.UnitValueMinor, CatalogDefaults.GoodsOf(catalog, line));
        var candidate = new RouteCandidate(location.Id, location.Facts)
        {
            Available = [units],
            Cover = [units],
            Load = work?.Load ?? 0,
            ReadyAtMs = wish.IsCollected ? work?.AtMs ?? PickupPromise.ReadyAtMs(location.Facts, isOpen, atMs) : null,
            LeavesAtMs = wish.IsCollected ? null : work?.AtMs ?? directory.Departures.LeavesAtMs(location, isOpen, atMs),
        };
        return Router.Route(new RouteRequest([routed], wish, atMs, promiseByMs), [candidate], policy, used.FallbackOf(policy), out _);
    }
}

/// <summary>How a location does units that are to come.</summary>
/// <param name="PromisedAtMs">When the customer has them, Unix milliseconds.</param>
/// <param name="CostMinor">What that is judged to cost, minor units.</param>
/// <param name="Work">The capacity that it takes; empty if there is no limit.</param>
internal readonly record struct SupplyPlan(long PromisedAtMs, long CostMinor, ImmutableArray<PartWork> Work);
