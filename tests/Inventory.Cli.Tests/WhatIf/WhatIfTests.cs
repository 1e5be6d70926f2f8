using Inventory.Cli.WhatIf;
using Inventory.Domain;
using Inventory.Domain.Orders;
using Inventory.Domain.Routing;

namespace Inventory.Cli.Tests.WhatIf;

/// <summary>Small worlds in which the answer can be told by hand. Customers live at 52 degrees north; shops lie north of them.</summary>
public sealed class WhatIfTests
{
    private static readonly Position s_home = new(52, 0);
    private static readonly long s_noon = DateTimeOffset.Parse("2026-11-24T12:00:00Z", System.Globalization.CultureInfo.InvariantCulture)
        .ToUnixTimeMilliseconds();

    [Fact]
    public void Nearest_splits_what_fewest_splits_sends_from_afar()
    {
        var state = State(
            [Shop("a", 10), Shop("b", 12), Shop("c", 300)],
            ("MUG", "a", 5), ("JUG", "b", 5), ("MUG", "c", 5), ("JUG", "c", 5));
        WhatIfOrder[] orders = [Order("1", 0, ("MUG", 1), ("JUG", 1))];

        var (nearest, fewest) = (Play(state, orders, "nearest"), Play(state, orders, "fewest-splits"));

        Assert.Equal((2.0, 1.0), (nearest.SplitsPerOrder, fewest.SplitsPerOrder));
        Assert.Equal((2 * 399, 649), (nearest.PaidMinor, fewest.PaidMinor)); // two parcels within 50 km; one beyond 200 km
        Assert.Equal((11.0, 300.0), (Math.Round(nearest.KilometresPerPart, 2), Math.Round(fewest.KilometresPerPart, 2)));
        Assert.Equal((1, 1), (nearest.Whole, fewest.Whole));
    }

    [Fact]
    public void Stock_runs_out_and_the_next_order_goes_farther_or_nowhere()
    {
        var state = State([Shop("a", 10), Shop("b", 100)], ("MUG", "a", 1), ("MUG", "b", 2));
        WhatIfOrder[] orders = [Order("1", 0, ("MUG", 1)), Order("2", 1, ("MUG", 2)), Order("3", 2, ("MUG", 1))];

        var result = Play(state, orders, "nearest");

        Assert.Equal((3, 2, 2), (result.Orders, result.Served, result.Whole));
        Assert.Equal((4L, 3L, 2), (result.UnitsWanted, result.UnitsServed, result.StockOuts));
        Assert.Equal(0.25, result.UnfilledShare);
        Assert.Equal(2, state.Stock[Sku.Parse("MUG")].Count); // the copy was copied
    }

    [Fact]
    public void A_policy_by_demand_learns_from_the_orders_that_are_played()
    {
        var state = State([Shop("a", 10), Shop("b", 250)], ("MUG", "a", 50), ("MUG", "b", 50));
        var orders = Enumerable.Range(0, 60).Select(i => Order($"{i}", i, ("MUG", 1))).ToArray();
        var policy = RoutingPolicy.Presets[0] with { ScarcityMinor = 5_000, ScarcityUnits = 1 };

        var shelf = Play(policy);
        var demand = Play(policy with { ScarcityBy = ScarcityBy.Demand });

        Assert.Equal(60, shelf.Served);
        Assert.Equal((((50 * 10) + (10 * 250)) / 60.0), shelf.KilometresPerPart, 1); // from a until it is empty
        Assert.InRange(demand.KilometresPerPart, shelf.KilometresPerPart + 10, 250); // what is left at a is kept for its region

        WhatIfResult Play(RoutingPolicy policy) => WhatIfRun.Play(state, orders, policy, null, new WhatIfSettings(), () => { });
    }

    [Fact]
    public void Shelves_that_are_filled_up_serve_again()
    {
        var state = State([Shop("a", 10), Shop("b", 100)], ("MUG", "a", 1), ("MUG", "b", 1));
        WhatIfOrder[] orders = [Order("1", 0, ("MUG", 1)), Order("2", 25, ("MUG", 1))];

        Assert.Equal(110_000, Play(state, orders, "nearest").Metres, 10.0);
        Assert.Equal(20_000, Play(state, orders, "nearest", new WhatIfSettings { RefillDays = 1 }).Metres, 10.0);
    }

    [Fact]
    public void A_day_that_is_full_makes_the_next_one_late_and_three_full_days_send_the_order_elsewhere()
    {
        var state = State([Shop("a", 10, parcels: 1), Shop("b", 300)], ("MUG", "a", 9), ("MUG", "b", 9));
        var orders = Enumerable.Range(0, 4).Select(i => Order($"{i}", 0, ("MUG", 1))).ToArray();

        var result = Play(state, orders, "nearest", new WhatIfSettings { LateMs = 2L * 24 * 60 * 60 * 1000 });

        Assert.Equal((4, 4), (result.Served, result.Parts));
        Assert.Equal(330_000, result.Metres, 30.0); // the fourth comes from afar
        Assert.Equal((1.0, 3), (result.Peak, result.FullSlots));
        Assert.Equal(3, result.Late); // today's comes tomorrow evening, the others a day or two later
    }

