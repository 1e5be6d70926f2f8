using Inventory.Cli.Replay;

namespace Inventory.Cli.Tests.Replay;

public sealed class PlanTests
{
    private static readonly RetailData s_data = TestWorlds.Season();

    [Fact]
    public void The_same_seed_makes_the_same_world()
    {
        var (one, two, other) = (TestWorlds.Build(s_data), TestWorlds.Build(s_data), TestWorlds.Build(s_data, seed: 1));

        Assert.Equal(one.Opening.SelectMany(rows => rows), two.Opening.SelectMany(rows => rows));
        Assert.Equal(one.Lines.Select(line => Home(one, line)), two.Lines.Select(line => Home(two, line)));
        Assert.Equal(Fingerprint.Of(one, s_data), Fingerprint.Of(two, s_data));
        Assert.NotEqual(one.Opening.SelectMany(rows => rows), other.Opening.SelectMany(rows => rows));
        Assert.NotEqual(Fingerprint.Of(one, s_data), Fingerprint.Of(other, s_data));
    }

    [Fact]
    public void Opening_stock_names_a_store_once_and_can_serve_the_largest_line()
    {
        var world = TestWorlds.Build(s_data);
        for (var sku = 0; sku < world.Skus.Length; sku++)
        {
            var rows = world.Opening[sku];
            var largest = world.Lines.Where(line => line.Sku == world.Skus[sku] && line.Kind == LineKind.Sale).Max(line =>
                (int?)line.Units) ?? 0;
            Assert.Equal(rows.Length, rows.Select(row => row.Store).Distinct().Count());
            Assert.All(rows, row => Assert.InRange(row.Units, 1, 1_000_000_000));
            Assert.True(rows.Max(row => row.Units) >= largest, $"{world.Skus[sku]} cannot serve {largest}");
        }
    }

    [Fact]
    public void A_customer_always_lives_at_the_same_place_and_an_order_has_one_channel()
    {
        var world = TestWorlds.Build(s_data);

        foreach (var group in world.Lines.Where(line => line.Customer.Length > 0).GroupBy(line => line.Customer))
        {
            Assert.Single(group.Select(line => world.Traits(line).Customer.Latitude).Distinct());
        }

        foreach (var group in world.Lines.GroupBy(line => line.Invoice))
        {
            Assert.Single(group.Select(line => world.Traits(line)).Select(traits => (traits.Channel, traits.Pickup)).Distinct());
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64)]
    public void Every_line_is_played_once_and_a_sku_by_one_caller_in_order(int callers)
    {
        var world = TestWorlds.Build(s_data);

        var plan = Plan.Make(world, callers);

        var lines = plan.Work.SelectMany(work => work.SelectMany(item => item.Group?.Lines ?? [item.Line])).ToList();
        Assert.Equal(Enumerable.Range(0, world.Lines.Length), lines.Distinct().Order());
        Assert.All(plan.Work, work => Assert.True(work.Zip(work.Skip(1)).All(pair => pair.First.Line < pair.Second.Line)));
        foreach (var sku in lines.Distinct().GroupBy(line => world.SkuOf[line]))
        {
            var single = sku.ToHashSet();
            var owners = plan.Work.Count(work => work.Any(item => item.Group is null && single.Contains(item.Line)));
            Assert.InRange(owners, 0, 1);
        }
    }

    [Fact]
    public void Groups_hold_the_sales_of_one_order_and_do_not_depend_on_callers()
    {
        var world = TestWorlds.Build(s_data, multiLine: 0.5);
        var groups = Plan.Group(world).Values.Distinct().ToList();

        Assert.Equal(groups.Count, Plan.Make(world, 3).Groups);
        Assert.Equal(groups.Count, Plan.Make(world, 30).Groups);
        foreach (var group in groups)
        {
            Assert.InRange(group.Lines.Length, 2, 50);
            Assert.Single(group.Lines.Select(line => (world.Lines[line].Invoice, world.Lines[line].Kind)).Distinct());
        }
    }

    [Fact]
    public void What_is_done_is_not_dealt_out_again()
    {
        var world = TestWorlds.Build(s_data, multiLine: 0);
        var done = new bool[world.Lines.Length];
        Array.Fill(done, true, 0, 1_000);

        var plan = Plan.Make(world, 4, done);

        Assert.Equal(world.Lines.Length - 1_000, plan.Work.Sum(work => work.Length));
        Assert.True(plan.Work.SelectMany(work => work).Min(item => item.Line) == 1_000);
    }

