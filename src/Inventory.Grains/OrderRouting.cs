using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Catalog;
using Inventory.Domain.Orders;
using Inventory.Domain.Routing;

namespace Inventory.Grains;

/// <summary>Where units of an order are to come from: what the boards and the directory say, put before the router.</summary>
internal sealed class OrderRouting(IGrainFactory grains, LocationDirectory directory, CatalogDirectory catalog, PolicyDirectory policies)
{
    private readonly KitBoards _boards = new(grains, catalog);

    /// <summary>What was found.</summary>
    /// <param name="Parts">A part for each location and way; empty if nothing can be had.</param>
    /// <param name="Unfilled">Units for which nothing was found.</param>
    /// <param name="IsShort">True if some of those are nowhere at all, false if rules or time forbid what there is.</param>
    /// <param name="Policy">Name of the policy.</param>
    /// <param name="Why">Why, for people.</param>
    public sealed record Found(
        ImmutableArray<LegPart> Parts, ImmutableArray<LineUnits> Unfilled, bool IsShort, string Policy, ImmutableArray<string> Why)
    {
        /// <summary>Version of the policy.</summary>
        public int PolicyVersion { get; init; }

        /// <summary>What becomes of the units for which nothing was found.</summary>
        public Unfillable Unfillable { get; init; }

        /// <summary>Why, for programs.</summary>
        public ImmutableArray<RouteExplanation> Routes { get; init; } = [];
    }

    /// <summary>Finds locations for units of an order's lines.</summary>
    /// <param name="content">The order.</param>
    /// <param name="toRoute">Units of each line.</param>
    /// <param name="refused">Stocks that are not to be asked again.</param>
    /// <param name="nowMs">Now, Unix milliseconds.</param>
    /// <param name="held">Units that the order holds and that may be taken beside what is available; null if there are none.</param>
    /// <param name="onlyHeld">True to take nothing but these: what the order costs if all of it stays where it is.</param>
    public async ValueTask<Found> Find(
        OrderContent content,
        long[] toRoute,
        IReadOnlyList<RefusedStock> refused,
        long nowMs,
        IReadOnlyDictionary<StockKey, long>? held = null,
        bool onlyHeld = false)
    {
        await Task.WhenAll(directory.WhenLoaded(), catalog.WhenLoaded(), policies.WhenLoaded());
        var used = policies.Used;
        var policy = used.For(content, nowMs);
        var fallback = used.FallbackOf(policy);
        var recipes = RecipesOf(content, toRoute);
        var available = await AvailableOf(content.Channel, recipes);
        AddHeld(available, recipes, held);
        var only = onlyHeld && held is not null ? new Dictionary<StockKey, long>(held) : null;
        var found = await grains.GetGrain<IFoundGrain>(IFoundGrain.OnlyKey).All();
        var parts = ImmutableArray.CreateBuilder<LegPart>();
        var (why, routes) = (ImmutableArray.CreateBuilder<string>(), ImmutableArray.CreateBuilder<RouteExplanation>());
        var (unfilled, isShort) = (new long[toRoute.Length], false);
        foreach (var way in Ways(content, toRoute))
        {
            var request = new RouteRequest([.. way.Lines], way.Wish, nowMs, content.PromiseByMs);
            var goods = RouteGoods.Of(content, request, recipes);
            request = request with { Shared = goods.Shared, Demand = await OrderDemand.Of(grains, content, request, policy, fallback) };
            var places = Places(content, request, goods, available, refused, only);
            var work = await WorkOf(request, places, nowMs);
            var candidates = places.Select(place => Candidate(request, place, work[place.Location.Id], found)).ToList();
            var plan = Router.Route(request, candidates, policy, fallback, out var by);
            foreach (var part in plan.Parts)
            {
                var lines = Divide(content, way, part, toRoute);
                parts.Add(new LegPart(part.Location, way.Wish.Kind, part.PromisedAtMs, part.Cost.Total, lines)
                {
                    Work = work[part.Location].For(part.Units.Length, part.Parcels),
                });
                Take(content, part, recipes, available, only);
            }

            foreach (var line in plan.Unfilled)
            {
                var at = Array.FindIndex(way.Lines, each => each.Line == line.Line);
                isShort |= candidates.Sum(candidate => candidate.Available[at]) < way.Lines[at].Units || goods.IsShort(request, candidates, at);
                Spread(content, way, line, toRoute, unfilled);
            }

            routes.Add(RouteExplanation.Of(way.Wish.Kind, by, plan));
            why.AddRange(routes[^1].Lines());
        }

        LegLimit.Cut(parts, unfilled);
        var explained = routes.Count == 1 && used.Named(routes[0].Policy) is { } one ? one : policy;
        return new Found(
            parts.ToImmutable(), OrderViews.LinesOf(unfilled), isShort, explained.Name, [.. why.Take(Domain.Limits.ExplanationLinesMax)])
        {
            PolicyVersion = explained.Version,
            Unfillable = content.Partial && policy.Unfillable == Unfillable.Cancel ? Unfillable.Partial : policy.Unfillable,
            Routes = [.. routes.Take(Domain.Limits.ExplainedRoutesMax)],
        };
    }

