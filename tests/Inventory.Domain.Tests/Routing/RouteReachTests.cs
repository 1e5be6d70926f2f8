using Inventory.Domain.Orders;
using Inventory.Domain.Routing;

namespace Inventory.Domain.Tests.Routing;

/// <summary>How far it is worth looking: whoever stops there has the route of whoever looks everywhere.</summary>
public sealed class RouteReachTests
{
    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    [InlineData(14)]
    public void Who_looks_no_farther_has_the_same_route(int seed)
    {
        var random = new Random(seed);
        var (bounded, spared) = (0, 0);
        for (var round = 0; round < 6_000; round++)
        {
            var (request, candidates, policy) = Draw(random);
            var least = candidates.Min(candidate => candidate.HandlingMinor);
            var whole = Router.Route(request, candidates, policy);

            // Known is what is within a drawn distance; then what is within reach of that.
            var looked = random.NextDouble() * 500_000;
            var reach = RouteReach.Metres(request, Within(request, candidates, looked), policy, least);
            if (double.IsPositiveInfinity(reach))
            {
                continue;
            }

            bounded++;
            var near = Within(request, candidates, Math.Max(looked, reach));
            spared += candidates.Length - near.Length;
            var part = Router.Route(request, near, policy);
            Assert.True(whole.IsOptimal && part.IsOptimal, $"seed {seed}, round {round}: not proved");
            Assert.True(
                whole.CostMinor == part.CostMinor && whole.Parts.Length == part.Parts.Length
                    && whole.Parts.Select(each => each.Location).SequenceEqual(part.Parts.Select(each => each.Location)),
                $"seed {seed}, round {round}, {policy.Name}: {whole.CostMinor} at {whole.Parts[0].Location} everywhere, {part.CostMinor} within {reach} m");
        }

        Assert.True(bounded > 200 && spared > 1_000, $"seed {seed}: bounded {bounded} times, spared {spared} candidates: too few to show anything");
    }

    [Fact]
    public void It_reaches_as_far_as_the_money_that_one_location_asks()
    {
        var policy = RoutingPolicy.Presets[0] with
        {
            Zones = [new(50_000, 400, 0, 0), new(200_000, 500, 0, 0), new(double.MaxValue, 900, 0, 0)], DayMinor = 0, NotFoundMinor = 0, ScarcityMinor = 0,
        };
        double Reach(long handlingMinor, long least) => RouteReach.Metres(
            RouteWorld.Ship(1), [WithHandling("A", 10, handlingMinor)], policy, least);

        Assert.Equal(50_000, Reach(99, 0)); // 499 is less than 500
        Assert.Equal(200_000, Reach(100, 0)); // 500 is not: the route might be as good
        Assert.Equal(50_000, Reach(100, 1));
        Assert.Equal(double.PositiveInfinity, Reach(500, 0));
    }

    [Fact]
    public void A_price_by_distance_ends_within_a_zone()
    {
        var policy = RoutingPolicy.Presets[0] with
        {
            Zones = [new(double.MaxValue, 0, 0, 0)], KilometreMinor = 10, DayMinor = 0, NotFoundMinor = 0, ScarcityMinor = 0,
        };
        var reach = RouteReach.Metres(RouteWorld.Ship(1), [RouteWorld.At("A", 20, 1)], policy, 0);
        Assert.InRange(reach, 20_000, 20_200); // 200 for the way; a minor unit more for rounding
    }

    [Fact]
    public void Nothing_is_said_where_distance_says_nothing()
    {
        var (policy, candidates) = (RoutingPolicy.Presets[0], new[] { RouteWorld.At("A", 1, 5) });
        Assert.Equal(double.PositiveInfinity, RouteReach.Metres(RouteWorld.Ship(6), candidates, policy, 0)); // not alone
        Assert.False(RouteReach.Applies(RouteWorld.Ship(1), policy with { ScarcityBy = ScarcityBy.Demand }));
        Assert.False(RouteReach.Applies(RouteWorld.Ship(1), policy with { Criteria = [RouteCriterion.Promise, RouteCriterion.Cost] }));
        Assert.False(RouteReach.Applies(RouteWorld.Ship(1) with { Wish = new Wish(WishKind.CollectAt, LocationId.Parse("A")) }, policy));
        Assert.False(RouteReach.Applies(RouteWorld.Ship(1) with { Wish = new Wish(WishKind.DecideLater) }, policy));
    }

