using Inventory.RouteQuality;

namespace Inventory.Domain.Tests.Routing;

/// <summary>The comparison of ways of routing, small.</summary>
public sealed class RouteQualityTests
{
    [Fact]
    public void Small_instances_are_solved_as_well_as_by_trying_every_share()
    {
        // With classes of weight, few picks and parcels, least values of parts, criteria in any order, and promises as a rule.
        var result = Exact.Compare(seed: 7, instances: 1_000);
        Assert.Equal(new Exact.Result(1_000, 1_000, 1_000, 0.0, -1), result);
    }

    [Fact]
    public void A_year_of_routes_costs_less_than_nearest_first_and_is_no_later()
    {
        foreach (var year in Report.Chosen(new Settings(Seed: 7, Orders: 2_000, Locations: 60)))
        {
            var policy = Report.Policy(year);
            var all = Play.Ways(policy).Select(each => Play.Run(year, policy, each.Name, each.Way)).ToArray();
            var (nearest, byUnit, router) = (all[0], all[1], all[^1]);
            Assert.True(router.CostMinor <= nearest.CostMinor * 0.95, $"{year.Name}: {router.CostMinor} against {nearest.CostMinor}");
            Assert.True(router.CostMinor <= byUnit.CostMinor * 0.9, $"{year.Name}: {router.CostMinor} against {byUnit.CostMinor}");
            Assert.True(router.Late <= nearest.Late, $"{year.Name}: {router.Late} late, nearest first {nearest.Late}");
            Assert.All(all, books => Assert.Equal(
                year.Orders.Sum(order => order.Lines.Sum(line => line.Units)), books.FilledUnits + books.UnfilledUnits));
        }
    }

    [Fact]
    public void The_same_seed_gives_the_same_year()
    {
        static long Cost(int seed)
        {
            var year = Years.Stores(seed, orders: 100, locations: 30);
            var policy = Report.Policy(year);
            return Play.Run(year, policy, "router", Play.Ways(policy).Last().Way).CostMinor;
        }

        Assert.Equal(Cost(3), Cost(3));
        Assert.NotEqual(Cost(3), Cost(4));
    }

    [Theory]
    [InlineData("--orders", "0")]
    [InlineData("--orders", "many")]
    [InlineData("--what", "1")]
    [InlineData("--seed")]
    public void A_wrong_option_is_named(params string[] args) =>
        Assert.Contains(args[0], Assert.Throws<FormatException>(() => Settings.Parse(args)).Message, StringComparison.Ordinal);
}