    // What one way takes is not there for the next.
    private static void Take(
        OrderContent content,
        RoutePart part,
        Dictionary<Sku, ImmutableArray<KitComponent>> recipes,
        Dictionary<Sku, Dictionary<LocationId, long>> available,
        Dictionary<StockKey, long>? only)
    {
        foreach (var line in part.Units)
        {
            var key = new StockKey(content.Lines[line.Line].Sku, part.Location);
            foreach (var (sku, units) in recipes[key.Sku])
            {
                available[sku][key.Location] -= line.Units * units;
            }

            if (only is not null)
            {
                only[key] -= line.Units;
            }
        }
    }

    // What a unit of each SKU is taken from: itself, or of a kit its components, all by the definition of this moment.
    private Dictionary<Sku, ImmutableArray<KitComponent>> RecipesOf(OrderContent content, long[] toRoute) =>
        content.Lines.Where((_, i) => toRoute[i] > 0).Select(line => line.Sku).Distinct()
            .ToDictionary(sku => sku, sku => catalog.Kit(sku)?.Facts.Kit ?? [new KitComponent(sku, 1)]);

    private async ValueTask<Dictionary<Sku, Dictionary<LocationId, long>>> AvailableOf(
        Channel channel, Dictionary<Sku, ImmutableArray<KitComponent>> recipes)
    {
        var skus = recipes.Values.SelectMany(parts => parts.Select(part => part.Sku)).Distinct().ToArray();
        var boards = await Task.WhenAll(skus.Select(sku => _boards.View(sku, channel, [], availableOnly: true).AsTask()));
        return skus.Zip(boards).ToDictionary(
            pair => pair.First, pair => pair.Second.Rows.ToDictionary(row => row.Location, row => row.Available));
    }

    // Lines that go the same way are routed together; those of one SKU are one line to the router, for they share its units.
    private IEnumerable<(Wish Wish, RouteLine[] Lines)> Ways(OrderContent content, long[] toRoute) =>
        from index in Enumerable.Range(0, toRoute.Length)
        where toRoute[index] > 0
        group index by content.Lines[index].Wish into way
        select (way.Key, way.GroupBy(i => content.Lines[i].Sku).Select(same => new RouteLine(
            same.First(),
            same.Sum(i => toRoute[i]),
            same.Max(i => content.Lines[i].UnitGrams is > 0 and var told ? told : CatalogDefaults.GramsOf(catalog, same.Key)),
            same.Max(i => content.Lines[i].UnitValueMinor),
            same.Aggregate(CatalogDefaults.GoodsOf(catalog, same.Key), (all, i) => all | content.Lines[i].Goods))).ToArray());

    // Locations that the boards name, or the only one that the customer named, with the units of each line that may be taken there.
    private List<Place> Places(
        OrderContent content,
        RouteRequest request,
        RouteGoods goods,
        Dictionary<Sku, Dictionary<LocationId, long>> available,
        IReadOnlyList<RefusedStock> refused,
        Dictionary<StockKey, long>? only)
    {
        var free = new Dictionary<LocationId, long[]>();
        for (var i = 0; i < request.Lines.Length; i++)
        {
            foreach (var id in available[goods.Parts[i][0].Sku].Keys)
            {
                var units = RouteGoods.Available(goods.Parts[i], id, available);
                if (units == 0 && goods.Parts[i].Length > 1)
                {
                    continue; // of a kit the first component alone is nothing
                }

                if (!free.TryGetValue(id, out var figures))
                {
                    free.Add(id, figures = new long[request.Lines.Length]);
                }

                figures[i] = units;
            }
        }

        if (request.Wish.Location is { } named)
        {
            free = new() { [named] = free.GetValueOrDefault(named) ?? new long[request.Lines.Length] };
        }

        var refusing = refused.Select(stock => (stock.Location, content.Lines[stock.Line].Sku)).ToHashSet();
        var refusers = refused.Select(stock => stock.Location).ToHashSet();
        var places = new List<Place>(free.Count);
        foreach (var (id, figures) in free)
        {
            if (!directory.TryGet(id, out var location))
            {
                continue;
            }

            var refusals = 0;
            for (var i = 0; i < figures.Length && refusers.Contains(id); i++)
            {
                if (refusing.Contains((id, content.Lines[request.Lines[i].Line].Sku)))
                {
                    figures[i] = 0;
                    refusals++;
                }
            }

            var isExcluded = refusals > 0 && !figures.AsSpan().ContainsAnyExcept(0);
            var units = only is null ? figures : [.. request.Lines.Select((line, i) =>
                Math.Min(figures[i], only.GetValueOrDefault(new StockKey(content.Lines[line.Line].Sku, id))))];
            places.Add(new Place(location, units, figures, goods.SharedAvailable(id, available), isExcluded));
        }

        return places;
    }

