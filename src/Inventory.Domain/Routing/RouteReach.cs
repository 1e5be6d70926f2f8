using System.Buffers;
using Inventory.Domain.Orders;

namespace Inventory.Domain.Routing;

/// <summary>How far away the locations of a best route can be: whoever looks for candidates by rising distance may stop there.</summary>
/// <remarks>
/// Once one location can do all of it alone for a cost A, no better route uses a location that asks more for its use than A less C, where C is the least
/// that the units can cost wherever they come from: all other terms of a route are 0 or more. What a location asks at least for its use follows from its
/// distance: its zone's parcel, the way, the time under way, and the least handling of any location. So a greatest distance follows. It is the bound of
/// <see cref="RouteTable"/> for candidates that are known, told of those that are not; the route is the same, whatever is farther away.
/// </remarks>
public static class RouteReach
{
    private const double DayMs = 86_400_000;

    /// <summary>
    /// True if distance can bound a route: it leads to a point, and the policy minimises cost or distance, alone or after the number of parts.
    /// </summary>
    /// <remarks>
    /// Not for scarcity by demand: there the units of a whole region make the price of each of them, so none may be missing.
    /// </remarks>
    public static bool Applies(RouteRequest request, RoutingPolicy policy) =>
        request.Wish is { Point: not null, Location: null } && policy.ScarcityBy == ScarcityBy.Shelf
        && Aim(policy) is RouteCriterion.Cost or RouteCriterion.Distance;

    /// <summary>A distance beyond which no location is part of a best route, in metres; infinite if none of the candidates can do all of it alone.</summary>
    /// <param name="request">The lines and their way.</param>
    /// <param name="candidates">Some candidates: the better they are, the shorter the distance. Each has as many figures as the request has lines.</param>
    /// <param name="policy">The rules and weights; valid.</param>
    /// <param name="leastHandlingMinor">No location, candidate or not, asks less for handling a parcel; 0 if nothing is known.</param>
    public static double Metres(RouteRequest request, IReadOnlyList<RouteCandidate> candidates, RoutingPolicy policy, long leastHandlingMinor)
    {
        if (!Applies(request, policy))
        {
            return double.PositiveInfinity;
        }

        var pricing = new RoutePricing(request, policy, candidates);
        var verdicts = ArrayPool<RouteVerdict>.Shared.Rent(candidates.Count);
        var table = RouteTable.Rent();
        try
        {
            table.Fill(pricing, candidates, verdicts);
            var (alone, nearest) = (long.MaxValue, double.PositiveInfinity);
            foreach (ref readonly var option in table.Drawn)
            {
                if (option.AloneMinor is { } minor)
                {
                    (alone, nearest) = (Math.Min(alone, minor), Math.Min(nearest, option.Metres));
                }
            }

            return alone == long.MaxValue ? double.PositiveInfinity
                : Aim(policy) == RouteCriterion.Distance ? nearest + 1 // whole metres are compared
                : Farthest(pricing, alone - LeastUnitsMinor(pricing), leastHandlingMinor);
        }
        finally
        {
            table.Return();
            ArrayPool<RouteVerdict>.Shared.Return(verdicts);
        }
    }

    // What decides between routes of one location; if one of them can do it, none of several is better by the number of parts.
    private static RouteCriterion Aim(RoutingPolicy policy)
    {
        if (policy.Criteria.IsDefaultOrEmpty)
        {
            return RouteCriterion.Cost;
        }

        var first = policy.Criteria[0];
        return first == RouteCriterion.Parts && policy.Criteria.Length > 1 ? policy.Criteria[1] : first;
    }

    private static long LeastUnitsMinor(RoutePricing pricing)
    {
        var least = 0L;
        for (var i = 0; i < pricing.Lines; i++)
        {
            var kilograms = long.MaxValue;
            for (var zone = 0; zone < pricing.Policy.Zones.Length; zone++)
            {
                kilograms = Math.Min(kilograms, pricing.KilogramMinor(zone, i));
            }

            least += pricing.Request.Lines[i].Units * (kilograms + Math.Min(0, pricing.Policy.ScarcityMinor));
        }

        return least;
    }

    // The greatest distance at which use may cost no more than so much. Prices need not rise from zone to zone, so the last zone is looked at first.
    private static double Farthest(RoutePricing pricing, long mostMinor, long leastHandlingMinor)
    {
        var (policy, request) = (pricing.Policy, pricing.Request);
        var nearest = new RouteCandidate { Location = default, Position = request.Wish.Point!.Value, Available = [], HandlingMinor = leastHandlingMinor };
        for (var zone = policy.Zones.Length - 1; zone >= 0; zone--)
        {
            // As if it left at once, found everything and had nothing else to do.
            var promisedAtMs = request.NowMs + (pricing.Ships ? policy.Zones[zone].TransitMs : 0);
            var from = zone == 0 ? 0 : policy.Zones[zone - 1].MaxMetres;
            var to = zone == policy.Zones.Length - 1 ? double.PositiveInfinity : policy.Zones[zone].MaxMetres;
            var reach = pricing.MetresFor(mostMinor - pricing.Use(nearest, 0, zone, promisedAtMs).Total);
            if (reach >= from)
            {
                return Math.Min(reach, to);
            }
        }

        return 0;
    }
}
