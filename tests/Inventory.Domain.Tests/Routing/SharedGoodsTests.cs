using Inventory.Domain.Orders;
using Inventory.Domain.Routing;
using static Inventory.Domain.Tests.Routing.RouteWorld;

namespace Inventory.Domain.Tests.Routing;

/// <summary>Lines that are made of the same things: line 0 is a set of a mug and a pot, line 1 a mug. Mugs are what they share.</summary>
public sealed class SharedGoodsTests
{
    private static readonly RoutingPolicy s_cheap = RoutingPolicy.Presets.Single(policy => policy.Name == "lowest-cost");

    [Fact]
    public void A_location_with_one_mug_is_no_candidate_for_a_set_and_a_mug()
    {
        var plan = Router.Route(SetAndMug(1, 1), [With("a", 5, mugs: 1, pots: 1)], s_cheap);
        Assert.Single(plan.Parts[0].Units);
        Assert.Equal(1, plan.Unfilled.Sum(line => line.Units));
        Assert.True(plan.IsOptimal);
        Assert.Null(Assert.Single(plan.Thoughts).AloneMinor);
    }

    [Fact]
    public void The_other_mug_comes_from_another_location()
    {
        var plan = Router.Route(SetAndMug(1, 1), [With("a", 5, mugs: 1, pots: 1), With("b", 6, mugs: 1, pots: 0)], s_cheap);
        Assert.Equal(["a 0:1", "b 1:1"], Told(plan));
        Assert.Empty(plan.Unfilled);
    }

    [Fact]
    public void A_location_that_has_both_mugs_spares_the_split()
    {
        RouteCandidate[] candidates = [With("a", 5, mugs: 1, pots: 1), With("b", 6, mugs: 1, pots: 0), With("c", 30, mugs: 2, pots: 1)];
        var plan = Router.Route(SetAndMug(1, 1), candidates, s_cheap);
        Assert.Equal(["c 0:1,1:1"], Told(plan));
        Assert.True(plan.IsOptimal);
    }

    [Fact]
    public void Figures_of_what_is_shared_must_be_complete()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Router.Route(SetAndMug(1, 1), [At("a", 5, 1, 1)], s_cheap));
        Assert.Throws<ArgumentOutOfRangeException>(() => Router.Route(Ship(1, 1), [With("a", 5, 1, 1)], s_cheap));
    }

    [Fact]
    public void Small_instances_are_as_good_as_the_best_of_all_divisions()
    {
        var coupled = 0;
        for (var seed = 0; seed < 400; seed++)
        {
            var random = new Random(seed);
            var request = SetAndMug(random.Next(1, 3), random.Next(1, 3));
            var candidates = Enumerable.Range(0, random.Next(1, 5))
                .Select(i => With($"L{i}", random.Next(1, 200), random.Next(4), random.Next(3), random.Next(3) * 40)).ToArray();
            var policy = RoutingPolicy.Presets[random.Next(RoutingPolicy.Presets.Length)] with { MaxParts = random.Next(1, 4), Criteria = [] };
            var plan = Router.Route(request, candidates, policy);
            foreach (var part in plan.Parts)
            {
                var mugs = candidates.Single(candidate => candidate.Location == part.Location).SharedAvailable[0];
                Assert.True(part.Units.Sum(line => line.Units) <= mugs, $"seed {seed}: {string.Join(' ', Told(plan))}, but there are {mugs} mugs");
                coupled += part.Units.Length == 2 ? 1 : 0;
            }

            Assert.True(plan.IsOptimal, $"seed {seed}");
            var found = (plan.Unfilled.Sum(line => line.Units), plan.CostMinor);
            Assert.True(Best(request, candidates, policy) == found, $"seed {seed}: {string.Join(' ', Told(plan))}");
        }

        Assert.True(coupled > 50, "hardly any location did both");
    }

    private static RouteRequest SetAndMug(long sets, long mugs) => Ship(sets, mugs) with { Shared = [[1, 1]] };

    private static RouteCandidate With(string id, double kilometres, long mugs, long pots, long handlingMinor = 0)
    {
        var plain = At(id, kilometres, Math.Min(mugs, pots), mugs);
        return new RouteCandidate
        {
            Location = plain.Location, Position = plain.Position, Available = plain.Available, SharedAvailable = [mugs], ReadyAtMs = plain.ReadyAtMs,
            LeavesAtMs = plain.LeavesAtMs, HandlingMinor = handlingMinor,
        };
    }

    private static string[] Told(RoutePlan plan) =>
        [.. plan.Parts.Select(part => $"{part.Location} {string.Join(',', part.Units.Select(line => $"{line.Line}:{line.Units}"))}")];

    // Every division of both lines among the candidates.
    private static (long Unfilled, long Cost) Best(RouteRequest request, RouteCandidate[] candidates, RoutingPolicy policy)
    {
        var pricing = new RoutePricing(request, policy, candidates);
        var best = (request.Lines.Sum(line => line.Units), 0L);
        Try(0, request.Lines[0].Units, request.Lines[1].Units, 0, 0);
        return best;

        void Try(int place, long sets, long mugs, int parts, long cost)
        {
            if (parts > policy.MaxParts)
            {
                return;
            }

            if (place == candidates.Length)
            {
                var score = (sets + mugs, cost);
                best = score.CompareTo(best) < 0 ? score : best;
                return;
            }

            Try(place + 1, sets, mugs, parts, cost);
            var candidate = candidates[place];
            if (pricing.Judge(candidate, out var metres, out var zone, out var promisedAtMs) != RouteVerdict.Worse)
            {
                return;
            }

            var use = pricing.Use(candidate, metres, zone, promisedAtMs).Total + (parts > 0 ? policy.SplitMinor : 0);
            for (var some = 0L; some <= Math.Min(sets, candidate.Available[0]); some++)
            {
                for (var others = some == 0 ? 1L : 0; others <= Math.Min(mugs, candidate.SharedAvailable[0] - some); others++)
                {
                    Try(place + 1, sets - some, mugs - others, parts + 1, cost + use + (some * Unit(0)) + (others * Unit(1)));
                }
            }

            long Unit(int line) => pricing.KilogramMinor(zone, line) + pricing.ScarcityMinor(candidate, line);
        }
    }
}
