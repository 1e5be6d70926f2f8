using System.Collections.Immutable;
using Inventory.Domain.Orders;

namespace Inventory.Domain.Routing;

/// <summary>Chooses the locations that fulfil lines: a pure function, the same for the same arguments in any order of candidates.</summary>
/// <remarks>
/// What is minimised, in this order: units without a location; the cost, which is a price for each location used, a penalty for each beyond the first,
/// and a price for each unit. Ties go to fewer locations, then to those with the lower price of use, the shorter distance, the smaller id.
/// For a set of locations the best division of the units is found line by line, cheapest unit first, since lines share nothing but the set.
/// So the search is over sets: of one location, then of two, and so on, each in the order of prices of use, and left as soon as the price of the
/// cheapest imaginable rest is no better than what was found. When that has looked at <see cref="NodesMax"/> sets, it stops, and the best that was
/// found, by it or by greed with exchanges, is told with the bound that is proved.
/// </remarks>
public static class Router
{
    /// <summary>Most sets of locations that are looked at: about ten milliseconds with twenty lines.</summary>
    public const int NodesMax = 6_000;

    /// <summary>Finds a route.</summary>
    /// <param name="request">The lines and their way.</param>
    /// <param name="candidates">What is known of the locations; each has as many figures as the request has lines.</param>
    /// <param name="policy">The rules and weights; valid.</param>
    public static RoutePlan Route(RouteRequest request, IReadOnlyList<RouteCandidate> candidates, RoutingPolicy policy)
    {
        var options = new List<RouteOption>(candidates.Count);
        var thoughts = new Dictionary<LocationId, RouteThought>(candidates.Count);
        foreach (var candidate in candidates)
        {
            ArgumentOutOfRangeException.ThrowIfNotEqual(candidate.Available.Length, request.Lines.Length, nameof(candidates));
            var verdict = RouteOption.Judge(request, candidate, policy, out var option);
            thoughts[candidate.Location] = new RouteThought(candidate.Location, verdict, -1);
            if (option is not null)
            {
                options.Add(option);
            }
        }

        options.Sort(static (a, b) =>
            a.FixedMinor != b.FixedMinor ? a.FixedMinor.CompareTo(b.FixedMinor)
            : a.Metres != b.Metres ? a.Metres.CompareTo(b.Metres)
            : string.CompareOrdinal(a.Candidate.Location.Value, b.Candidate.Location.Value));
        var search = new RouteSearch(request, [.. options], policy, request.Wish.IsCollected ? 1 : policy.MaxParts);
        search.Run(NodesMax);
        foreach (var (option, alone) in search.Alone())
        {
            var location = option.Candidate.Location;
            thoughts[location] = new RouteThought(location, search.IsChosen(option) ? RouteVerdict.Chosen : RouteVerdict.Worse, alone);
        }

        return Plan(request, policy, search, [.. thoughts.Values.OrderBy(thought => thought.Location.Value, StringComparer.Ordinal)]);
    }

    private static RoutePlan Plan(RouteRequest request, RoutingPolicy policy, RouteSearch search, ImmutableArray<RouteThought> thoughts)
    {
        var parts = ImmutableArray.CreateBuilder<RoutePart>();
        var unfilled = request.Lines.Select(line => line.Units).ToArray();
        foreach (var (option, units) in search.Best())
        {
            var cost = option.CostOf(request, policy, units, parts.Count > 0);
            var lines = ImmutableArray.CreateBuilder<LineUnits>();
            for (var i = 0; i < units.Length; i++)
            {
                unfilled[i] -= units[i];
                if (units[i] > 0)
                {
                    lines.Add(new LineUnits(request.Lines[i].Line, units[i]));
                }
            }

            parts.Add(new RoutePart(option.Candidate.Location, lines.ToImmutable(), option.PromisedAtMs, option.Metres, cost));
        }

        var left = unfilled.Select((units, i) => new LineUnits(request.Lines[i].Line, units)).Where(line => line.Units > 0);
        var total = parts.Sum(part => part.Cost.Total);
        return new RoutePlan(parts.ToImmutable(), [.. left], total, search.IsOptimal ? total : search.BoundMinor, search.IsOptimal, thoughts);
    }
}
