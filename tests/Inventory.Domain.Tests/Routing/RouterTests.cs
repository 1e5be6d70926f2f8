using Inventory.Domain.Orders;
using Inventory.Domain.Routing;
using static Inventory.Domain.Tests.Routing.RouteWorld;

namespace Inventory.Domain.Tests.Routing;

public sealed class RouterTests
{
    private static readonly RoutingPolicy s_cheap = Preset("lowest-cost");

    [Fact]
    public void One_location_that_has_all_beats_two_nearer_ones_that_must_split()
    {
        var plan = Router.Route(Ship(1, 1), [At("a", 5, 9, 0), At("b", 6, 0, 9), At("c", 30, 9, 9)], s_cheap);
        Assert.Equal(["c"], Places(plan));
        Assert.True(plan.IsOptimal);
        Assert.Equal(plan.CostMinor, plan.BoundMinor);
    }

    [Fact]
    public void Two_units_that_lie_in_two_stores_make_an_order_of_two()
    {
        var plan = Router.Route(Ship(2), [At("a", 5, 1), At("b", 6, 1)], s_cheap);
        Assert.Equal(["a", "b"], Places(plan));
        Assert.All(plan.Parts, part => Assert.Equal([new LineUnits(0, 1)], part.Units.AsEnumerable()));
        Assert.Empty(plan.Unfilled);
        Assert.Equal([0, s_cheap.SplitMinor], plan.Parts.Select(part => part.Cost.Split));
    }

    [Fact]
    public void Goods_are_collected_at_one_place()
    {
        var plan = Router.Route(CollectNear(1, 1), [At("a", 1, 9, 0), At("b", 1, 0, 9), At("c", 20, 9, 9)], s_cheap);
        Assert.Equal(["c"], Places(plan));
        plan = Router.Route(CollectNear(1, 1), [At("a", 1, 9, 0), At("b", 2, 0, 9)], s_cheap);
        Assert.Equal(["a"], Places(plan));
        Assert.Equal([new LineUnits(1, 1)], plan.Unfilled.AsEnumerable());
    }

    [Fact]
    public void The_presets_choose_as_their_names_say()
    {
        RouteCandidate[] candidates = [At("near-last", 40, 1, 1), At("far-many", 45, 50, 50), At("half-a", 1, 50, 0), At("half-b", 2, 0, 50)];
        var request = Ship(1, 1);
        Assert.Equal(["half-a", "half-b"], Places(Router.Route(request, candidates, Preset("nearest"))));
        Assert.Equal(["near-last"], Places(Router.Route(request, candidates, Preset("clear-stores"))));
        Assert.Equal(["far-many"], Places(Router.Route(request, candidates, Preset("protect-stores"))));
        Assert.Single(Router.Route(request, candidates, Preset("fewest-splits")).Parts);
    }

    [Fact]
    public void Every_hard_rule_keeps_a_location_out_and_says_so()
    {
        static RouteCandidate With(string id, Func<RouteCandidate, RouteCandidate> change) => change(At(id, 10, 5));
        RouteCandidate[] candidates =
        [
            At("chosen", 10, 5),
            At("empty", 10, 0),
            At("far", 900, 5),
            At("worse", 11, 5),
            With("rejected", c => Copy(c, isExcluded: true)),
            With("no-parcels", c => Copy(c, leavesAtMs: null)),
            With("collect-only", c => Copy(c, capabilities: Capabilities.Collect)),
            With("warehouse", c => Copy(c, kind: LocationKind.Warehouse)),
            With("no-hazard", c => Copy(c, handles: Handling.Oversized)),
            With("full", c => Copy(c, capacityLeft: 0)),
            With("late", c => Copy(c, leavesAtMs: NowMs + 999_000_000)),
        ];
        var policy = s_cheap with { MaxMetres = 100_000, Kinds = [LocationKind.Store], KilometreMinor = 1 };
        var request = Ship(1) with { Lines = [new RouteLine(0, 1, 100, 100, Handling.Hazardous)], PromiseByMs = NowMs + 500_000_000 };
        var plan = Router.Route(request, candidates, policy);
        Assert.Equal(
            [
                ("chosen", RouteVerdict.Chosen), ("collect-only", RouteVerdict.Incapable), ("empty", RouteVerdict.NoStock), ("far", RouteVerdict.TooFar),
                ("full", RouteVerdict.NoCapacity), ("late", RouteVerdict.TooLate), ("no-hazard", RouteVerdict.GoodsNotAllowed),
                ("no-parcels", RouteVerdict.Incapable), ("rejected", RouteVerdict.Excluded), ("warehouse", RouteVerdict.KindNotAllowed),
                ("worse", RouteVerdict.Worse),
            ],
            plan.Thoughts.Select(thought => (thought.Location.Value, thought.Verdict)));
        Assert.Equal(plan.CostMinor, plan.Thoughts[0].AloneMinor);
        Assert.True(plan.Thoughts[^1].AloneMinor > plan.CostMinor);
    }

