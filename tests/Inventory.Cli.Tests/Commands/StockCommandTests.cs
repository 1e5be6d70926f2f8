namespace Inventory.Cli.Tests.Commands;

/// <summary>The commands under <c>inventory stock</c>, run as a person runs them.</summary>
public sealed class StockCommandTests(Service service) : IClassFixture<Service>
{
    [Fact]
    public async Task What_comes_in_is_on_hand_and_a_repeated_id_adds_nothing()
    {
        (await service.RunAsync("stock", "receive", "rug-1", "leeds", "12", "--request-id", "delivery-1")).Ends(0).Prints("Received 12; version 1.");
        (await service.RunAsync("stock", "receive", "RUG-1", "leeds", "12", "--request-id", "delivery-1")).Ends(0)
            .Prints("Received 12", "(as answered before)");
        var reused = (await service.RunAsync("stock", "receive", "RUG-1", "leeds", "13", "--request-id", "delivery-1", "--json")).Ends(1).Object;
        Assert.Equal("REFUSAL_REASON_ID_REUSED", reused.GetProperty("decision").GetProperty("refusalReason").GetString());
        (await service.RunAsync("stock", "receive", "RUG-1", "leeds", "3", "--condition", "damaged")).Ends(0);
        (await service.RunAsync("stock", "show", "RUG-1", "leeds")).Ends(0)
            .Prints("Stock", "RUG-1@leeds").Prints("On hand", "12").Prints("Available", "12 for web").Prints("Not for sale", "3 damaged")
            .Prints("Policy", "safety 0").Prints("Came in", "received 15");
    }

    [Fact]
    public async Task Adjusting_takes_for_a_reason_but_never_what_is_promised()
    {
        await service.ReceiveAsync("RUG-2", "leeds", 5);
        (await service.RunAsync("stock", "adjust", "RUG-2", "leeds", "-2", "--reason", "shrink")).Ends(0).Prints("Adjusted by -2; version 2.");
        await service.ReserveAsync("RUG-2", "leeds", 3);
        (await service.RunAsync("stock", "adjust", "RUG-2", "leeds", "-1", "--reason", "internal-use")).Ends(1).Says("Refused (EXCEEDS_ON_HAND)", "promised");
        (await service.RunAsync("stock", "show", "RUG-2", "leeds")).Ends(0).Prints("Corrected", "counted 0, shrink -2");
    }

    [Fact]
    public async Task A_count_sets_on_hand_and_tells_the_difference()
    {
        await service.ReceiveAsync("RUG-3", "leeds", 5);
        (await service.RunAsync("stock", "count", "RUG-3", "leeds", "4")).Ends(0).Prints("On hand changed by -1.");
        var counted = (await service.RunAsync("stock", "count", "RUG-3", "leeds", "7", "--seen-version", "2", "--json")).Ends(0).Object;
        Assert.Equal("3", counted.GetProperty("changedUnits").GetString());
        (await service.RunAsync("stock", "count", "RUG-3", "leeds", "7", "--seen-version", "99")).Ends(1).Says("Refused (COUNT_FROM_FUTURE)");
        Assert.Equal(7, (await service.StockAsync("RUG-3", "leeds")).OnHandUnits);
    }

    [Fact]
    public async Task Moving_puts_units_in_another_condition()
    {
        await service.ReceiveAsync("RUG-4", "leeds", 5);
        (await service.RunAsync("stock", "move", "RUG-4", "leeds", "2", "--to", "display")).Ends(0).Prints("Moved 2 from sellable to display.");
        (await service.RunAsync("stock", "move", "RUG-4", "leeds", "9", "--from", "display", "--to", "sellable")).Ends(1).Says("Refused (EXCEEDS_ON_HAND)");
        var stock = await service.StockAsync("RUG-4", "leeds");
        Assert.Equal((3, 2), (stock.OnHandUnits, stock.DisplayUnits));
    }

    [Fact]
    public async Task The_policy_says_what_may_be_promised_to_whom()
    {
        await service.ReceiveAsync("RUG-5", "leeds", 10);
        (await service.RunAsync("stock", "policy", "RUG-5", "leeds", "--safety", "2", "--max", "3", "--ring-fence", "app=4", "--ring-fence", "pos=1"))
            .Ends(0).Prints("Policy set.");
        (await service.RunAsync("stock", "show", "RUG-5", "leeds")).Ends(0)
            .Prints("Available", "3 for web").Prints("Policy", "safety 2", "max 3").Prints("Ring-fences", "app=4, pos=1");
        (await service.RunAsync("reserve", "RUG-5@leeds=4")).Ends(1).Says("Refused (ABOVE_MAXIMUM)");
        (await service.RunAsync("stock", "policy", "RUG-5", "leeds", "--min", "5", "--max", "3")).Ends(2)
            .Says("policy.max_units_per_reservation: must not be less than min_units_per_reservation");
        Assert.Equal("7", (await service.RunAsync("stock", "show", "RUG-5", "leeds", "-c", "app", "--json")).Ends(0)
            .Object.GetProperty("stock").GetProperty("availableUnits").GetString());
    }

    [Fact]
    public async Task An_import_sets_on_hand_and_a_list_shows_what_a_place_stocks()
    {
        var file = service.Write("stock.csv", "location_id,sku,on_hand\nswindon,PAN-1,4\nswindon,PAN-2,0\nswindon,PAN-3,2500\n");
        (await service.RunAsync("stock", "import", file)).Ends(0).Says("2 changed, 1 unchanged, 0 refused, 0 bad lines skipped.");
        var again = (await service.RunAsync("stock", "import", file, "--json")).Ends(0).Object;
        Assert.Equal((0, 3), (again.GetProperty("changed").GetInt64(), again.GetProperty("unchanged").GetInt64()));
        (await service.RunAsync("stock", "list", "swindon")).Ends(0)
            .Prints("SKU", "On hand", "Held", "Available").Prints("PAN-1", "4", "0", "4").Prints("PAN-3", "2,500").Prints("3 stocks at swindon.");
        var one = Assert.Single((await service.RunAsync("stock", "list", "swindon", "--limit", "1", "--json")).Ends(0).Json);
        Assert.Equal("PAN-1", one.GetProperty("key").GetProperty("sku").GetString());
    }

    [Fact]
    public async Task A_stock_that_nobody_touched_is_empty_and_a_wrong_name_is_refused()
    {
        (await service.RunAsync("stock", "show", "NOTHING-1", "leeds")).Ends(0).Prints("On hand", "0").Prints("Version", "0 of -");
        (await service.RunAsync("stock", "show", "NO/THING", "leeds")).Ends(2)
            .Says("The service does not accept this:").Says("key.sku: has the character U+002F");
    }
}
