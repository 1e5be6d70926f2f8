using System.Collections.Immutable;
using Inventory.Domain.Codec;
using Inventory.Domain.Orders;
using Inventory.Domain.Routing;

namespace Inventory.Domain.Tests.Routing;

public sealed class PolicyBookTests
{
    private static readonly Actor s_by = new(Channel.Web, "ann", "season");
    private readonly List<PolicyEvent> _events = [];
    private readonly PolicyBook _book = new();
    private long _nowMs = 1_000;

    [Fact]
    public void What_is_shipped_is_version_1_of_each_and_stays()
    {
        Assert.Equal(["clear-stores", "fewest-splits", "lowest-cost", "nearest", "protect-stores"], _book.Set().Active.Select(policy => policy.Name));
        Assert.All(_book.Set().Active, policy => Assert.Equal(1, policy.Version));
        Assert.Equal(PolicyOutcome.InUse, Delete("1", "nearest", 1));
        Create("2", "nearest");
        Activate("3", "nearest", 2);
        Assert.Equal(PolicyOutcome.InUse, Delete("4", "nearest", 1)); // not active, but shipped
        Assert.Equal(PolicyOutcome.InUse, Delete("5", "nearest", 2));
    }

    [Fact]
    public void A_version_is_used_once_it_is_activated_and_rolled_back_to_the_one_before()
    {
        Assert.Equal(PolicyOutcome.NoEarlier, RollBack("1", "lowest-cost"));
        Create("2", "lowest-cost", policy => policy with { SplitMinor = 500 });
        Assert.Equal(200, _book.Set().Named("lowest-cost")!.SplitMinor);
        Activate("3", "lowest-cost", 2);
        Assert.Equal((500, 2), (_book.Set().Named("lowest-cost")!.SplitMinor, _book.Set().Named("lowest-cost")!.Version));
        Assert.Equal(PolicyOutcome.Accepted, RollBack("4", "lowest-cost"));
        Assert.Equal(1, _book.Set().Named("lowest-cost")!.Version);
        Assert.Equal(PolicyOutcome.NoEarlier, RollBack("5", "lowest-cost"));
        Assert.Equal(PolicyOutcome.Accepted, Delete("6", "lowest-cost", 2));
        Create("7", "lowest-cost");
        Assert.Equal(3, _book.Policies["lowest-cost"].Versions[^1].Policy.Version); // a number is not used again
        Assert.Equal(PolicyOutcome.NotFound, Activate("8", "lowest-cost", 2));
        Assert.Equal(PolicyOutcome.NotFound, Activate("9", "highest-cost", 1));
    }

    [Fact]
    public void A_write_that_is_repeated_gets_its_first_answer_and_other_content_is_refused()
    {
        Create("1", "mine");
        var again = PolicyBookRules.Create(_book, Id("1"), s_by, new RoutingPolicy { Name = "mine" }, _nowMs);
        Assert.Equal((PolicyOutcome.AlreadyAccepted, 1, null), (again.Outcome, again.Version, again.Change));
        var other = PolicyBookRules.Create(_book, Id("1"), s_by, new RoutingPolicy { Name = "mine", MaxParts = 2 }, _nowMs);
        Assert.Equal((PolicyOutcome.IdReused, null), (other.Outcome, other.Change));
        Assert.Equal(PolicyOutcome.IdReused, Activate("1", "mine", 1));
    }

