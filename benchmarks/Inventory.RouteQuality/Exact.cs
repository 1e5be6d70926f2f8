using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Orders;
using Inventory.Domain.Routing;

namespace Inventory.RouteQuality;

/// <summary>The router against a division of units that is found without any of its code: every share of every line, one by one.</summary>
internal static class Exact
{
    /// <summary>What came of the comparison.</summary>
    /// <param name="Instances">Instances that were solved.</param>
    /// <param name="Optimal">Of these, as well as possible.</param>
    /// <param name="Proved">Of these, the router said so.</param>
    /// <param name="WorstGapPercent">The largest gap in cost; infinite if one breaks a rule, fills less, or is worse by a criterion.</param>
    /// <param name="Worst">Number of that instance; -1 if there is none.</param>
    public readonly record struct Result(int Instances, int Optimal, int Proved, double WorstGapPercent, int Worst);

    /// <summary>Solves instances both ways.</summary>
    public static Result Compare(int seed, int instances)
    {
        var (optimal, proved, worst, at) = (0, 0, 0.0, -1);
        for (var i = 0; i < instances; i++)
        {
            var random = new Random(HashCode(seed, i));
            var (request, candidates, policy) = Draw(random);
            var plan = Router.Route(request, candidates, policy);
            var best = Best(request, candidates, policy);
            var found = Total(request, candidates, policy, GivenBy(plan, request, candidates)) ?? [long.MaxValue];
            var gap = found.AsSpan().SequenceEqual(best) ? 0
                : found[0] != best[0] || policy.Criteria.Length > 0 || best[1] <= 0 ? double.PositiveInfinity
                : 100.0 * (found[1] - best[1]) / best[1];
            gap = policy.Criteria.Length == 0 && found.Length > 1 && found[1] != plan.CostMinor ? double.PositiveInfinity : gap;
            optimal += gap == 0 ? 1 : 0;
            proved += plan.IsOptimal ? 1 : 0;
            (worst, at) = gap > worst ? (gap, i) : (worst, at);
        }

        return new Result(instances, optimal, proved, worst, at);
    }

    private static int HashCode(int seed, int i) => unchecked((seed * 1_000_003) + i) & int.MaxValue;

    private static (RouteRequest Request, RouteCandidate[] Candidates, RoutingPolicy Policy) Draw(Random random)
    {
        var lines = Enumerable.Range(0, random.Next(1, 4)).Select(i =>
            new RouteLine(i, random.Next(1, 4), random.Next(3_000), random.Next(200, 1_500))).ToArray();
        var isTight = random.Next(3) == 0;
        var candidates = Enumerable.Range(0, random.Next(1, 6)).Select(i => new RouteCandidate
        {
            Location = LocationId.Parse($"L{i}"),
            Position = new Position(51 + (random.NextDouble() * 4), -2 + (random.NextDouble() * 2)),
            Available = [.. lines.Select(_ => (long)random.Next(0, 4))],
            LeavesAtMs = random.Next(86_400_000),
            HandlingMinor = random.Next(300),
            Load = random.NextDouble(),
            FoundProbability = 0.5 + (random.NextDouble() / 2),
            PicksLeft = isTight ? random.Next(0, 4) : long.MaxValue,
            ParcelsLeft = isTight ? random.Next(0, 4) : long.MaxValue,
            Cover = random.Next(4) == 0 ? [.. lines.Select(_ => (long)random.Next(8))] : null,
        }).ToArray();
        var policy = RoutingPolicy.Presets[random.Next(RoutingPolicy.Presets.Length)] with { MaxParts = random.Next(1, 4) };
        if (random.Next(3) == 0)
        {
            policy = policy with { Zones = [.. policy.Zones.Select(zone => zone with { KilogramMinor = random.Next(2) * 20, Steps = Steps(random) })] };
        }

        if (random.Next(3) == 0)
        {
            var criteria = Enum.GetValues<RouteCriterion>();
            random.Shuffle(criteria);
            policy = policy with { Criteria = [.. criteria.Take(random.Next(0, 5))] };
        }

        policy = policy with { MinPartValueMinor = random.Next(3) == 0 ? random.Next(500, 3_000) : 0 };
        if (policy.ScarcityMinor >= 0 && random.Next(3) == 0)
        {
            policy = policy with { ScarcityBy = ScarcityBy.Demand, SupplyDays = random.Next(1, 9) };
        }

        var request = new RouteRequest([.. lines], new Wish(WishKind.Ship, Point: new Position(52, -1)), 0)
        {
            Demand = [.. lines.Select(_ => candidates.Where(_ => random.Next(4) > 0).Select(each => DemandRegion.Of(each.Position)).Distinct()
                .Select(region => new RegionDemand(region, random.NextDouble(), 1 + random.NextDouble())).ToImmutableArray())],
        };
        return (request, candidates, policy with { PromiseMs = random.Next(4) == 0 ? 129_600_000 : 0 });
    }