    // Only locations that state a capacity are asked: half of them because they have most of what is wanted, the others because they are near. One that
    // is not asked is not used.
    private async ValueTask<Dictionary<LocationId, OrderWork>> WorkOf(RouteRequest request, List<Place> places, long nowMs)
    {
        var stating = places.Where(place => HasUnits(place) && (place.Location.Facts.PicksPerHour > 0
            || (place.Location.Facts.ParcelsPerDay > 0 && !request.Wish.IsCollected))).ToList();
        var left = stating.ToHashSet();
        if (stating.Count > GrainLimits.WorkAskedMax)
        {
            var near = stating.OrderBy(place => request.Wish.Point is { } point ? point.DistanceMetres(place.Location.Facts.Position) : 0)
                .ThenBy(place => place.Location.Id.Value, StringComparer.Ordinal).ToList();
            left.ExceptWith(near.OrderByDescending(place => LinesOf(request, place)).Take(GrainLimits.WorkAskedMax / 2));
            left.ExceptWith([.. near.Where(left.Contains).Take(GrainLimits.WorkAskedMax - (GrainLimits.WorkAskedMax / 2))]);
        }
        else
        {
            left.Clear();
        }

        var found = await Task.WhenAll(places.Select(place => !HasUnits(place) || left.Contains(place)
            ? Task.FromResult(new OrderWork(null, null, null, 1))
            : OrderWork.Find(grains, directory, place.Location, request.Wish, request.Lines.Length, nowMs).AsTask()));
        return places.Zip(found).ToDictionary(pair => pair.First.Location.Id, pair => pair.Second);
    }

    // Those without are out, however busy they are.
    private static bool HasUnits(Place place) => place.Units.AsSpan().ContainsAnyExcept(0);

    private static int LinesOf(RouteRequest request, Place place)
    {
        var lines = 0;
        for (var i = 0; i < place.Units.Length; i++)
        {
            lines += place.Units[i] >= request.Lines[i].Units ? 1 : 0;
        }

        return lines;
    }

    private static void AddHeld(
        Dictionary<Sku, Dictionary<LocationId, long>> available,
        Dictionary<Sku, ImmutableArray<KitComponent>> recipes,
        IReadOnlyDictionary<StockKey, long>? held)
    {
        foreach (var (key, units) in held ?? new Dictionary<StockKey, long>())
        {
            foreach (var (sku, each) in recipes[key.Sku])
            {
                var board = available[sku];
                board[key.Location] = Math.Max(0, board.GetValueOrDefault(key.Location)) + (units * each);
            }
        }
    }

    private static RouteCandidate Candidate(RouteRequest request, Place place, OrderWork work, ImmutableDictionary<LocationId, double> found) => new()
    {
        FoundProbability = found.GetValueOrDefault(place.Location.Id, FoundBook.UnknownProbability),
        Location = place.Location.Id,
        Position = place.Location.Facts.Position,
        Kind = place.Location.Facts.Kind,
        Capabilities = place.Location.Facts.Capabilities,
        Handles = place.Location.Facts.Handling,
        HandlingMinor = place.Location.Facts.ParcelCostMinor,
        Available = place.Units,
        Cover = place.Cover,
        SharedAvailable = place.Shared,
        IsExcluded = place.IsExcluded,
        CapacityLeft = work.Load >= 1 && work.AtMs is null ? 0 : long.MaxValue,
        ParcelsLeft = work.ParcelsLeft,
        PicksLeft = work.PicksLeft,
        Load = work.Load,
        ReadyAtMs = request.Wish.IsCollected ? work.AtMs ?? FullAtMs(work) : null,
        LeavesAtMs = request.Wish.IsCollected ? null : work.AtMs ?? FullAtMs(work),
    };

    // A location without room is out for that reason, not for want of an hour at which it would be ready.
    private static long? FullAtMs(OrderWork work) => work.Load >= 1 ? long.MaxValue : null;

    // The router's lines are one to a SKU: gives their units back to the order's lines, first come first served.
    private static ImmutableArray<LineUnits> Divide(OrderContent content, (Wish Wish, RouteLine[] Lines) way, RoutePart part, long[] toRoute)
    {
        var lines = ImmutableArray.CreateBuilder<LineUnits>();
        foreach (var units in part.Units)
        {
            var left = units.Units;
            for (var i = 0; i < toRoute.Length && left > 0; i++)
            {
                if (toRoute[i] > 0 && content.Lines[i].Sku == content.Lines[units.Line].Sku && content.Lines[i].Wish == way.Wish)
                {
                    var take = Math.Min(left, toRoute[i]);
                    lines.Add(new LineUnits(i, take));
                    toRoute[i] -= take;
                    left -= take;
                }
            }
        }

        return lines.ToImmutable();
    }

    private static void Spread(OrderContent content, (Wish Wish, RouteLine[] Lines) way, LineUnits lacking, long[] toRoute, long[] unfilled)
    {
        for (var (i, left) = (0, lacking.Units); i < toRoute.Length && left > 0; i++)
        {
            if (content.Lines[i].Sku == content.Lines[lacking.Line].Sku && content.Lines[i].Wish == way.Wish)
            {
                var take = Math.Min(left, toRoute[i]);
                unfilled[i] += take;
                toRoute[i] -= take;
                left -= take;
            }
        }
    }

    private sealed record Place(LocationView Location, long[] Units, long[] Cover, long[] Shared, bool IsExcluded);
}