    [Fact]
    public void All_problems_are_told_at_once_by_field()
    {
        var wrong = new RoutingPolicy
        {
            Name = "My policy", MaxParts = 11, MaxMetres = -1, Criteria = [RouteCriterion.Cost, RouteCriterion.Cost], Kinds = [(LocationKind)99],
            PromiseMs = -1, Unfillable = (Unfillable)9, Fallback = "nobody", DayMinor = -1, MinPartValueMinor = -1, ScarcityUnits = 0,
            Zones = [new ShippingZone(5, -1, -1, -1) { Steps = [new WeightStep(500, 10), new WeightStep(400, 5)] }],
        };
        Assert.Equal(
            [
                "name", "max_parts", "max_metres", "kinds", "criteria", "promise_within", "unfillable", "zones", "zones[0].parcel_minor",
                "zones[0].kilogram_minor", "zones[0].transit", "zones[0].steps", "scarcity_units", "day_minor", "min_part_value_minor", "fallback",
            ],
            PolicyBookRules.Problems(_book, wrong).Select(problem => problem.Field));
        var decision = PolicyBookRules.Create(_book, Id("1"), s_by, wrong, _nowMs);
        Assert.Equal((PolicyOutcome.Invalid, 16, null), (decision.Outcome, decision.Problems.Length, decision.Change));
    }

    [Fact]
    public void The_first_rule_that_is_for_an_order_chooses_its_policy()
    {
        Choose("1", "lowest-cost", new PolicyRule("nearest", [], ["gold"], []), new PolicyRule("fewest-splits", [], [], [], MinValueMinor: 5_000),
            new PolicyRule("clear-stores", [], [], ["north"], FromMs: 2_000, UntilMs: 3_000), new PolicyRule("protect-stores", [Channel.Parse("app")], [], []));
        Assert.Equal("lowest-cost", For(new Ask()));
        Assert.Equal("nearest", For(new Ask(Tier: "Gold", ValueMinor: 9_000)));
        Assert.Equal("fewest-splits", For(new Ask(ValueMinor: 5_000)));
        Assert.Equal("lowest-cost", For(new Ask(ValueMinor: 4_999)));
        Assert.Equal("lowest-cost", For(new Ask(Region: "north", AtMs: 1_999)));
        Assert.Equal("clear-stores", For(new Ask(Region: "north", AtMs: 2_000)));
        Assert.Equal("lowest-cost", For(new Ask(Region: "north", AtMs: 3_000)));
        Assert.Equal("protect-stores", For(new Ask(Channel: "app")));
        Assert.Equal("clear-stores", For(new Ask(Channel: "app", Policy: "clear-stores")));
    }

    [Fact]
    public void Rules_that_name_what_is_not_used_are_refused_by_field()
    {
        Create("1", "idle");
        var choice = new PolicyChoice([new PolicyRule("idle", [], [""], [], MinValueMinor: 9, MaxValueMinor: 5, FromMs: 7, UntilMs: 7)], "nobody");
        var decision = PolicyBookRules.Choose(_book, Id("2"), s_by, choice, _nowMs);
        Assert.Equal(
            ["usual_policy", "rules[0].policy", "rules[0].max_value_minor", "rules[0].until_time", "rules[0].tiers"],
            decision.Problems.Select(problem => problem.Field));
    }

    [Fact]
    public void A_fallback_is_asked_if_the_first_fills_nothing()
    {
        Create("1", "close", policy => policy with { MaxMetres = 10_000, Fallback = "nearest" });
        Activate("2", "close", 1);
        var (used, close) = (_book.Set(), _book.Set().Named("close")!);
        var plan = Router.Route(RouteWorld.Ship(1), [RouteWorld.At("far", 50, 1)], close, used.FallbackOf(close), out var by);
        Assert.Equal(("nearest", 1), (by.Name, plan.Parts.Length));
        Router.Route(RouteWorld.Ship(1), [RouteWorld.At("near", 5, 1), RouteWorld.At("far", 50, 1)], close, used.FallbackOf(close), out by);
        Assert.Equal("close", by.Name);
        Router.Route(RouteWorld.Ship(1), [RouteWorld.At("none", 5, 0)], close, used.FallbackOf(close), out by);
        Assert.Equal("close", by.Name);
    }