    private static ImmutableArray<WeightStep> Steps(Random random)
    {
        var (grams, minor) = (0L, 0L);
        return [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ =>
            new WeightStep(grams += random.Next(500, 4_000), minor += random.Next(0, 400)))];
    }

    private static long[,] GivenBy(RoutePlan plan, RouteRequest request, RouteCandidate[] candidates)
    {
        var given = new long[candidates.Length, request.Lines.Length];
        foreach (var part in plan.Parts)
        {
            foreach (var line in part.Units)
            {
                given[Array.FindIndex(candidates, each => each.Location == part.Location), line.Line] += line.Units;
            }
        }

        return given;
    }

    // Every way to share out every line.
    private static long[] Best(RouteRequest request, RouteCandidate[] candidates, RoutingPolicy policy)
    {
        var given = new long[candidates.Length, request.Lines.Length];
        long[] best = [long.MaxValue];
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
                else if (Total(request, candidates, policy, given) is { } total && total.AsSpan().SequenceCompareTo(best) < 0)
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

    // What a division comes to: units unfilled, then the cost or the criteria, from the policy's words, with each term rounded as the documents say;
    // null if it breaks a rule.
    private static long[]? Total(RouteRequest request, RouteCandidate[] candidates, RoutingPolicy policy, long[,] given)
    {
        var terms = new long[9];
        var (parts, unfilled, least) = (0, request.Lines.Sum(line => line.Units), long.MaxValue);
        for (var c = 0; c < candidates.Length; c++)
        {
            var (grams, picks, value, units) = (0L, 0L, 0L, 0L);
            for (var i = 0; i < request.Lines.Length; i++)
            {
                grams += given[c, i] * request.Lines[i].UnitGrams;
                picks += given[c, i] > 0 ? 1 : 0;
                value += given[c, i] * request.Lines[i].UnitValueMinor;
                units += given[c, i];
            }

            if (units > 0)
            {
                parts++;
                unfilled -= units;
                least = Math.Min(least, value);
                if (!Add(request, candidates, candidates[c], policy, [.. request.Lines.Select((_, i) => given[c, i])], grams, picks, terms))
                {
                    return null;
                }
            }
        }

        if (parts > policy.MaxParts || (parts > 1 && least < policy.MinPartValueMinor))
        {
            return null;
        }

        terms[(int)RouteCriterion.Parts] = parts;
        terms[(int)RouteCriterion.Cost] += Math.Max(0, parts - 1) * policy.SplitMinor;
        return policy.Criteria.Length == 0 ? [unfilled, terms[(int)RouteCriterion.Cost]] : [unfilled, .. policy.Criteria.Select(each => terms[(int)each])];
    }

    private static bool Add(
        RouteRequest request, RouteCandidate[] candidates, RouteCandidate candidate, RoutingPolicy policy, long[] units, long grams, long picks,
        long[] terms)
    {
        var metres = request.Wish.Point!.Value.DistanceMetres(candidate.Position);
        var zone = policy.Zones.First(each => metres <= each.MaxMetres);
        var (parcels, price) = (1L, zone.ParcelMinor * policy.MoneyPercent / 100);
        if (!zone.Steps.IsEmpty)
        {
            var (left, greatest) = (grams, zone.Steps[^1]);
            for (price = 0; left > greatest.MaxGrams; left -= greatest.MaxGrams, parcels++)
            {
                price += (zone.ParcelMinor + greatest.Minor) * policy.MoneyPercent / 100;
            }

            price += (zone.ParcelMinor + zone.Steps.First(step => left <= step.MaxGrams).Minor) * policy.MoneyPercent / 100;
        }

        var promiseMs = candidate.LeavesAtMs!.Value + zone.TransitMs;
        if (picks > candidate.PicksLeft || parcels > candidate.ParcelsLeft || (policy.PromiseMs > 0 && promiseMs > policy.PromiseMs))
        {
            return false;
        }

        var (kilograms, scarcity) = (0L, 0L);
        for (var i = 0; i < units.Length; i++)
        {
            kilograms += units[i] * Round(zone.KilogramMinor * (request.Lines[i].UnitGrams / 1_000.0) * policy.MoneyPercent / 100);
            scarcity += units[i] * ScarcityMinor(request, candidates, candidate, policy, i);
        }

        var money = price + kilograms + (candidate.HandlingMinor * policy.MoneyPercent / 100);
        terms[(int)RouteCriterion.Money] += money;
        terms[(int)RouteCriterion.Distance] += (long)Math.Round(metres);
        terms[(int)RouteCriterion.Promise] += promiseMs / 60_000;
        terms[(int)RouteCriterion.Load] += (long)Math.Round(1_000 * candidate.Load);
        terms[(int)RouteCriterion.NotFound] += (long)Math.Round(1_000 * (1 - candidate.FoundProbability));
        terms[(int)RouteCriterion.Scarcity] += scarcity;
        terms[(int)RouteCriterion.Cost] += money + scarcity + Round(policy.KilometreMinor * metres / 1_000)
            + Round(policy.DayMinor * promiseMs / 86_400_000.0) + Round(policy.LoadMinor * candidate.Load)
            + Round(policy.NotFoundMinor * (1 - candidate.FoundProbability));
        return true;
    }

    private static long ScarcityMinor(RouteRequest request, RouteCandidate[] candidates, RouteCandidate candidate, RoutingPolicy policy, int line)
    {
        if (policy.ScarcityBy == ScarcityBy.Shelf || request.Demand[line].Length == 0)
        {
            return policy.ScarcityOf((candidate.Cover ?? candidate.Available)[line]);
        }

        var region = DemandRegion.Of(candidate.Position);
        var cover = candidates.Where(each => DemandRegion.Of(each.Position) == region).Sum(each => (each.Cover ?? each.Available)[line]);
        var demand = request.Demand[line].FirstOrDefault(each => each.Region == region, new RegionDemand(region, 0, 1));
        var middle = cover - ((Math.Min(cover, request.Lines[line].Units) - 1) / 2);
        return ScarcityPrice.Of(middle, demand, policy.SupplyDays!.Value, policy.ScarcityMinor);
    }

    private static long Round(double minor) => (long)Math.Round(minor, MidpointRounding.AwayFromZero);
}
