using Inventory.Domain.Routing;

namespace Inventory.Domain.Tests.Routing;

/// <summary>A second, simpler router: every set of locations, whatever it costs to look.</summary>
internal static class BruteForce
{
    /// <summary>Units without a location, and the cost, of the best set.</summary>
    public static (long Unfilled, long Cost) Best(RouteRequest request, RouteCandidate[] candidates, RoutingPolicy policy)
    {
        var pricing = new RoutePricing(request, policy, candidates);
        var options = candidates.Select(candidate => Priced(pricing, candidate)).OfType<Option>().ToArray();
        var best = (request.Lines.Sum(line => line.Units), 0L);
        for (var set = 1; set < 1 << options.Length; set++)
        {
            var chosen = options.Where((_, i) => (set & (1 << i)) != 0).ToArray();
            if (chosen.Length <= policy.MaxParts && Score(request, chosen, policy) is { } score && score.CompareTo(best) < 0)
            {
                best = score;
            }
        }

        return best;
    }

    private static Option? Priced(RoutePricing pricing, RouteCandidate candidate)
    {
        var verdict = pricing.Judge(candidate, out var metres, out var zone, out var promisedAtMs);
        return verdict != RouteVerdict.Worse ? null : new Option(
            candidate,
            metres,
            pricing.Use(candidate, metres, zone, promisedAtMs).Total,
            [.. pricing.Request.Lines.Select((_, i) => pricing.KilogramMinor(zone, i) + pricing.ScarcityMinor(candidate, i))]);
    }

    private static (long Unfilled, long Cost)? Score(RouteRequest request, Option[] chosen, RoutingPolicy policy)
    {
        var cost = chosen.Sum(option => option.FixedMinor) + ((chosen.Length - 1) * policy.SplitMinor);
        var unfilled = 0L;
        var units = new long[chosen.Length];
        for (var i = 0; i < request.Lines.Length; i++)
        {
            // A unit at a time, each from the cheapest that has one left; ties to the one with the lower price of use, as the router does.
            var left = chosen.Select(option => option.Candidate.Available[i]).ToArray();
            for (var unit = 0L; unit < request.Lines[i].Units; unit++)
            {
                var from = Enumerable.Range(0, chosen.Length).Where(k => left[k] > 0)
                    .OrderBy(k => chosen[k].UnitMinor[i]).ThenBy(k => chosen[k].FixedMinor).ThenBy(k => chosen[k].Metres)
                    .ThenBy(k => chosen[k].Candidate.Location.Value, StringComparer.Ordinal).Select(k => (int?)k).FirstOrDefault();
                if (from is not { } k)
                {
                    unfilled++;
                    continue;
                }

                left[k]--;
                cost += chosen[k].UnitMinor[i];
                units[k]++;
            }
        }

        return chosen.Length > 1 && units.Contains(0) ? null : (unfilled, cost);
    }

    private sealed record Option(RouteCandidate Candidate, double Metres, long FixedMinor, long[] UnitMinor);
}