    [Fact]
    public void What_was_written_is_read_as_it_was_and_absent_fields_are_defaults()
    {
        Create("1", "mine", policy => policy with { SplitMinor = 0, Criteria = [RouteCriterion.Parts], Excluded = [LocationId.Parse("S1")] });
        Activate("2", "mine", 1);
        Choose("3", "mine", new PolicyRule("nearest", [Channel.Web], ["gold"], []));
        RollBack("4", "nearest");
        var again = new PolicyBook();
        foreach (var change in _events)
        {
            var read = PolicyCodec.Decode(PolicyCodec.Encode(change));
            Assert.Equal(PolicyCodec.Encode(change), PolicyCodec.Encode(read));
            again.Apply(read);
        }

        Assert.Equal((0, _book.Revision), (again.Set().Named("mine")!.SplitMinor, again.Revision));
        Assert.Equal("nearest", again.Choice.Rules[0].Policy);
        var old = PolicyCodec.Decode([1, .. """{"e":"created","atMs":5,"policy":{"name":"old","maxParts":2}}"""u8]);
        var policy = Assert.IsType<PolicyCreated>(old).Policy;
        Assert.Equal((2, 200, 10, 3, false), (policy.MaxParts, policy.SplitMinor, policy.ScarcityUnits, policy.Zones.Length, policy.Kinds.IsDefault));
        Assert.Throws<FormatException>(() => PolicyCodec.Decode([1, .. """{"e":"created","atMs":5,"policy":{"name":"old","new":2}}"""u8]));
        Assert.Throws<FormatException>(() => PolicyCodec.Decode([2]));
    }

    [Fact]
    public void There_is_an_end_to_versions_and_policies()
    {
        for (var version = 1; version <= Limits.PolicyVersionsMax; version++)
        {
            Create($"v{version}", "mine");
        }

        Assert.Equal(PolicyOutcome.TooMany, PolicyBookRules.Create(_book, Id("more"), s_by, new RoutingPolicy { Name = "mine" }, _nowMs).Outcome);
        for (var policy = _book.Policies.Count; policy < Limits.PoliciesMax; policy++)
        {
            Create($"p{policy}", $"policy-{policy}");
        }

        Assert.Equal(PolicyOutcome.TooMany, PolicyBookRules.Create(_book, Id("other"), s_by, new RoutingPolicy { Name = "other" }, _nowMs).Outcome);
    }

    private static RequestId Id(string text) => RequestId.Parse(text);

    private void Create(string id, string name, Func<RoutingPolicy, RoutingPolicy>? change = null)
    {
        var policy = new RoutingPolicy { Name = name };
        Assert.Equal(PolicyOutcome.Accepted, Take(PolicyBookRules.Create(_book, Id(id), s_by, change?.Invoke(policy) ?? policy, _nowMs++)));
    }

    private PolicyOutcome Activate(string id, string name, int version) => Take(PolicyBookRules.Activate(_book, Id(id), s_by, name, version, _nowMs++));

    private PolicyOutcome RollBack(string id, string name) => Take(PolicyBookRules.RollBack(_book, Id(id), s_by, name, _nowMs++));

    private PolicyOutcome Delete(string id, string name, int version) => Take(PolicyBookRules.Delete(_book, Id(id), s_by, name, version, _nowMs++));

    private void Choose(string id, string usual, params ImmutableArray<PolicyRule> rules) =>
        Assert.Equal(PolicyOutcome.Accepted, Take(PolicyBookRules.Choose(_book, Id(id), s_by, new PolicyChoice(rules, usual), _nowMs++)));

    private PolicyOutcome Take(PolicyDecision decision)
    {
        if (decision.Change is { } change)
        {
            _events.Add(change);
            _book.Apply(change);
        }

        return decision.Outcome;
    }

    private string For(Ask ask)
    {
        var line = new OrderedLine(Sku.Parse("MUG"), 1, new Wish(WishKind.Ship, Point: RouteWorld.Home), ask.ValueMinor);
        var content = new OrderContent([line], "", Channel.Parse(ask.Channel), 1_000, Policy: ask.Policy, Tier: ask.Tier, Region: ask.Region);
        return _book.Set().For(content, ask.AtMs).Name;
    }

    private sealed record Ask(string Channel = "web", string Tier = "", string Region = "", long ValueMinor = 0, long AtMs = 1_000, string Policy = "");
}
