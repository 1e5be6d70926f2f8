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
        var shelves = new RouteShelves(grains, _boards, content.Channel, recipes);
        var only = onlyHeld && held is not null ? new Dictionary<StockKey, long>(held) : null;
        foreach (var (key, units) in held ?? new Dictionary<StockKey, long>())
        {
            shelves.Add(key, units);
        }

        var look = new RouteLook(grains, directory, content, shelves, refused, nowMs)
        {
            Found = await grains.GetGrain<IFoundGrain>(IFoundGrain.OnlyKey).All(),
            Only = only,
            MustSeeAll = held is not null,
        };
        var parts = ImmutableArray.CreateBuilder<LegPart>();
        var (why, routes) = (ImmutableArray.CreateBuilder<string>(), ImmutableArray.CreateBuilder<RouteExplanation>());
        var (unfilled, isShort) = (new long[toRoute.Length], false);
        foreach (var way in Ways(content, toRoute))
        {
            var request = new RouteRequest([.. way.Lines], way.Wish, nowMs, content.PromiseByMs);
            var goods = RouteGoods.Of(content, request, recipes);
            request = request with { Shared = goods.Shared, Demand = await OrderDemand.Of(grains, content, request, policy, fallback) };
            var seen = await look.At(request, goods, policy);
            var (candidates, work) = (seen.Candidates, seen.Work);
            var plan = Router.Route(request with { Beyond = seen.Beyond }, candidates, policy, fallback, out var by);
            foreach (var part in plan.Parts)
            {
                var lines = Divide(content, way, part, toRoute);
                parts.Add(new LegPart(part.Location, way.Wish.Kind, part.PromisedAtMs, part.Cost.Total, lines)
                {
                    Work = work[part.Location].For(part.Units.Length, part.Parcels),
                });
                Take(content, part, shelves, only);
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
    private static void Take(OrderContent content, RoutePart part, RouteShelves shelves, Dictionary<StockKey, long>? only)
    {
        foreach (var line in part.Units)
        {
            var key = new StockKey(content.Lines[line.Line].Sku, part.Location);
            shelves.Add(key, -line.Units);
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

    // Lines that go the same way are routed together; those of one SKU are one line to the router, for they share its units.
    private IEnumerable<(Wish Wish, RouteLine[] Lines)> Ways(OrderContent content, long[] toRoute) =>
        from index in Enumerable.Range(0, toRoute.Length)
        where toRoute[index] > 0
        group index by content.Lines[index].Wish into way
        select (way.Key, way.GroupBy(i => content.Lines[i].Sku).Select(same => new RouteLine(
            same.First(),
            same.Sum(i => toRoute[i]),
            same.Max(i => CatalogDefaults.GramsOf(catalog, content.Lines[i])),
            same.Max(i => content.Lines[i].UnitValueMinor),
            same.Aggregate(Handling.None, (all, i) => all | CatalogDefaults.GoodsOf(catalog, content.Lines[i])))).ToArray());

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

}
