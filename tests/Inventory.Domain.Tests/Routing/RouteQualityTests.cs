using Inventory.RouteQuality;
using Inventory.RouteQuality.Seasons;

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

    [Fact]
    public void No_way_of_a_season_costs_less_than_its_bound_and_the_best_ones_come_near()
    {
        var (all, bound) = SeasonReport.Play(seed: 7, networks: 1);
        Assert.All(all, books => Assert.True(books.Cost >= bound, $"{books.Name}: {books.Cost}, though nothing costs less than {bound}"));
        Assert.All(all, books => Assert.Equal((all[0].Orders, all[0].Sent + all[0].Unsent), (books.Orders, books.Sent + books.Unsent)));
        var cost = all.ToDictionary(books => books.Name, books => books.Cost);
        Assert.True(cost["prices of the season"] <= bound * 1.06, $"{cost["prices of the season"]} against {bound}");
        Assert.True(cost["rounded together"] <= cost["rounded line by line"], $"{cost["rounded together"]} against {cost["rounded line by line"]}");
        Assert.True(cost["router, by shelf"] <= cost["nearest"] * 0.98, $"{cost["router, by shelf"]} against {cost["nearest"]}");
    }

    [Fact]
    public void Prices_of_a_season_lead_to_ways_that_its_stock_allows()
    {
        var network = SeasonNetwork.Draw(new Random(5));
        double[][] counts = [.. network.Kinds.Select(kind => kind.Chances.Select(chance => chance * SeasonSetting.Arrivals).ToArray())];
        var found = SeasonPrices.Of(network, counts, known: 2 * SeasonSetting.Parcel * SeasonSetting.Arrivals);
        var used = network.Stock.Select(_ => new double[SeasonSetting.Facilities.Length + 1]).ToArray();
        for (var kind = 0; kind < counts.Length; kind++)
        {
            for (var city = 0; city < SeasonSetting.Cities.Length; city++)
            {
                for (var line = 0; line < network.Kinds[kind].Skus.Length; line++)
                {
                    var shares = found.Shares[kind][city][line];
                    Assert.Equal(1, shares.Sum(), 9);
                    for (var f = 0; f < shares.Length; f++)
                    {
                        used[network.Kinds[kind].Skus[line]][f] += counts[kind][city] * shares[f];
                    }
                }
            }
        }

        for (var sku = 0; sku < used.Length; sku++)
        {
            for (var f = 0; f < SeasonSetting.Facilities.Length; f++)
            {
                Assert.InRange(used[sku][f], 0, (network.Stock[sku][f] * 1.05) + 20);
            }
        }
    }

    [Theory]
    [InlineData("--orders", "0")]
    [InlineData("--seasons", "0")]
    [InlineData("--orders", "many")]
    [InlineData("--what", "1")]
    [InlineData("--seed")]
    public void A_wrong_option_is_named(params string[] args) =>
        Assert.Contains(args[0], Assert.Throws<FormatException>(() => Settings.Parse(args)).Message, StringComparison.Ordinal);
}