    [Fact]
    public void No_more_locations_than_the_policy_allows_and_no_part_below_the_least_value()
    {
        RouteCandidate[] candidates = [At("a", 1, 1, 0, 0), At("b", 1, 0, 1, 0), At("c", 1, 0, 0, 1)];
        var plan = Router.Route(Ship(1, 1, 1), candidates, s_cheap with { MaxParts = 2 });
        Assert.Equal(2, plan.Parts.Length);
        Assert.Equal(1, plan.Unfilled.Sum(line => line.Units));
        Assert.Equal(3, Router.Route(Ship(1, 1, 1), candidates, s_cheap).Parts.Length);
        Assert.Single(Router.Route(Ship(1, 1, 1), candidates, s_cheap with { MinPartValueMinor = 1_001 }).Parts);
    }

    [Fact]
    public void Nothing_anywhere_is_an_empty_plan()
    {
        var plan = Router.Route(Ship(3), [At("a", 1, 0)], s_cheap);
        Assert.Empty(plan.Parts);
        Assert.Equal([new LineUnits(0, 3)], plan.Unfilled.AsEnumerable());
        Assert.Empty(Router.Route(Ship(3), [], s_cheap).Parts);
    }

    [Fact]
    public void Drawn_instances_are_solved_as_well_as_by_looking_at_every_set()
    {
        for (var seed = 1; seed <= 3_000; seed++)
        {
            var (request, candidates, policy) = Draw(new Random(seed), candidatesMax: 9, linesMax: 4);
            var plan = Router.Route(request, candidates, policy);
            var found = (plan.Unfilled.Sum(line => line.Units), plan.CostMinor);
            Assert.True(plan.IsOptimal, $"seed {seed}");
            var best = BruteForce.Best(request, candidates, policy);
            Assert.True(found == best, $"seed {seed}: {found}, and there is {best}");
        }
    }

    [Fact]
    public void Any_order_of_the_candidates_gives_the_same_plan()
    {
        for (var seed = 1; seed <= 300; seed++)
        {
            var random = new Random(seed);
            var (request, candidates, policy) = Draw(random, candidatesMax: 40, linesMax: 8);
            var plan = Router.Route(request, candidates, policy);
            random.Shuffle(candidates);
            var again = Router.Route(request, candidates, policy);
            Assert.True(Told(plan) == Told(again), $"seed {seed}:\n{Told(plan)}\n{Told(again)}");
        }
    }

    [Fact]
    public void Large_plans_give_no_more_than_there_is_and_tell_a_bound()
    {
        for (var seed = 1; seed <= 20; seed++)
        {
            var (request, candidates, policy) = Draw(new Random(seed), candidatesMax: 800, linesMax: 20);
            var plan = Router.Route(request, candidates, policy);
            Assert.True(plan.BoundMinor <= plan.CostMinor && plan.Parts.Length <= policy.MaxParts, $"seed {seed}");
            foreach (var part in plan.Parts)
            {
                var candidate = candidates.Single(each => each.Location == part.Location);
                Assert.All(part.Units, line => Assert.InRange(line.Units, 1, candidate.Available[line.Line]));
                Assert.True(part.PromisedAtMs <= (request.PromiseByMs == 0 ? long.MaxValue : request.PromiseByMs), $"seed {seed}");
            }

            for (var i = 0; i < request.Lines.Length; i++)
            {
                var given = plan.Parts.Sum(part => part.Units.Where(line => line.Line == i).Sum(line => line.Units));
                Assert.Equal(request.Lines[i].Units, given + plan.Unfilled.Where(line => line.Line == i).Sum(line => line.Units));
            }
        }
    }

    [Fact]
    public void Presets_are_valid_and_a_wrong_policy_names_its_fields()
    {
        Assert.All(RoutingPolicy.Presets, policy => Assert.Empty(policy.Problems()));
        var wrong = s_cheap with { Name = "No!", MaxParts = 0, MaxMetres = double.NaN, Zones = [], ScarcityUnits = 0, SplitMinor = -1 };
        Assert.Equal(
            ["name", "max_parts", "max_metres", "zones", "scarcity_units", "split_minor"], wrong.Problems().Select(problem => problem.Field));
    }

    [Theory]
    [InlineData(0, 150)]
    [InlineData(5, 57)]
    [InlineData(10, 0)]
    [InlineData(1_000, 0)]
    public void Units_cost_more_the_fewer_there_are(long available, long minor) => Assert.Equal(minor, s_cheap.ScarcityOf(available));

    private static RoutingPolicy Preset(string name) => RoutingPolicy.Presets.Single(policy => policy.Name == name);

    private static IEnumerable<string> Places(RoutePlan plan) => plan.Parts.Select(part => part.Location.Value).Order(StringComparer.Ordinal);

    private static string Told(RoutePlan plan) =>
        $"{plan.CostMinor} {plan.BoundMinor} " + string.Join("; ", plan.Parts.Select(part => $"{part.Location}: {string.Join(',', part.Units)}"));

    private static RouteCandidate Copy(
        RouteCandidate from,
        bool isExcluded = false,
        long? leavesAtMs = NowMs,
        Capabilities capabilities = Capabilities.All,
        LocationKind kind = LocationKind.Store,
        Handling handles = Handling.Hazardous,
        long capacityLeft = 1) => new()
    {
        Location = from.Location, Position = from.Position, Available = from.Available, ReadyAtMs = from.ReadyAtMs, LeavesAtMs = leavesAtMs,
        IsExcluded = isExcluded, Capabilities = capabilities, Kind = kind, Handles = handles, CapacityLeft = capacityLeft,
    };
}
