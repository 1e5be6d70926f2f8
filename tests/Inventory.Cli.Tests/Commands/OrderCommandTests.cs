namespace Inventory.Cli.Tests.Commands;

/// <summary>An order's whole life on the command line.</summary>
public sealed class OrderCommandTests(Service service) : IClassFixture<Service>
{
    private const string Home = "53.8,-1.5";

    [Fact]
    public async Task From_quote_to_exchange()
    {
        await Stocked("ORD-1", ("leeds", 5)); // york has its units later: which of the two is sooner depends on the hour
        await Stocked("ORD-2", ("york", 2));
        (await service.RunAsync("order", "quote", "ORD-1=2", "--ship", Home)).Ends(0)
            .Prints("Nothing is held.").Prints("Location", "Way", "Units", "Promised", "Cost").Prints("leeds", "ship", "2");
        var quoted = (await service.RunAsync("order", "quote", "ORD-1=2", "--ship", Home, "--customer", "c-1", "--hold", "10m")).Ends(0)
            .Prints("Held as ORDER~", "until 20");
        var id = quoted.Output.Split(' ')[2];
        (await service.RunAsync("order", "confirm", id)).Ends(1)
            .Says("Refused (STEP_NOT_ALLOWED)", "The order is QUOTED (parts: Held): the state allows Cancel, Redeem.");
        (await service.RunAsync("order", "place", "ORD-1", "--ship", Home, "--quote", id)).Ends(1).Says("Refused (QUOTE_DIFFERS)");
        (await service.RunAsync("order", "place", "--quote", id, "--who", "till 7")).Ends(0)
            .Prints($"Placed as {id}.").Prints("held, customer c-1")
            .Prints("Part", "Location", "Left", "Gone").Prints("0", "leeds", "ship", "held", "ORD-1", "2");
        (await service.RunAsync("order", "place", "--quote", id)).Ends(1).Says("Refused (QUOTE_REDEEMED)");
        (await service.RunAsync("order", "extend", id, "--ttl", "1h")).Ends(0).Prints("Held on.");
        (await service.RunAsync("order", "confirm", id)).Ends(0).Prints("Confirmed.");
        (await service.RunAsync("order", "pick", id, "--part", "0")).Ends(0).Prints("Being picked.");
        await Stocked("ORD-1", ("york", 5));
        (await service.RunAsync("order", "reject", id)).Ends(2).Says("--part is missing");
        (await service.RunAsync("order", "reject", id, "--part", "0", "--line", "0=1", "--why", "not on the shelf")).Ends(0)
            .Prints("Routed anew.").Prints("1", "york", "ship", "open");
        (await service.RunAsync("order", "ready", id)).Ends(0).Prints("Ready.");
        (await service.RunAsync("order", "collect", id)).Ends(1)
            .Says("Refused (STEP_NOT_ALLOWED)", "The order is CONFIRMED (parts: Ready): the state allows Ship, Reject, Cancel.");
        (await service.RunAsync("order", "ship", id)).Ends(0).Prints("Shipped.").Prints("fulfilled");
        (await service.RunAsync("order", "return", id, "--to", "york", "--line", "0=1", "--condition", "damaged")).Ends(0).Prints("Taken back.");
        (await service.RunAsync("order", "exchange", id, "ORD-2", "--to", "leeds", "--line", "0=1", "--collect", "york")).Ends(0)
            .Prints("Exchanged.").Prints($"in exchange for {id}").Prints("0", "york", "collect-at", "held");
        (await service.RunAsync("order", "get", id)).Ends(0).Prints("returned")
            .Prints("reject", "not on the shelf").Prints("redeem", "till 7").Prints("exchange", "ORDER~");
        (await service.RunAsync("order", "explain", id)).Ends(0).Prints(id, "returned", "policy lowest-cost 1")
            .Prints("ship: 1 of 1 location, by lowest-cost 1, cost", "no better way exists.")
            .Prints("Chosen", "km", "Parcels", "Cost", "Shipping", "Not found", "Scarcity").Prints("leeds", "1").Prints("york", "1")
            .Prints("Not chosen", "km", "Alone", "More", "Why").Prints("leeds", "refused or rejected this before");
        var why = (await service.RunAsync("order", "explain", id, "--json")).Ends(0).Object;
        Assert.Equal((2, id), (why.GetProperty("routes").GetArrayLength(), why.GetProperty("id").GetString()));
        var part = why.GetProperty("routes")[0].GetProperty("parts")[0];
        Assert.Equal(
            why.GetProperty("routes")[0].GetProperty("costMinor").GetString(),
            $"{part.EnumerateObject().Where(each => each.Name.EndsWith("Minor", StringComparison.Ordinal)).Sum(each => long.Parse(each.Value.GetString()!))}");
        Assert.Equal(1, (await service.StockAsync("ORD-1", "york")).DamagedUnits);
    }

