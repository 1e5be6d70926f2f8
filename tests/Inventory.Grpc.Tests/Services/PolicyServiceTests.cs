using Grpc.Core;
using Inventory.Grpc.Tests.Doubles;
using Inventory.V1;

namespace Inventory.Grpc.Tests.Services;

/// <summary>Policies over the wire, and what orders make of them.</summary>
public sealed class PolicyServiceTests
{
    [Fact]
    public async Task A_policy_is_made_activated_chosen_by_a_rule_and_rolled_back()
    {
        await using var shop = await OrderShop.Start(near: 5, middle: 5, far: 5);
        var policies = shop.Server.Policies;
        var policy = new Policy { Name = "not-near", ExcludedLocationIds = { "near" }, Criteria = { RouteCriterion.Distance } };
        var created = await policies.CreatePolicyAsync(new CreatePolicyRequest { RequestId = "c-1", Policy = policy });
        Assert.Equal((true, 1), (created.Decision.Accepted, created.Version));
        created = await policies.CreatePolicyAsync(new CreatePolicyRequest { RequestId = "c-1", Policy = policy });
        Assert.True(created.Decision.Repeated);
        Assert.Equal(RefusalReason.IdReused, (await policies.CreatePolicyAsync(
            new CreatePolicyRequest { RequestId = "c-1", Policy = new Policy { Name = "other" } })).Decision.RefusalReason);

        // Not yet active: no order can name it.
        await Refused(() => Place(shop, "not-near", "").ResponseAsync, StatusCode.InvalidArgument, "content.policy");
        Assert.True((await policies.ActivatePolicyAsync(new ActivatePolicyRequest { RequestId = "a-1", Name = "not-near", Version = 1 })).Decision.Accepted);
        var order = (await Place(shop, "not-near", "")).Order;
        Assert.Equal(("middle", "not-near", 1), (order.Parts.Single().LocationId, order.Policy, order.PolicyVersion));

        var rules = new PolicyRules { UsualPolicy = "lowest-cost", Rules = { new PolicyRule { Policy = "not-near", Tiers = { "gold" } } } };
        Assert.True((await policies.SetPolicyRulesAsync(new SetPolicyRulesRequest { RequestId = "s-1", Rules = rules })).Decision.Accepted);
        Assert.Equal("middle", (await Place(shop, "", "gold")).Order.Parts.Single().LocationId);
        Assert.Equal("near", (await Place(shop, "", "silver")).Order.Parts.Single().LocationId);
        Assert.Equal(rules, (await policies.GetPolicyRulesAsync(new GetPolicyRulesRequest())).Rules);

        policy.ExcludedLocationIds.Add("middle");
        Assert.Equal(2, (await policies.CreatePolicyAsync(new CreatePolicyRequest { RequestId = "c-2", Policy = policy })).Version);
        await policies.ActivatePolicyAsync(new ActivatePolicyRequest { RequestId = "a-2", Name = "not-near", Version = 2 });
        order = (await Place(shop, "not-near", "")).Order;
        Assert.Equal(("far", 2), (order.Parts.Single().LocationId, order.PolicyVersion));
        Assert.Equal(1, (await policies.RollBackPolicyAsync(new RollBackPolicyRequest { RequestId = "r-1", Name = "not-near" })).Version);
        Assert.Equal("middle", (await Place(shop, "not-near", "")).Order.Parts.Single().LocationId);
        Assert.Equal([1, 2], (await policies.ListPoliciesAsync(new ListPoliciesRequest())).Policies.Single(each => each.Name == "not-near").Versions);
        Assert.Equal(2, (await policies.GetPolicyAsync(new GetPolicyRequest { Name = "not-near", Version = 2 })).Policy.Policy.ExcludedLocationIds.Count);
    }