    [Fact]
    public void Retailer_dates_and_limits_choose()
    {
        var settings = new WorldSettings { Retailer = "bramble", From = new DateOnly(2011, 3, 1), To = new DateOnly(2011, 3, 31),
            LinesMax = 50 };
        var world = World.Build(s_data, settings);
        var few = World.Build(s_data, new WorldSettings { StoresMax = 5, PositionsMax = 1 });

        Assert.All(world.Stores, store => Assert.Equal("Bramble", store.Retailer));
        Assert.Equal(50, world.Lines.Length);
        Assert.All(world.Lines, line => Assert.Equal((2011, 3), (Day(line).Year, Day(line).Month)));
        Assert.Equal(5, few.Stores.Length);
        Assert.All(few.Opening, rows => Assert.Single(rows));
        Assert.Contains("Bramble", Assert.Throws<BadInputException>(
            () => World.Build(s_data, new WorldSettings { Retailer = "nobody" })).Message, StringComparison.Ordinal);
        Assert.Throws<BadInputException>(() => World.Build(s_data, new WorldSettings { From = new DateOnly(2031, 1, 1) }));
    }

    [Fact]
    public void Generated_orders_have_the_shape_of_the_real_year()
    {
        var data = Generator.Make(200_000, 99);
        var sales = data.Lines.Where(line => line.Kind == LineKind.Sale).ToList();
        var orders = sales.GroupBy(line => line.Invoice).Select(order => order.Count()).Order().ToList();
        var units = sales.Select(line => line.Units).Order().ToList();
        var bySku = sales.GroupBy(line => line.Sku).Select(sku => sku.Count()).OrderDescending().ToList();
        var hottest = sales.GroupBy(line => line.Sku).OrderByDescending(sku => sku.Count()).First();

        Assert.InRange(data.Lines.Count + data.NotProductLines, 200_000, 202_000);
        Assert.InRange(orders[orders.Count / 2], 13, 17);
        Assert.InRange(orders[orders.Count * 9 / 10], 48, 60);
        Assert.InRange(orders[orders.Count * 99 / 100], 180, 270);
        Assert.InRange(units[units.Count / 2], 3, 4);
        Assert.InRange(units[units.Count * 9 / 10], 22, 26);
        Assert.InRange(units[units.Count * 99 / 100], 85, 115);
        Assert.Equal(80_995, units[^1]);
        Assert.InRange((double)data.Lines.Count(line => line.Kind == LineKind.Return) / data.Lines.Count, 0.013, 0.020);
        Assert.InRange((double)hottest.Select(line => line.Invoice).Distinct().Count() / orders.Count, 0.09, 0.14);
        Assert.InRange(Exponent(bySku.Take(1_000).ToList()), -0.6, -0.4);
    }

    [Fact]
    public void The_same_seed_generates_the_same_data_in_order()
    {
        var (one, two) = (Generator.Make(2_000, 5), Generator.Make(2_000, 5));

        Assert.Equal(one.Lines, two.Lines);
        Assert.Equal(one.Stores.Select(store => store.Name), two.Stores.Select(store => store.Name));
        Assert.True(one.Lines.Zip(one.Lines.Skip(1)).All(pair => pair.First.TimeMs <= pair.Second.TimeMs));
        Assert.Equal(one.Lines.Count, one.Lines.Select(line => (line.Invoice, line.Line)).Distinct().Count());
        Assert.All(one.Lines, line => Assert.True(OrdersReader.IsSku(line.Sku)));
        Assert.NotEqual(one.Lines, Generator.Make(2_000, 6).Lines);
    }

    private static double Home(World world, OrderLine line) => world.Traits(line).Customer.Longitude;

    private static DateTime Day(OrderLine line) => DateTimeOffset.FromUnixTimeMilliseconds(line.TimeMs).UtcDateTime;

    private static double Exponent(List<int> counts)
    {
        var points = counts.Select((count, i) => (X: Math.Log(i + 1), Y: Math.Log(count))).ToList();
        var (x, y) = (points.Average(point => point.X), points.Average(point => point.Y));
        return points.Sum(point => (point.X - x) * (point.Y - y)) / points.Sum(point => (point.X - x) * (point.X - x));
    }
}
