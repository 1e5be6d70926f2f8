using Inventory.Domain;
using Inventory.Domain.Orders;
using Inventory.Domain.Routing;

namespace Inventory.RouteQuality;

/// <summary>The router against a division of units that is found without any of its code: every share of every line, one by one.</summary>
internal static class Exact
{
    /// <summary>How many of the instances were solved as well as possible, and the largest gap in percent.</summary>
    public static (int Optimal, int Proved, double WorstGapPercent) Compare(int seed, int instances)
    {
        var (optimal, proved, worst) = (0, 0, 0.0);
        for (var i = 0; i < instances; i++)
        {
            var random = new Random(HashCode(seed, i));
            var (request, candidates, policy) = Draw(random);
            var plan = Router.Route(request, candidates, policy);
            var best = Best(request, candidates, policy);
            var found = (Unfilled: plan.Unfilled.Sum(line => line.Units), Cost: plan.CostMinor);
            optimal += found == best ? 1 : 0;
            proved += plan.IsOptimal ? 1 : 0;
            var gap = found.Unfilled != best.Unfilled ? double.PositiveInfinity : best.Cost == 0 ? 0 : 100.0 * (found.Cost - best.Cost) / best.Cost;
            worst = Math.Max(worst, gap);
        }

        return (optimal, proved, worst);
    }

    private static int HashCode(int seed, int i) => unchecked((seed * 1_000_003) + i) & int.MaxValue;

    private static (RouteRequest Request, RouteCandidate[] Candidates, RoutingPolicy Policy) Draw(Random random)
    {
        var lines = Enumerable.Range(0, random.Next(1, 4)).Select(i => new RouteLine(i, random.Next(1, 4), random.Next(3_000), 1_000)).ToArray();
        var candidates = Enumerable.Range(0, random.Next(1, 6)).Select(i => new RouteCandidate
        {
            Location = LocationId.Parse($"L{i}"),
            Position = new Position(51 + (random.NextDouble() * 4), -2 + (random.NextDouble() * 2)),
            Available = [.. lines.Select(_ => (long)random.Next(0, 4))],
            LeavesAtMs = random.Next(86_400_000),
            HandlingMinor = random.Next(300),
            Load = random.NextDouble(),
            FoundProbability = 0.5 + (random.NextDouble() / 2),
        }).ToArray();
        var policy = RoutingPolicy.Presets[random.Next(RoutingPolicy.Presets.Length)] with { MaxParts = random.Next(1, 4) };
        return (new RouteRequest([.. lines], new Wish(WishKind.Ship, Point: new Position(52, -1)), 0), candidates, policy);
    }

    // Every way to share out every line; the cost is worked out from the policy's words, with each term rounded as the documents say.
    private static (long Unfilled, long Cost) Best(RouteRequest request, RouteCandidate[] candidates, RoutingPolicy policy)
    {
        var given = new long[candidates.Length, request.Lines.Length];
        var best = (Unfilled: long.MaxValue, Cost: long.MaxValue);
        Share(0, 0, request.Lines[0].Units);
        return best;

        void Share(int line, int candidate, long left)
        {
            if (candidate == candidates.Length)
            {
                if (line + 1 < request.Lines.Length)
                {
                    Share(line + 1, 0, request.Lines[line + 1].Units);
                }
                else if (Total(request, candidates, policy, given) is { } total && total.CompareTo(best) < 0)
                {
                    best = total;
                }

                return;
            }

            for (var units = 0L; units <= Math.Min(left, candidates[candidate].Available[line]); units++)
            {
                given[candidate, line] = units;
                Share(line, candidate + 1, left - units);
            }

            given[candidate, line] = 0;
        }
    }

    private static (long Unfilled, long Cost)? Total(RouteRequest request, RouteCandidate[] candidates, RoutingPolicy policy, long[,] given)
    {
        var (parts, cost, unfilled) = (0, 0L, request.Lines.Sum(line => line.Units));
        for (var c = 0; c < candidates.Length; c++)
        {
            var taken = 0L;
            var candidate = candidates[c];
            var metres = request.Wish.Point!.Value.DistanceMetres(candidate.Position);
            var zone = policy.Zones.First(each => metres <= each.MaxMetres);
            for (var i = 0; i < request.Lines.Length; i++)
            {
                var kilograms = Round(zone.KilogramMinor * (request.Lines[i].UnitGrams / 1_000.0) * policy.MoneyPercent / 100);
                cost += given[c, i] * (kilograms + policy.ScarcityOf(candidate.Available[i]));
                taken += given[c, i];
            }

            unfilled -= taken;
            if (taken > 0)
            {
                parts++;
                cost += (zone.ParcelMinor * policy.MoneyPercent / 100) + (candidate.HandlingMinor * policy.MoneyPercent / 100)
                    + Round(policy.KilometreMinor * metres / 1_000) + Round(policy.DayMinor * (candidate.LeavesAtMs!.Value + zone.TransitMs) / 86_400_000.0)
                    + Round(policy.LoadMinor * candidate.Load) + Round(policy.NotFoundMinor * (1 - candidate.FoundProbability));
            }
        }

        return parts > policy.MaxParts ? null : (unfilled, cost + (Math.Max(0, parts - 1) * policy.SplitMinor));
    }

    private static long Round(double minor) => (long)Math.Round(minor, MidpointRounding.AwayFromZero);
}