    [Fact]
    public async Task Wrong_policies_are_told_by_field_and_what_is_used_stays()
    {
        await using var shop = await OrderShop.Start(near: 1, middle: 0, far: 0);
        var policies = shop.Server.Policies;
        var wrong = new Policy { Name = "Wrong", MaxParts = 0, Fallback = "nobody" };
        Assert.Equal(["name", "max_parts", "fallback"], (await policies.ValidatePolicyAsync(
            new ValidatePolicyRequest { Policy = wrong })).Problems.Select(problem => problem.Field));
        await Refused(() => policies.CreatePolicyAsync(new CreatePolicyRequest { RequestId = "1", Policy = wrong }).ResponseAsync,
            StatusCode.InvalidArgument, "policy.name");
        await Refused(() => policies.CreatePolicyAsync(
            new CreatePolicyRequest { RequestId = "1", Policy = new Policy { Name = "right", Fallback = "nobody" } }).ResponseAsync,
            StatusCode.InvalidArgument, "policy.fallback");
        await Refused(() => policies.SetPolicyRulesAsync(new SetPolicyRulesRequest
        {
            RequestId = "2", Rules = new PolicyRules { UsualPolicy = "nearest", Rules = { new PolicyRule { Policy = "nobody" } } },
        }).ResponseAsync, StatusCode.InvalidArgument, "rules.rules[0].policy");
        await Refused(() => policies.ActivatePolicyAsync(new ActivatePolicyRequest { RequestId = "3", Name = "nobody", Version = 1 }).ResponseAsync,
            StatusCode.NotFound);
        await Refused(() => policies.GetPolicyAsync(new GetPolicyRequest { Name = "nobody" }).ResponseAsync, StatusCode.NotFound);
        Assert.Equal(RefusalReason.PolicyInUse, (await policies.DeletePolicyAsync(
            new DeletePolicyRequest { RequestId = "4", Name = "nearest", Version = 1 })).Decision.RefusalReason);
        Assert.Equal(RefusalReason.NoEarlierPolicy, (await policies.RollBackPolicyAsync(
            new RollBackPolicyRequest { RequestId = "5", Name = "nearest" })).Decision.RefusalReason);
    }

    [Fact]
    public async Task Scarcity_is_judged_by_demand_where_a_policy_says_so()
    {
        await using var shop = await OrderShop.Start(near: 5, middle: 5, far: 5);
        var policies = shop.Server.Policies;
        var policy = new Policy { Name = "wanted", ScarcityBy = ScarcityBy.Demand, SupplyDays = 14, ScarcityMinor = 5_000 };
        Assert.Equal(["scarcity_by", "supply_days"], (await policies.ValidatePolicyAsync(new ValidatePolicyRequest
        {
            Policy = new Policy { Name = "wrong", ScarcityBy = ScarcityBy.Demand, ScarcityMinor = -1, SupplyDays = 366 },
        })).Problems.Select(problem => problem.Field));
        Assert.True((await policies.CreatePolicyAsync(new CreatePolicyRequest { RequestId = "c", Policy = policy })).Decision.Accepted);
        await policies.ActivatePolicyAsync(new ActivatePolicyRequest { RequestId = "a", Name = "wanted", Version = 1 });
        var kept = (await policies.GetPolicyAsync(new GetPolicyRequest { Name = "wanted" })).Policy.Policy;
        Assert.Equal((ScarcityBy.Demand, 14), (kept.ScarcityBy, kept.SupplyDays));
        var usual = (await policies.GetPolicyAsync(new GetPolicyRequest { Name = "lowest-cost" })).Policy.Policy;
        Assert.Equal((ScarcityBy.Shelf, 7), (usual.ScarcityBy, usual.SupplyDays));
        await shop.Place(4);
        await Eventually.Is(async () => (await Place(shop, "wanted", "")).Order.Parts.Single().LocationId == "far", "the far one is wanted least");
    }

    [Fact]
    public async Task An_order_says_why_in_messages_and_what_becomes_of_units_that_nobody_has_is_the_policys()
    {
        await using var shop = await OrderShop.Start(near: 1, middle: 1, far: 0);
        var policies = shop.Server.Policies;
        Assert.Equal(RefusalReason.Insufficient, (await shop.Place(3)).Decision.RefusalReason);
        await policies.CreatePolicyAsync(new CreatePolicyRequest
        {
            RequestId = "c", Policy = new Policy { Name = "some", Unfillable = UnfillableAction.Partial },
        });
        await policies.ActivatePolicyAsync(new ActivatePolicyRequest { RequestId = "a", Name = "some", Version = 1 });
        var order = (await Place(shop, "some", "", units: 3)).Order;
        Assert.Equal((2, 1, UnfillableAction.Partial), (order.Parts.Count, order.Unfilled.Single().Units, order.Unfillable));
        var why = order.Routes.Single();
        Assert.Equal(("some", 1, true, 2), (why.Policy, why.PolicyVersion, why.Optimal, why.Parts.Count));
        Assert.Equal(order.Parts.Sum(part => part.CostMinor), why.CostMinor);
        Assert.All(why.Parts, part => Assert.Equal(
            order.Parts.Single(each => each.LocationId == part.LocationId).CostMinor,
            part.ShippingMinor + part.HandlingMinor + part.SplitMinor + part.DistanceMinor + part.LatenessMinor + part.LoadMinor
                + part.NotFoundMinor + part.ScarcityMinor));
        Assert.Equal([RouteVerdict.Chosen], why.Looked.Select(same => same.Verdict));
        Assert.Equal(["middle", "near"], why.Thoughts.Select(thought => thought.LocationId));
    }

