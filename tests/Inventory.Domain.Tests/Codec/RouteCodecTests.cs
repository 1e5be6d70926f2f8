using Inventory.Domain.Codec;
using Inventory.Domain.Orders;
using Inventory.Domain.Routing;
using Inventory.Domain.Tests.Routing;

namespace Inventory.Domain.Tests.Codec;

public sealed class RouteCodecTests
{
    private static readonly Actor s_by = new(Channel.Web, "ann", "season");

    [Fact]
    public void Bytes_of_policies_are_pinned_and_read_back()
    {
        Golden.Check("policy-events", Policies().Select(change => (change.GetType().Name, PolicyCodec.Encode(change))));
        Assert.All(Golden.Read("policy-events"), sample => Assert.Equal(sample.Bytes, PolicyCodec.Encode(PolicyCodec.Decode(sample.Bytes))));
    }

    [Fact]
    public void Bytes_of_explained_routes_are_pinned_and_read_back()
    {
        Golden.Check("order-routes", Routes().Select(change => (change.GetType().Name, OrderCodec.Encode(change))));
        Assert.All(Golden.Read("order-routes"), sample => Assert.Equal(sample.Bytes, OrderCodec.Encode(OrderCodec.Decode(sample.Bytes))));
    }

    private static IEnumerable<PolicyEvent> Policies()
    {
        var id = RequestId.Parse("policy-1");
        yield return new PolicyCreated(1_000, id, 7, s_by, new RoutingPolicy
        {
            Name = "mine", Version = 2, MaxParts = 2, MaxMetres = 90_000, Kinds = [LocationKind.Store], MinPartValueMinor = 500,
            Zones = [new ShippingZone(50_000, 300, 0, 86_400_000) { Steps = [new WeightStep(2_000, 0), new WeightStep(30_000, 250)] }],
            SplitMinor = 0, Criteria = [RouteCriterion.Parts, RouteCriterion.Cost], Excluded = [LocationId.Parse("S1")], PromiseMs = 172_800_000,
            Unfillable = Unfillable.Wait, Fallback = "nearest",
        });
        yield return new PolicyActivated(2_000, id, 8, s_by, "mine", 2, IsBack: true);
        yield return new PolicyDeleted(3_000, id, 9, s_by, "mine", 1);
        yield return new PolicyChosen(4_000, id, 10, s_by, new PolicyChoice(
            [new PolicyRule("mine", [Channel.Web], ["gold"], ["north"], 100, 900, 5_000, 6_000), new PolicyRule("nearest", [], [], [])], "lowest-cost"));
    }

    private static IEnumerable<OrderEvent> Routes()
    {
        var request = RouteWorld.Ship(2);
        var plan = Router.Route(request, [RouteWorld.At("a", 5, 1), RouteWorld.At("b", 6, 1), RouteWorld.At("c", 7, 0)], RoutingPolicy.Presets[0]);
        var why = RouteExplanation.Of(WishKind.Ship, RoutingPolicy.Presets[0], plan);
        yield return new LegIntended(1_000, [], [], "lowest-cost", false, []) { PolicyVersion = 3, Unfillable = Unfillable.BackOrder, Routes = [why] };
        yield return new RouteGivenUp(1_000, OrderOutcome.NoRoute, []) { Routes = [why with { BoundMinor = null, IsOptimal = false }] };
    }
}
