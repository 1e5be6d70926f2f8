using System.Buffers;
using System.Collections.Immutable;
using Inventory.Domain.Orders;

namespace Inventory.Domain.Routing;

/// <summary>Chooses the locations that fulfil lines: a pure function, the same for the same arguments in any order of candidates.</summary>
/// <remarks>
/// What is minimised, in this order: units without a location; then the cost, which is a price for each location used, a penalty for each beyond the first,
/// and a price for each unit and for weight; or, of a policy with criteria, these in their order. Ties go to fewer locations, then to those with the lower
/// price of use, the shorter distance, the smaller id, as far as the search looks at them.
/// Lines share nothing but the set of locations, unless weight, capacity, common components or a least value couple them (<see cref="RouteDivision"/>).
/// So the search is over
/// sets: of one location, then of two, and so on, each in the order of prices of use, and left as soon as the price of the cheapest imaginable rest is no
/// better than what was found. When that has looked at <see cref="NodesMax"/> sets, it stops, and the best that was found, by it or by greed with
/// exchanges, is told with the bound that is proved. Candidates that no best route needs are left out before (<see cref="RouteTable.Order"/>).
/// </remarks>
public static class Router
{
    /// <summary>Most sets of locations that are looked at: about two milliseconds with twenty lines.</summary>
    public const int NodesMax = 6_000;

    /// <summary>Finds a route, by the fallback if the policy fills nothing.</summary>
    /// <param name="request">The lines and their way.</param>
    /// <param name="candidates">What is known of the locations; each has as many figures as the request has lines.</param>
    /// <param name="policy">The rules and weights; valid.</param>
    /// <param name="fallback">Asked if the first fills nothing; null for none.</param>
    /// <param name="by">The policy that found it; the first if neither did.</param>
    public static RoutePlan Route(
        RouteRequest request, IReadOnlyList<RouteCandidate> candidates, RoutingPolicy policy, RoutingPolicy? fallback, out RoutingPolicy by)
    {
        var plan = Route(request, candidates, by = policy);
        if (!plan.Parts.IsEmpty || fallback is null)
        {
            return plan;
        }

        var other = Route(request, candidates, fallback);
        by = other.Parts.IsEmpty ? policy : fallback;
        return other.Parts.IsEmpty ? plan : other;
    }

    /// <summary>Finds a route.</summary>
    /// <param name="request">The lines and their way.</param>
    /// <param name="candidates">What is known of the locations; each has as many figures as the request has lines.</param>
    /// <param name="policy">The rules and weights; valid.</param>
    /// <exception cref="ArgumentOutOfRangeException">A candidate has more or fewer figures than the request has lines, or things that they share.</exception>
    public static RoutePlan Route(RouteRequest request, IReadOnlyList<RouteCandidate> candidates, RoutingPolicy policy)
    {
        for (var c = 0; c < candidates.Count; c++)
        {
            ArgumentOutOfRangeException.ThrowIfNotEqual(candidates[c].Available.Length, request.Lines.Length, nameof(candidates));
            ArgumentOutOfRangeException.ThrowIfNotEqual(candidates[c].SharedAvailable.Length, request.Shared.Length, nameof(candidates));
        }

        var pricing = new RoutePricing(request, policy, candidates);
        var verdicts = ArrayPool<RouteVerdict>.Shared.Rent(candidates.Count);
        var table = RouteTable.Rent();
        try
        {
            var maxParts = request.Wish.IsCollected ? 1 : policy.MaxParts;
            var isExact = table.Fill(pricing, candidates, verdicts);
            table.Order(candidates, maxParts);
            var search = new RouteSearch(pricing, candidates, table, maxParts);
            search.Run(NodesMax);
            return Plan(pricing, candidates, search, isExact, new RouteThoughts(pricing, candidates, table, verdicts));
        }
        finally
        {
            table.Return();
            ArrayPool<RouteVerdict>.Shared.Return(verdicts);
        }
    }

    private static RoutePlan Plan(
        RoutePricing pricing, IReadOnlyList<RouteCandidate> candidates, RouteSearch search, bool isExact, RouteThoughts thoughts)
    {
        var parts = ImmutableArray.CreateBuilder<RoutePart>();
        var unfilled = new long[pricing.Lines];
        for (var i = 0; i < unfilled.Length; i++)
        {
            unfilled[i] = pricing.Request.Lines[i].Units;
        }

        foreach (var (option, units) in search.Best())
        {
            parts.Add(Part(pricing, candidates[option.Candidate], option, units, parts.Count > 0));
            thoughts.Choose(option.Candidate);
            for (var i = 0; i < unfilled.Length; i++)
            {
                unfilled[i] -= units[i];
            }
        }

        var (left, total) = (ImmutableArray.CreateBuilder<LineUnits>(), 0L);
        for (var i = 0; i < unfilled.Length; i++)
        {
            if (unfilled[i] > 0)
            {
                left.Add(new LineUnits(pricing.Request.Lines[i].Line, unfilled[i]));
            }
        }

        foreach (var part in parts)
        {
            total += part.Cost.Total;
        }

        var isOptimal = search.IsOptimal && isExact;
        var bound = isOptimal ? total : pricing.Policy.Criteria.IsDefaultOrEmpty ? search.Bound : long.MinValue;
        return new RoutePlan(parts.ToImmutable(), left.ToImmutable(), total, bound, isOptimal, thoughts.Told()) { Looked = thoughts.Looked() };
    }

    private static RoutePart Part(RoutePricing pricing, RouteCandidate candidate, in RouteOption option, ArraySegment<long> units, bool isFurther)
    {
        var lines = ImmutableArray.CreateBuilder<LineUnits>();
        var (grams, kilograms, scarcity) = (0L, 0L, 0L);
        for (var i = 0; i < units.Count; i++)
        {
            if (units[i] > 0)
            {
                lines.Add(new LineUnits(pricing.Request.Lines[i].Line, units[i]));
                grams += units[i] * pricing.Request.Lines[i].UnitGrams;
                kilograms += units[i] * pricing.KilogramMinor(option.Zone, i);
                scarcity += units[i] * pricing.ScarcityMinor(candidate, i);
            }
        }

        var use = pricing.Use(candidate, option.Metres, option.Zone, option.PromisedAtMs);
        var cost = use with
        {
            Shipping = use.Shipping + kilograms + pricing.WeightMinor(option.Zone, grams),
            Scarcity = scarcity,
            Split = isFurther ? pricing.Policy.SplitMinor : 0,
        };
        return new RoutePart(
            candidate.Location, lines.ToImmutable(), option.PromisedAtMs, option.Metres, cost, pricing.Parcels(option.Zone, grams));
    }
}