    [Fact]
    public async Task Units_that_wait_are_tried_again_when_some_come_and_when_that_is_asked_for()
    {
        await using var shop = await OrderShop.Start(near: 1, middle: 0, far: 0);
        var policies = shop.Server.Policies;
        await policies.CreatePolicyAsync(new CreatePolicyRequest
        {
            RequestId = "c", Policy = new Policy { Name = "patient", Unfillable = UnfillableAction.Wait },
        });
        await policies.ActivatePolicyAsync(new ActivatePolicyRequest { RequestId = "a", Name = "patient", Version = 1 });
        var order = (await Place(shop, "patient", "", units: 3)).Order;
        Assert.Equal((1, 2, UnfillableAction.Wait), (order.Parts.Count, order.Unfilled.Single().Units, order.Unfillable));
        var tried = await shop.Web.RetryOrderAsync(new RetryOrderRequest { RequestId = "t-1", OrderId = order.Id });
        Assert.Equal((true, 2), (tried.Decision.Accepted, tried.Order.Unfilled.Single().Units)); // nothing came in
        await shop.Receive("far", 5); // nobody asks
        await Eventually.Is(async () => (await shop.Get(order.Id)).Unfilled.Count == 0, "what waits has a location");
        tried = await shop.Web.RetryOrderAsync(new RetryOrderRequest { RequestId = "t-1", OrderId = order.Id });
        Assert.True(tried.Decision.Repeated); // the first answer
        Assert.Equal(("far", 2), (tried.Order.Parts[1].LocationId, tried.Order.Parts[1].Lines.Single().Units));
        Assert.Equal(RefusalReason.StepNotAllowed, (await shop.Web.RetryOrderAsync(
            new RetryOrderRequest { RequestId = "t-3", OrderId = order.Id })).Decision.RefusalReason);
        Assert.Equal((3, 6), await shop.Sums());
    }

    [Theory]
    [InlineData(UnfillableAction.Wait)]
    [InlineData(UnfillableAction.BackOrder)]
    public async Task An_order_of_which_nothing_is_there_waits_and_is_served_when_units_come(UnfillableAction action)
    {
        await using var shop = await OrderShop.Start(near: 0, middle: 0, far: 0);
        var policies = shop.Server.Policies;
        await policies.CreatePolicyAsync(new CreatePolicyRequest { RequestId = "c", Policy = new Policy { Name = "patient", Unfillable = action } });
        await policies.ActivatePolicyAsync(new ActivatePolicyRequest { RequestId = "a", Name = "patient", Version = 1 });
        var placed = await Place(shop, "patient", "", units: 3);
        Assert.Equal((true, OrderState.Waiting, action, "patient"), (
            placed.Decision.Accepted, placed.Order.State, placed.Order.Unfillable, placed.Order.Policy));
        Assert.Equal(placed.Order.Id, (await shop.Web.ListOrdersAsync(new ListOrdersRequest { States = { OrderState.Waiting } })).Orders.Single().Id);
        var two = await Place(shop, "patient", "", units: 3); // two orders and one last lot: the first has it
        Assert.True((await shop.Confirm(placed.Order.Id)).Accepted);
        Assert.True((await shop.Confirm(two.Order.Id)).Accepted);
        await shop.Receive("far", 3);
        await Eventually.Is(async () => (await shop.Get(placed.Order.Id)).State == OrderState.Confirmed
            || (await shop.Get(two.Order.Id)).State == OrderState.Confirmed, "one of them is served");
        Assert.Equal((3, 3), await shop.Sums());
        await shop.Receive("near", 3);
        await Eventually.Is(async () => (await shop.Get(placed.Order.Id)).State == OrderState.Confirmed
            && (await shop.Get(two.Order.Id)).State == OrderState.Confirmed, "both are served");
        Assert.Equal((6, 6), await shop.Sums());
        var third = (await Place(shop, "patient", "", units: 1)).Order.Id;
        var cancelled = await shop.Web.CancelOrderAsync(new CancelOrderRequest { RequestId = "no", OrderId = third });
        Assert.Equal((true, OrderState.Cancelled), (cancelled.Decision.Accepted, cancelled.Order.State));
        Assert.False((await shop.Ship(third)).Decision.Accepted); // there is nothing to send
    }

    private static AsyncUnaryCall<PlaceOrderResponse> Place(OrderShop shop, string policy, string tier, int units = 1)
    {
        var content = OrderShop.Shipped(units);
        (content.Policy, content.Tier) = (policy, tier);
        return shop.Web.PlaceOrderAsync(new PlaceOrderRequest { RequestId = shop.NewId(), Content = content });
    }

    private static async Task Refused(Func<Task> call, StatusCode code, params string[] fields)
    {
        var refused = await Assert.ThrowsAsync<RpcException>(call);
        Assert.Equal(code, refused.StatusCode);
        Assert.All(fields, field => Assert.Contains(field, refused.Status.Detail, StringComparison.Ordinal));
    }
}