    [Fact]
    public void Those_that_were_not_looked_at_are_told()
    {
        var request = RouteWorld.Ship(1) with { Beyond = new RouteBeyond(40, LocationId.Parse("FAR"), 60_000) };
        var plan = Router.Route(request, [RouteWorld.At("A", 1, 5)], RoutingPolicy.Presets[0]);
        Assert.Equal(new[] { new VerdictCount(RouteVerdict.Chosen, 1), new VerdictCount(RouteVerdict.Beyond, 40) }, plan.Looked.AsEnumerable());
        Assert.Contains(new RouteThought(LocationId.Parse("FAR"), RouteVerdict.Beyond, null, 60_000), plan.Thoughts);
    }

    private static RouteCandidate WithHandling(string id, double kilometres, long minor)
    {
        var at = RouteWorld.At(id, kilometres, 1);
        return new RouteCandidate
        {
            Location = at.Location, Position = at.Position, Available = at.Available, ReadyAtMs = at.ReadyAtMs, LeavesAtMs = at.LeavesAtMs,
            HandlingMinor = minor,
        };
    }

    private static RouteCandidate[] Within(RouteRequest request, RouteCandidate[] candidates, double metres) =>
        [.. candidates.Where(candidate => request.Wish.Point!.Value.DistanceMetres(candidate.Position) <= metres)];

    // With nothing but its place to speak against it: then the bound is as tight as it can be.
    private static RouteCandidate Ideal(RouteCandidate drawn) => new()
    {
        Location = drawn.Location, Position = drawn.Position, Available = drawn.Available, ReadyAtMs = RouteWorld.NowMs, LeavesAtMs = RouteWorld.NowMs,
    };

    // All sorts of aims, prices by distance, zones that grow cheaper, classes of weight; collected and sent.
    private static (RouteRequest Request, RouteCandidate[] Candidates, RoutingPolicy Policy) Draw(Random random)
    {
        var (request, candidates, policy) = RouteWorld.Draw(random, candidatesMax: 14, linesMax: 3);
        RouteCriterion[][] aims =
        [
            [], [], [RouteCriterion.Cost], [RouteCriterion.Distance, RouteCriterion.Cost], [RouteCriterion.Parts, RouteCriterion.Cost],
            [RouteCriterion.Parts, RouteCriterion.Distance, RouteCriterion.Promise],
        ];
        policy = policy with
        {
            Criteria = [.. aims[random.Next(aims.Length)]],
            KilometreMinor = random.Next(3) == 0 ? random.Next(1, 10) : 0,
            DayMinor = random.Next(0, 100),
            NotFoundMinor = random.Next(0, 400),
            Zones =
            [
                new(80_000, random.Next(100, 900), random.Next(40), random.Next(3) * 86_400_000L),
                new(250_000, random.Next(100, 900), random.Next(40), random.Next(3) * 86_400_000L)
                {
                    Steps = random.Next(2) == 0 ? [] : [new(2_000, 0), new(5_000, random.Next(300)), new(10_000, 300 + random.Next(300))],
                },
                new(double.MaxValue, random.Next(100, 1_500), random.Next(40), random.Next(4) * 86_400_000L),
            ],
        };
        candidates = random.Next(2) == 0 ? candidates : [.. candidates.Select(Ideal)];
        var wish = random.Next(4) switch { 0 => WishKind.CollectNear, 1 => WishKind.DecideLater, _ => WishKind.Ship };
        return (request with { Wish = new Wish(wish, Point: RouteWorld.Home) }, candidates, policy);
    }
}
