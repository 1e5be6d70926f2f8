using Inventory.Cli.Tests.Commands;

namespace Inventory.Cli.Tests.WhatIf;

/// <summary>The command as its user runs it.</summary>
public sealed class WhatIfCommandTests(Service service) : IClassFixture<Service>
{
    private const string Orders = """
        order,time,kind,sku,units,latitude,longitude,location
        1,2026-11-24T10:00:00Z,ship,LAMP-9,1,53.8,-1.5,
        1,2026-11-24T10:00:00Z,ship,MUG-9,1,53.8,-1.5,
        2,2026-11-24T11:00:00Z,collect-at,LAMP-9,2,,,york
        """;

    [Fact]
    public async Task Policies_are_compared_and_nothing_is_written()
    {
        await service.ReceiveAsync("LAMP-9", "leeds", 1);
        await service.ReceiveAsync("LAMP-9", "york", 5);
        await service.ReceiveAsync("MUG-9", "swindon", 3);
        var before = await service.StockAsync("LAMP-9", "leeds");
        var (file, chart) = (service.Write("whatif.csv", Orders), service.PathOf("whatif.svg"));

        (await service.RunAsync("whatif", "--orders", file, "--chart", chart)).Ends(0)
            .Prints("lowest-cost", "nearest", "fewest-splits").Prints("locations per order").Prints("2 orders of 4 units");
        var json = (await service.RunAsync("whatif", "--orders", file, "--policy", "nearest", "--json")).Ends(0).Object;

        Assert.Equal(("nearest", 2, 2, 4), (
            json.GetProperty("policy").GetString(), json.GetProperty("orders").GetInt32(), json.GetProperty("whole").GetInt32(),
            json.GetProperty("unitsServed").GetInt32()));
        Assert.Contains("<svg", await File.ReadAllTextAsync(chart), StringComparison.Ordinal);
        Assert.Equal(before.Version, (await service.StockAsync("LAMP-9", "leeds")).Version);
        Assert.Equal(0, (await service.StockAsync("LAMP-9", "york")).HeldUnits);
    }

    [Fact]
    public async Task A_policy_can_be_a_file_and_a_wrong_one_is_named_field_by_field()
    {
        var orders = service.Write("orders.csv", Orders);
        var near = service.Write("near.json", """{ "name": "near-only", "max_metres": 60000, "kinds": ["store"], "criteria": ["parts", "cost"] }""");
        var wrong = service.Write("wrong.json", """{ "name": "Wrong!", "max_parts": 99 }""");
        var unknown = service.Write("unknown.json", """{ "name": "x", "colour": "red" }""");

        (await service.RunAsync("whatif", "--orders", orders, "--policy", near)).Ends(0).Prints("near-only");
        (await service.RunAsync("whatif", "--orders", orders, "--policy", wrong)).Ends(2).Says("wrong.json: name must").Says("wrong.json: max_parts is 99");
        (await service.RunAsync("whatif", "--orders", orders, "--policy", unknown)).Ends(2).Says("colour");
        (await service.RunAsync("whatif", "--orders", orders, "--policy", "cheapest")).Ends(2).Says("cheapest", "lowest-cost");
    }

    [Fact]
    public async Task Wrong_use_is_told_before_anything_is_asked()
    {
        var bad = service.Write("bad.csv", Orders.Replace("collect-at", "by-mule", StringComparison.Ordinal));

        (await service.RunAsync("whatif")).Ends(2).Says("--orders", "--customer");
        (await service.RunAsync("whatif", "--orders", bad)).Ends(2).Says("line 4", "by-mule", "collect-near");
        (await service.RunAsync("whatif", "--orders", service.PathOf("none.jsonl"))).Ends(2).Says("none.jsonl");
        (await service.RunAsync("whatif", "--customer", "nobody")).Ends(2).Says("no such orders");
        (await service.RunAsync("whatif", "--orders", bad, "--find-percent", "101")).Ends(2).Says("--find-percent");
    }
}