    [Fact]
    public void What_is_not_found_is_routed_anew_with_the_same_luck_for_all_policies()
    {
        var state = State([Shop("a", 10), Shop("b", 100), Shop("c", 300)], ("MUG", "a", 500), ("MUG", "b", 500), ("MUG", "c", 500));
        var orders = Enumerable.Range(0, 200).Select(i => Order($"{i}", i, ("MUG", 1))).ToArray();
        var half = new WhatIfSettings { FindShare = 0.5 };

        var (one, two) = (Play(state, orders, "nearest", half), Play(state, orders, "nearest", half));
        var none = Play(state, orders, "nearest", new WhatIfSettings { FindShare = 0 });

        Assert.Equal((one.Rejects, one.Served), (two.Rejects, two.Served));
        Assert.InRange(one.Rejects, 130, 220); // 200 x (1/2 + 1/4 + 1/8) = 175
        Assert.InRange(one.Served, 160, 190); // all but an eighth
        Assert.Equal((600, 0, 1.0), (none.Rejects, none.Served, none.UnfilledShare));
    }

    [Fact]
    public void What_is_collected_comes_from_the_place_that_was_named()
    {
        var state = State([Shop("a", 10), Shop("b", 100)], ("MUG", "a", 5), ("MUG", "b", 1));
        var line = new OrderedLine(Sku.Parse("MUG"), 3, new Wish(WishKind.CollectAt, LocationId.Parse("b")));

        var result = Play(state, [new WhatIfOrder("1", s_noon, [line])], "lowest-cost");

        Assert.Equal((1L, 0L, 0), (result.UnitsServed, result.PaidMinor, result.Whole));
    }

    [Fact]
    public void What_recorded_orders_took_is_put_back_and_what_they_did_stands_beside()
    {
        var state = State([Shop("a", 10), Shop("b", 300)], ("MUG", "b", 1));
        var order = Order("1", 0, ("MUG", 1)) with
        {
            Recorded = [new RecordedPart(LocationId.Parse("a"), true, s_noon + 1, 0, [new LineUnits(0, 1)])],
        };

        var before = RecordedResult.Before(state, [order]);
        var recorded = RecordedResult.Of(before, [order], new WhatIfSettings())!;

        Assert.Equal((1, 1L, 399L), (recorded.Whole, recorded.UnitsServed, recorded.PaidMinor));
        Assert.Null(recorded.StockOuts);
        Assert.Equal(10_000, Play(before, [order], "nearest").Metres, 10.0);
        Assert.Null(RecordedResult.Of(state, [Order("2", 0, ("MUG", 1))], new WhatIfSettings()));
    }

    [Fact]
    public void A_chart_has_a_bar_for_each_figure_and_policy_and_no_text_that_steers()
    {
        var state = State([Shop("a", 10)], ("MUG", "a", 1));
        WhatIfOrder[] orders = [Order("1", 0, ("MUG", 2))];
        var results = new[] { Play(state, orders, "nearest"), Play(state, orders, "lowest-cost") };

        var svg = System.Xml.Linq.XDocument.Parse(WhatIfChart.Draw(results, "<b>what if</b>"));

        var texts = svg.Descendants().Where(each => each.Name.LocalName == "text").Select(each => each.Value).ToArray();
        Assert.Contains("<b>what if</b>", texts);
        Assert.Equal(WhatIfFigures.All.Count + 1, texts.Count(text => text == "nearest"));
        Assert.All(WhatIfFigures.All, figure => Assert.Contains(figure.Name, texts));
    }

    internal static WhatIfResult Play(WhatIfState state, WhatIfOrder[] orders, string policy, WhatIfSettings? settings = null) =>
        WhatIfRun.Play(state, orders, RoutingPolicy.Presets.First(preset => preset.Name == policy), null, settings ?? new WhatIfSettings(), () => { });

    private static WhatIfLocation Shop(string id, int kilometres, int parcels = 0) => new(
        LocationId.Parse(id),
        new LocationFacts { Name = id, Kind = LocationKind.Store, Position = new Position(52 + (kilometres / 111.195), 0), ParcelsPerDay = parcels },
        true);

    private static WhatIfState State(WhatIfLocation[] shops, params (string Sku, string Shop, int Units)[] stock) => new(
        shops,
        stock.GroupBy(row => Sku.Parse(row.Sku)).ToDictionary(
            sku => sku.Key, sku => sku.ToDictionary(row => Array.FindIndex(shops, shop => shop.Id.Value == row.Shop), row => (long)row.Units)));

    private static WhatIfOrder Order(string id, int hour, params (string Sku, int Units)[] lines) => new(
        id, s_noon + (hour * 3_600_000L), [.. lines.Select(line => new OrderedLine(Sku.Parse(line.Sku), line.Units, new Wish(WishKind.Ship, Point: s_home)))]);
}
