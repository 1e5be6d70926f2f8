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
        var unknown = service.Write(
            "unknown.json",
            """{ "colour": "red", "zones": [{ "parcel": 1 }], "unfillable": "send-later", "kinds": ["LOCATION_KIND_STORE", "kiosk"] }""");

        (await service.RunAsync("whatif", "--orders", orders, "--policy", near)).Ends(0).Prints("near-only");
        (await service.RunAsync("whatif", "--orders", orders, "--policy", wrong)).Ends(2).Says("wrong.json: name: must").Says("wrong.json: max_parts: ");
        (await service.RunAsync("whatif", "--orders", orders, "--policy", unknown)).Ends(2)
            .Says("unknown.json: colour: there is no such field; it may be one of name, version, criteria")
            .Says("zones[0].parcel: there is no such field; it may be one of max_metres, parcel_minor")
            .Says("unfillable: is 'send-later'; it must be one of cancel, partial, wait, back-order.").Says("kinds[1]: is 'kiosk'; it must be one of store, ");
        (await service.RunAsync("whatif", "--orders", orders, "--policy", service.Write("list.json", "[]"))).Ends(2).Says("must be a JSON object");
        (await service.RunAsync("whatif", "--orders", orders, "--policy", "cheapest")).Ends(2).Says("cheapest", "lowest-cost", "service keep");
    }

    [Fact]
    public async Task Policies_that_the_service_keeps_and_orders_that_it_recorded_are_compared()
    {
        var orders = service.Write("kept.csv", Orders);
        foreach (var parts in new[] { 1, 2 })
        {
            var policy = $$"""{ "name": "kept", "maxParts": {{parts}}, "kinds": ["store"], "fallback": "nearest" }""";
            var file = service.Write($"kept-{parts}.json", policy);
            (await service.RunAsync("policy", "create", file)).Ends(0);
        }

        (await service.RunAsync("whatif", "--orders", orders, "--policy", "kept")).Ends(2).Says("kept", "active");
        (await service.RunAsync("policy", "activate", "kept", "2")).Ends(0);
        (await service.RunAsync("whatif", "--orders", orders, "--policy", "kept@1", "--policy", "kept", "--policy", "nearest")).Ends(0)
            .Prints("kept@1", "kept@2", "nearest");
        (await service.RunAsync("whatif", "--orders", orders, "--policy", "kept@3")).Ends(2).Says("kept@3", "that version");
        (await service.RunAsync("whatif", "--orders", orders, "--policy", "kept@x")).Ends(2).Says("kept@x", "NAME@VERSION");

        await service.ReceiveAsync("KEPT-1", "leeds", 5);
        await Service.WhenAsync(async () =>
            (await service.RunAsync("availability", "KEPT-1", "--location", "leeds")).Output.Contains('5', StringComparison.Ordinal));
        var first = await Placed();
        await Placed();
        (await service.RunAsync("order", "cancel", first)).Ends(0);
        (await service.RunAsync("whatif", "--state", "held", "--policy", "nearest")).Ends(0).Prints("as recorded", "nearest").Prints("1 order");
        (await service.RunAsync("whatif", "--state", "held", "--state", "cancelled", "--placed-from", "2020-01-01", "--policy", "nearest")).Ends(0)
            .Prints("2 orders");
        (await service.RunAsync("whatif", "--placed-until", "2020-01-01")).Ends(2).Says("no such orders");
        (await service.RunAsync("order", "list", "--placed-from", "2020-01-01", "--state", "held")).Ends(0).Prints("1 order.");
        (await service.RunAsync("order", "list", "--placed-from", "soon")).Ends(2).Says("--placed-from 'soon'");
        (await service.RunAsync("order", "list", "--placed-from", "2021-01-01", "--placed-until", "2020-01-01")).Ends(2).Says("placed_until_time");

        async Task<string> Placed() =>
            (await service.RunAsync("order", "place", "KEPT-1", "--ship", "53.8,-1.5")).Ends(0).Output.Split(' ')[2].Split('.')[0];
    }

    [Fact]
    public void A_kept_policy_is_what_the_service_would_route_by()
    {
        var every = new V1.Policy
        {
            Name = "every", Version = 3, Criteria = { V1.RouteCriterion.Parts, V1.RouteCriterion.Cost }, MaxParts = 4, MaxMetres = 9_000,
            Kinds = { V1.LocationKind.Warehouse }, ExcludedLocationIds = { "leeds" }, MinPartValueMinor = 5,
            PromiseWithin = new() { Seconds = 86_400 }, SplitMinor = 6, KilometreMinor = 7, CollectKilometreMinor = 8, DayMinor = 9, LoadMinor = 10,
            NotFoundMinor = 11, ScarcityMinor = 12, ScarcityUnits = 13, ScarcityBy = V1.ScarcityBy.Demand, SupplyDays = 14, MoneyPercent = 15,
            Unfillable = V1.UnfillableAction.BackOrder, Fallback = "nearest",
            Zones =
            {
                new V1.ShippingZone { MaxMetres = 1, ParcelMinor = 2, KilogramMinor = 3, Transit = new() { Seconds = 4 } },
                new V1.ShippingZone { ParcelMinor = 5, Steps = { new V1.WeightStep { MaxGrams = 6, PriceMinor = 7 } } },
            },
        };
        var policy = Cli.WhatIf.PolicyOf.Proto(every);

        Assert.Equal(
            """
            {"Name":"every","MaxParts":4,"MaxMetres":9000,"Kinds":[2],"MinPartValueMinor":5,"Zones":[{"MaxMetres":1,"ParcelMinor":2,"KilogramMinor":3,
            "TransitMs":4000,"Steps":[]},{"MaxMetres":1.7976931348623157E+308,"ParcelMinor":5,"KilogramMinor":0,"TransitMs":0,
            "Steps":[{"MaxGrams":6,"Minor":7}]}],
            "SplitMinor":6,"KilometreMinor":7,"CollectKilometreMinor":8,"DayMinor":9,"LoadMinor":10,"NotFoundMinor":11,"ScarcityMinor":12,"ScarcityUnits":13,
            "ScarcityBy":1,"SupplyDays":14,"MoneyPercent":15,"Criteria":[1,8],"Excluded":[{"Value":"leeds"}],"PromiseMs":86400000,"Unfillable":3,
            "Fallback":"nearest","Version":3}
            """.ReplaceLineEndings(""),
            System.Text.Json.JsonSerializer.Serialize(policy));
        Assert.Empty(policy.Problems());
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