    [Fact]
    public async Task What_is_decided_later_is_chosen_listed_and_moved()
    {
        await Stocked("ORD-3", ("york", 4));
        await Stocked("ORD-4", ("swindon", 2));
        var placed = (await service.RunAsync("order", "place", "ORD-3", "--decide-later", "--customer", "c-3")).Ends(0);
        var id = placed.Output.Split(' ')[2].Split('.')[0];
        (await service.RunAsync("order", "choose", id)).Ends(2).Says("in one way", "--collect ID");
        (await service.RunAsync("order", "choose", id, "--collect", "york", "--ship", Home)).Ends(2).Says("in one way");
        (await service.RunAsync("order", "choose", id, "--collect", "leeds")).Ends(1).Says("Refused (INSUFFICIENT)");
        (await service.RunAsync("order", "choose", id, "--collect", "york")).Ends(0).Prints("Chosen.").Prints("york", "collect-at", "held");
        (await service.RunAsync("order", "cancel", id)).Ends(0).Prints("Cancelled.").Prints("cancelled");
        (await service.RunAsync("order", "list", "--customer", "c-3")).Ends(0).Prints(id, "cancelled", "c-3", "york").Prints("1 order.");
        (await service.RunAsync("order", "list", "--state", "cancelled")).Ends(0).Prints(id);
        (await service.RunAsync("order", "list", "--state", "lost")).Ends(2).Says("--state 'lost' must be", "quoted");
        (await service.RunAsync("order", "list", "--customer", "c", "--location", "l")).Ends(2).Says("customer", "must not both");

        var far = (await service.RunAsync("order", "place", "ORD-4=2", "--ship", Home)).Ends(0).Output.Split(' ')[2].Split('.')[0];
        await service.RunAsync("order", "confirm", far);
        await Stocked("ORD-4", ("leeds", 2));
        (await service.RunAsync("order", "reoptimize", "--least-saving", "100000")).Ends(0).Prints("looked at, 0 moved, 0 saved.");
        (await service.RunAsync("order", "reoptimize", "--location", "york")).Ends(0).Prints("0 orders looked at, 0 moved, 0 saved.");
        (await service.RunAsync("order", "reoptimize", "--order", id, "--order", far, "--policy", "nearest")).Ends(0).Prints("0 orders looked at");
        (await service.RunAsync("order", "reoptimize", "--placed-until", "2020-01-01")).Ends(0).Prints("0 orders looked at");
        (await service.RunAsync("order", "reoptimize", "--order", "nonsense")).Ends(2).Says("order_ids[0]");
        (await service.RunAsync("order", "reoptimize", "--order", id, "--order", far, "--location", "swindon", "--policy", "lowest-cost")).Ends(0)
            .Prints(far, "2").Prints("1 order looked at, 1 moved");
        (await service.RunAsync("order", "get", far, "--json")).Ends(0).Prints("\"leeds\"").Prints("\"movedUnits\": \"2\"");
    }

    [Fact]
    public async Task Wrong_use_is_said_and_changes_are_watched()
    {
        (await service.RunAsync("order", "place")).Ends(2).Says("<lines> is missing");
        (await service.RunAsync("order", "place", "ORD-5=x", "--ship", Home)).Ends(2).Says("'ORD-5=x' is wrong");
        (await service.RunAsync("order", "place", "ORD-5", "--ship", "here")).Ends(2).Says("--ship 'here' is wrong");
        (await service.RunAsync("order", "quote", "ORD-5", "--ship", Home, "--promise-by", "soon")).Ends(2).Says("--promise-by 'soon'");
        (await service.RunAsync("order", "quote", "ORD-5", "--ship", Home, "--hold", "long")).Ends(2).Says("--hold 'long'");
        (await service.RunAsync("order", "place", "ORD-5", "--ship", Home)).Ends(1).Says("Refused (INSUFFICIENT)");
        (await service.RunAsync("order", "get", "nonsense")).Ends(2).Says("order_id");
        var wrong = (await service.RunAsync("order", "get", "nonsense", "--json")).Ends(2).Problem;
        Assert.Equal(("INVALID_ARGUMENT", "order_id"), (
            wrong.GetProperty("code").GetString(), wrong.GetProperty("details")[0].GetProperty("field").GetString()));
        var refused = (await service.RunAsync("order", "place", "ORD-5", "--ship", Home, "--json")).Ends(1);
        Assert.Equal(
            ("INSUFFICIENT", refused.Object.GetProperty("decision").GetProperty("refusalMessage").GetString()),
            (refused.Problem.GetProperty("code").GetString(), refused.Problem.GetProperty("message").GetString()));
        refused = (await service.RunAsync("reserve", "ORD-5@york=9", "ORD-9@york=9", "--json")).Ends(1);
        Assert.Equal("line 0", refused.Problem.GetProperty("details")[0].GetProperty("field").GetString());
        (await service.RunAsync("order", "get", "ORDER~00000000000000000000000000")).Ends(2).Says("no Order");
        (await service.RunAsync("order", "fly")).Ends(2).Says("'fly' is unknown");
        (await service.RunAsync("order", "fly", "--json")).Ends(2).Says("'fly' is unknown");

        await Stocked("ORD-5", ("york", 4));
        var id = (await service.RunAsync("order", "place", "ORD-5", "--collect-near", Home)).Ends(0).Output.Split(' ')[2].Split('.')[0];
        await using var watch = service.Start("order", "watch", id);
        await watch.LineAsync(line => line.StartsWith("held", StringComparison.Ordinal));
        await service.RunAsync("order", "confirm", id);
        await watch.LineAsync(line => line.StartsWith("confirmed", StringComparison.Ordinal));
    }

    private async Task Stocked(string sku, params (string Location, int Units)[] places)
    {
        foreach (var (location, units) in places)
        {
            await service.ReceiveAsync(sku, location, units);
            await Service.WhenAsync(async () =>
                (await service.RunAsync("availability", sku, "--location", location)).Output.Contains($"{units}", StringComparison.Ordinal));
        }
    }
}
