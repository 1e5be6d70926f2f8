using System.Collections.Immutable;
using Inventory.Domain.Orders;
using Inventory.Domain.Routing;

namespace Inventory.Domain.Tests.Routing;

/// <summary>Demand as orders teach it, and the price that it gives to scarce units.</summary>
public sealed class DemandTests
{
    private const long DayMs = 24L * 60 * 60 * 1000;
    private static readonly Position s_london = new(51.5, -0.1), s_leeds = new(53.8, -1.5);
    private static readonly RoutingPolicy s_byDemand =
        RoutingPolicy.Presets[0] with { Name = "by-demand", ScarcityBy = ScarcityBy.Demand, ScarcityMinor = 1_000, SupplyDays = 7 };

    [Theory]
    [InlineData(90, 180)]
    [InlineData(-90, -180)]
    [InlineData(0, 0)]
    [InlineData(52, 179.999)]
    public void Every_place_has_a_region(double latitude, double longitude) =>
        Assert.InRange(DemandRegion.Of(new Position(latitude, longitude)), 0, (180 * 360) - 1);

    [Fact]
    public void Places_near_each_other_share_a_region_and_numbers_stay_as_they_are_on_record()
    {
        Assert.Equal(DemandRegion.Of(s_london), DemandRegion.Of(new Position(51.4, -0.3)));
        Assert.NotEqual(DemandRegion.Of(s_london), DemandRegion.Of(s_leeds));
        Assert.Equal((141 * 360) + 111, DemandRegion.Of(s_london)); // band of 51 degrees, 224 pieces around
        Assert.Equal((143 * 360) + 106, DemandRegion.Of(s_leeds));
    }

    [Fact]
    public void A_steady_demand_is_known_after_weeks_and_fades_when_it_ends()
    {
        var book = new DemandBook();
        for (var day = 0; day < 200; day++)
        {
            book.Apply(new DemandNoted(1 + (day * DayMs), 7, 10));
        }

        var now = Assert.Single(book.At(200 * DayMs));
        Assert.InRange(now.UnitsPerDay, 9.8, 10.2);
        Assert.Equal(10, now.UnitsPerOrder, 6);
        Assert.InRange(book.At((200 * DayMs) + DemandBook.HalfLifeMs)[0].UnitsPerDay, 4.8, 5.2);
    }

    [Fact]
    public void A_first_order_is_not_taken_for_one_a_minute()
    {
        var book = new DemandBook();
        Assert.Empty(book.At(1));
        book.Apply(new DemandNoted(1, 7, 14));
        Assert.Equal(2, Assert.Single(book.At(2)).UnitsPerDay, 3);
    }

    [Fact]
    public void Of_too_many_regions_the_least_wanted_is_forgotten()
    {
        var book = new DemandBook();
        for (var region = 0; region <= DemandBook.RegionsMax; region++)
        {
            book.Apply(new DemandNoted(1, region, region == 5 ? 1 : 2));
        }

        Assert.Equal(DemandBook.RegionsMax, book.Regions.Count);
        Assert.DoesNotContain(5, book.Regions.Keys);
    }

    [Fact]
    public void A_region_that_wants_its_units_keeps_them_if_that_costs_little()
    {
        var (london, leeds) = (DemandRegion.Of(s_london), DemandRegion.Of(s_leeds));
        ImmutableArray<RegionDemand> demand = [new(london, 2, 1), new(leeds, 0.1, 1)];
        var home = new Position(52.6, -0.8); // a little nearer to London than to Leeds
        Assert.Equal(("london", 0), Chosen(home, default, RoutingPolicy.Presets[0] with { ScarcityMinor = 0 }));
        Assert.Equal(("leeds", 0), Chosen(home, demand, s_byDemand));

        // The same demand against a region with plenty says nothing.
        Assert.Equal(("london", 0), Chosen(home, [new(london, 2, 1)], s_byDemand, atLondon: 100));
    }

    [Fact]
    public void Units_of_all_locations_of_a_region_cover_its_demand_and_the_price_is_told()
    {
        var region = DemandRegion.Of(s_london);
        var request = Request(s_london, [new(region, 2, 1)]);
        RouteCandidate[] candidates = [Candidate("a", s_london, 5), Candidate("b", new Position(51.4, -0.2), 9)];
        var part = Router.Route(request, candidates, s_byDemand).Parts.Single();
        Assert.Equal(ScarcityPrice.Of(14, 2, 7, 1_000), part.Cost.Scarcity);
        Assert.InRange(part.Cost.Scarcity, 500, 600); // 14 are wanted in a week, 14 are there
    }

    [Fact]
    public void What_is_wanted_by_the_dozen_is_priced_by_the_order()
    {
        var demand = new RegionDemand(1, 24, 12);
        Assert.Equal(ScarcityPrice.Of(3, 2, 7, 1_200) / 12.0, ScarcityPrice.Of(36, demand, 7, 1_200), 0.51);
        Assert.Equal(ScarcityPrice.Of(36, demand, 7, 1_200), ScarcityPrice.Of(25, demand, 7, 1_200)); // the third order is begun
        Assert.Throws<ArgumentOutOfRangeException>(() => ScarcityPrice.Of(1, new RegionDemand(1, double.NaN, 1), 7, 100));
    }

    [Fact]
    public void A_sku_that_nobody_ordered_is_priced_by_its_shelf()
    {
        var route = Router.Route(Request(s_london, []), [Candidate("a", s_london, 5)], s_byDemand);
        Assert.Equal(s_byDemand.ScarcityOf(5), route.Parts.Single().Cost.Scarcity);
    }

    [Fact]
    public void Demand_cannot_clear_shelves()
    {
        var wrong = RoutingPolicy.Presets[4] with { ScarcityBy = ScarcityBy.Demand, SupplyDays = 0 };
        Assert.Equal(["scarcity_by", "supply_days"], wrong.Problems().Select(each => each.Field));
        Assert.Equal(["scarcity_by"], (s_byDemand with { ScarcityBy = (ScarcityBy)9 }).Problems().Select(each => each.Field));
        Assert.Empty(s_byDemand.Problems());
    }

    private static (string Location, long Scarcity) Chosen(
        Position home, ImmutableArray<RegionDemand> demand, RoutingPolicy policy, int atLondon = 3)
    {
        var part = Router.Route(Request(home, demand), [Candidate("london", s_london, atLondon), Candidate("leeds", s_leeds, 30)], policy).Parts.Single();
        return (part.Location.Value, part.Cost.Scarcity);
    }

    private static RouteRequest Request(Position home, ImmutableArray<RegionDemand> demand) =>
        new([new RouteLine(0, 1)], new Wish(WishKind.Ship, Point: home), 0) { Demand = demand.IsDefault ? default : [demand] };

    private static RouteCandidate Candidate(string id, Position at, long units) =>
        new() { Location = LocationId.Parse(id), Position = at, Available = [units], LeavesAtMs = 0 };
}
