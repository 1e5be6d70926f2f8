using Inventory.Cli.Replay;

namespace Inventory.Cli.Tests.Replay;

/// <summary>How the lines of a file become orders.</summary>
public sealed class OrderYearTests
{
    private int _line;

    [Fact]
    public void Lines_of_an_invoice_are_one_order_wherever_they_stand_and_whatever_minute_they_bear()
    {
        OrderLine[] lines = [Sale("1", "MUG", 1, minute: 0), Sale("2", "MUG", 2, minute: 0), Sale("1", "JUG", 3, minute: 1), Sale("1", "MUG", 4, minute: 1)];

        var year = OrderYear.Make(lines);

        Assert.Equal([[0, 2, 3], [1]], year.Events.Select(each => each.Lines));
        Assert.Equal(2, year.Orders);
    }

    [Fact]
    public void What_is_free_or_written_off_is_no_part_of_the_order_around_it()
    {
        OrderLine[] lines = [Sale("1", "MUG", 1), Line("1", "MUG", LineKind.Found, 1), Line("2", "MUG", LineKind.WriteOff, 1), Sale("1", "JUG", 1)];

        Assert.Equal([[0, 3], [1], [2]], OrderYear.Make(lines).Events.Select(each => each.Lines));
    }

    [Fact]
    public void A_longer_invoice_than_an_order_may_be_is_several_orders()
    {
        var lines = Enumerable.Range(0, 2_112).Select(i => Sale("1", $"S-{i}", 1)).ToArray();

        Assert.Equal([1_000, 1_000, 112], OrderYear.Make(lines).Events.Select(each => each.Lines.Length));
    }

    [Fact]
    public void A_return_belongs_to_the_latest_sale_to_its_customer_that_has_enough()
    {
        OrderLine[] lines =
        [
            Sale("1", "MUG", 5), Sale("2", "MUG", 2), Sale("3", "JUG", 9), Sale("4", "MUG", 9, customer: "other"),
            Return("MUG", 3), Return("MUG", 2), Return("MUG", 1), Return("MUG", 7), Return("MUG", 1), Return("MUG", 1, customer: ""),
        ];

        var returns = OrderYear.Make(lines).Events[4..];

        Assert.Equal([0, 1, 0, 0, -1, -1], returns.Select(each => each.SoldAs));
        Assert.Equal([0, 1, 0, 0, -1, -1], returns.Select(each => each.SoldBy));
        Assert.Equal([0, 1, 4, 6, -1, -1], returns.Select(each => each.After));
    }

    [Fact]
    public void Transfers_begin_with_each_week()
    {
        var world = TestWorlds.Orders(TestWorlds.Season());

        var year = OrderYear.Make(world);

        var moved = year.Events.Where(each => each.Transfer >= 0).ToArray();
        Assert.InRange(moved.Length, 50 * 20, 54 * 20);
        Assert.Equal(Enumerable.Range(0, moved.Length), moved.Select(each => each.Transfer));
        Assert.All(moved.Select(each => TransferDraw.Of(world, each.Transfer)), drawn =>
        {
            Assert.Contains(drawn.From, world.Hubs);
            Assert.DoesNotContain(drawn.To, world.Hubs);
            Assert.Equal(drawn.Lines.Length, drawn.Lines.Select(line => world.SkuOf[line.Line]).Distinct().Count());
        });
    }

    [RealDataFact]
    public void The_real_year_has_the_orders_that_the_data_says()
    {
        var lines = World.Build(RealData.Data, new WorldSettings()).Lines;

        var year = OrderYear.Make(lines);

        Assert.Equal(19_773 + 1, year.Orders); // one invoice is longer than an order may be
        Assert.Equal(lines.Length, year.Events.Sum(each => each.Lines.Length));
        Assert.Equal(1_112, year.Events.Where(each => lines[each.First].Kind == LineKind.Sale).GroupBy(each => lines[each.First].Invoice)
            .Max(invoice => invoice.Sum(each => each.Lines.Length)));
        var huge = year.Events.Single(each => lines[each.First].Invoice == "C581484");
        Assert.Equal("581483", lines[huge.SoldAs].Invoice);
        Assert.InRange(year.Events.Count(each => each.SoldAs >= 0), 6_000, 8_700);
    }

    private OrderLine Sale(string invoice, string sku, int units, int minute = 0, string customer = "c") =>
        new(invoice, ++_line, sku, LineKind.Sale, units, minute * 60_000, customer);

    private OrderLine Return(string sku, int units, string customer = "c") => new($"C{++_line}", 1, sku, LineKind.Return, units, 0, customer);

    private OrderLine Line(string invoice, string sku, LineKind kind, int units) => new(invoice, ++_line, sku, kind, units, 0, "c");
}
