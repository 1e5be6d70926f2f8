using Inventory.Domain;
using Inventory.Domain.Orders;
using Inventory.Domain.Routing;

namespace Inventory.RouteQuality;

/// <summary>Plays a year with one way of routing: what is sent is gone from the shelf until the site is filled up again.</summary>
internal static class Play
{
    // Ordered today, promised for the day after the day after tomorrow.
    private const long PromiseMs = 3L * 86_400_000;

    /// <summary>The ways that are compared; the first is what the others are measured against.</summary>
    public static IEnumerable<(string Name, Way Way)> Ways(RoutingPolicy policy)
    {
        yield return ("nearest", Rules.NearestWhole);
        yield return ("nearest by unit", Rules.Nearest);
        yield return ("priority order", Rules.Priority);
        yield return ("greedy by cost", Rules.Greedy);
        yield return ("fewest splits", Rules.FewestSplits);
        yield return ("router, no scarcity", (request, candidates, _) => Routed(request, candidates, policy with { ScarcityMinor = 0 }));
        yield return ($"router, {policy.Name}", (request, candidates, _) => Routed(request, candidates, policy));
        yield return ("router, by demand", (request, candidates, _) => Routed(request, candidates, policy with { ScarcityBy = ScarcityBy.Demand }));
    }

    /// <summary>The year's books.</summary>
    public static Books Run(Year year, RoutingPolicy policy, string name, Way way)
    {
        var books = new Books(name);
        var shelves = year.Full.Select(full => full.ToArray()).ToArray();
        var day = long.MinValue;
        var demand = shelves.Select(_ => new DemandBook()).ToArray();
        foreach (var order in year.Orders)
        {
            if (order.AtMs / 86_400_000 != day)
            {
                day = order.AtMs / 86_400_000;
                Refill(year, shelves, day);
            }

            var lines = order.Lines.Select((line, i) => new RouteLine(i, line.Units, line.UnitGrams, line.UnitValueMinor));
            var request = new RouteRequest([.. lines], new Wish(WishKind.Ship, Point: order.Home), order.AtMs, order.AtMs + PromiseMs)
            {
                Demand = [.. order.Lines.Select(line => demand[line.Sku].At(order.AtMs))],
            };
            var candidates = year.Sites.Select((site, s) => new RouteCandidate
            {
                Location = site.Id,
                Position = site.Position,
                Kind = site.Kind,
                Available = [.. order.Lines.Select(line => shelves[line.Sku][s])],
                LeavesAtMs = site.LeavesAtMs(order.AtMs),
                HandlingMinor = site.HandlingMinor,
            }).ToArray();
            foreach (var line in order.Lines)
            {
                demand[line.Sku].Apply(new DemandNoted(order.AtMs, DemandRegion.Of(order.Home), line.Units));
            }

            var given = books.Count(request, candidates, policy, way);
            for (var s = 0; s < given.Length; s++)
            {
                for (var line = 0; line < order.Lines.Length; line++)
                {
                    ref var shelf = ref shelves[order.Lines[line].Sku][s];
                    shelf -= given[s][line];
                    Negative(shelf, name);
                }
            }
        }

        return books;
    }

    /// <summary>The router's way: first with the promise as a rule; where that leaves units without a location, late, but only for more units.</summary>
    public static long[][] Routed(RouteRequest request, RouteCandidate[] candidates, RoutingPolicy policy)
    {
        var plan = Router.Route(request, candidates, policy);
        if (!plan.Unfilled.IsEmpty)
        {
            var later = Router.Route(request with { PromiseByMs = 0 }, candidates, policy);
            plan = later.Unfilled.Sum(line => line.Units) < plan.Unfilled.Sum(line => line.Units) ? later : plan;
        }

        var places = plan.Parts.ToDictionary(part => part.Location);
        return [.. candidates.Select(candidate =>
        {
            var units = new long[request.Lines.Length];
            if (places.TryGetValue(candidate.Location, out var part))
            {
                foreach (var line in part.Units)
                {
                    units[line.Line] = line.Units;
                }
            }

            return units;
        })];
    }

    private static void Refill(Year year, long[][] shelves, long day)
    {
        for (var s = 0; s < year.Sites.Length; s++)
        {
            if (year.RefillDays > 0 && (day + s) % year.RefillDays == 0)
            {
                for (var sku = 0; sku < shelves.Length; sku++)
                {
                    shelves[sku][s] = year.Full[sku][s];
                }
            }
        }
    }

    private static void Negative(long shelf, string name)
    {
        if (shelf < 0)
        {
            throw new InvalidOperationException($"{name} gave more than there was.");
        }
    }
}
