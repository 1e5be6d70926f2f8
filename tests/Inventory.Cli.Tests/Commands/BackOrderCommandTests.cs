namespace Inventory.Cli.Tests.Commands;

/// <summary>What <c>inventory order</c> shows of promises from what is to come, run as a person runs it.</summary>
public sealed class BackOrderCommandTests(Service service) : IClassFixture<Service>
{
    [Fact]
    public async Task A_back_order_is_promised_moved_and_sent_once_its_goods_are_there()
    {
        await Promise("back");
        (await service.RunAsync("supply", "expect", "VASE-2", "leeds", "PO-7", "10", "--due", "2090-12-10")).Ends(0);
        string[] wanted = ["VASE-2=3", "--collect", "leeds", "--policy", "back"];
        (await service.RunAsync(["order", "quote", .. wanted])).Ends(0).Prints("Line 0: 3 units expected at leeds by PO-7, due 2090-12-10");
        var placed = (await service.RunAsync(["order", "place", .. wanted, "--json"])).Ends(0).Object.GetProperty("order");
        var unpaid = (await service.RunAsync("order", "get", placed.GetProperty("id").GetString()!)).Ends(0);
        var end = placed.GetProperty("expected")[0].GetProperty("endTime").GetString()!.Split('.')[0].Replace('T', ' ');
        unpaid.Prints($"Given up at {end}", "unless the order is confirmed.");
        var (id, part) = (placed.GetProperty("id").GetString()!, placed.GetProperty("expected")[0]);
        Assert.Equal("ORDER_STATE_WAITING", placed.GetProperty("state").GetString());
        (await service.RunAsync("supply", "release", "VASE-2", "leeds", part.GetProperty("promiseId").GetString()!)).Ends(1).Says("PROMISE_OF_ORDER");
        (await service.RunAsync("order", "confirm", id)).Ends(0);
        (await service.RunAsync("supply", "expect", "VASE-2", "leeds", "PO-7", "10", "--due", "2090-12-20")).Ends(0).Prints("concerned", id);
        Assert.DoesNotContain("Given up at", (await service.RunAsync("order", "get", id)).Ends(0).Output, StringComparison.Ordinal);
        (await service.RunAsync("verify")).Ends(0).Says("1 promise verified.").Says("0 differences."); // the order has heard of it by then
        (await service.RunAsync("order", "get", id)).Ends(0).Prints("due 2090-12-20", "late: at first 2090-12-10");
        (await service.RunAsync("order", "explain", id)).Ends(0).Prints("Line 0: 3 units expected at leeds", "late: at first 2090-12-10")
            .Prints(" promise: 3 of line 0 from PO-7 at leeds, promised for 2090-12-10").Prints(" repromise: 3 of line 0", "promised for 2090-12-20");
        var why = (await service.RunAsync("order", "explain", id, "--json")).Ends(0).Object;
        Assert.Equal((1, 2), (why.GetProperty("expected").GetArrayLength(), why.GetProperty("notes").GetArrayLength()));
        (await service.RunAsync("supply", "receive", "VASE-2", "leeds", "PO-7", "4")).Ends(0).Prints("Received; 1 free.");
        (await service.RunAsync("verify")).Ends(0).Says("0 differences.");
        (await service.RunAsync("order", "get", id)).Ends(0).Prints("leeds", "open");
        (await service.RunAsync("order", "collect", id)).Ends(0).Prints("fulfilled");
    }

    [Fact]
    public async Task An_order_that_waits_says_why_supply_is_not_promised_to_it()
    {
        await Promise("back-late");
        await Promise("patient", "WAIT");
        Assert.Contains("Nothing is expected that could be promised to it.", await Explained("back-late"), StringComparison.Ordinal);
        (await service.RunAsync("supply", "expect", "VASE-5", "leeds", "PO-7", "10", "--due", "2090-12-10")).Ends(0);
        var late = await Explained("back-late");
        Assert.Contains("Not promised from", late, StringComparison.Ordinal);
        Assert.Contains("would be too late: promised for 2090-12-10", late, StringComparison.Ordinal);
        Assert.Contains("is promised to nobody under policy patient", await Explained("patient"), StringComparison.Ordinal);

        async Task<string> Explained(string policy)
        {
            string[] wanted = ["VASE-5=3", "--collect", "leeds", "--policy", policy, "--promise-by", "2089-01-01T00:00Z", "--json"];
            var placed = (await service.RunAsync(["order", "place", .. wanted])).Ends(0).Object.GetProperty("order");
            Assert.Equal("ORDER_STATE_WAITING", placed.GetProperty("state").GetString());
            return (await service.RunAsync("order", "explain", placed.GetProperty("id").GetString()!)).Ends(0).Output;
        }
    }

    [Fact]
    public async Task A_kit_shows_what_of_it_is_to_come_and_what_is_kept()
    {
        await Promise("back-kits");
        (await service.RunAsync("catalog", "upsert", "PAIR-3", "--component", "VASE-3", "--component", "CUP-3=2")).Ends(0);
        (await service.RunAsync("supply", "expect", "VASE-3", "leeds", "PO-7", "2", "--due", "2090-12-10")).Ends(0);
        (await service.RunAsync("supply", "expect", "CUP-3", "leeds", "PO-8", "4", "--due", "2090-12-09")).Ends(0);
        var placed = (await service.RunAsync("order", "place", "PAIR-3=2", "--collect", "leeds", "--policy", "back-kits", "--json")).Ends(0).Object;
        var id = placed.GetProperty("order").GetProperty("id").GetString()!;
        (await service.RunAsync("order", "get", id)).Ends(0).Prints("Line 0: 2 units expected at leeds by PO-7, due 2090-12-10")
            .Prints("VASE-3: 2 to come, 0 kept.").Prints("CUP-3: 4 to come, 0 kept.");
        (await service.RunAsync("supply", "receive", "CUP-3", "leeds", "PO-8", "4")).Ends(0).Prints("Received");
        (await service.RunAsync("verify")).Ends(0).Says("0 differences."); // the order has heard of it by then
        (await service.RunAsync("order", "get", id)).Ends(0).Prints("VASE-3: 2 to come, 0 kept.").Prints("CUP-3: 0 to come, 4 kept.");
    }

    [Fact]
    public async Task What_is_to_be_tried_on_says_when_it_is_given_up()
    {
        await Promise("back-fitting");
        (await service.RunAsync("supply", "expect", "GOWN-4", "leeds", "PO-7", "1", "--due", "2090-12-01")).Ends(0);
        var placed = (await service.RunAsync("order", "place", "GOWN-4", "--fitting", "leeds", "--policy", "back-fitting", "--json")).Ends(0).Object;
        var id = placed.GetProperty("order").GetProperty("id").GetString()!;
        (await service.RunAsync("order", "get", id)).Ends(0).Prints("Given up at 2090-12-31 00:00:00Z if it has not come.");
        (await service.RunAsync("order", "cancel", id)).Ends(0); // others count the promises of this service
    }

    [Fact]
    public async Task A_kit_is_not_announced_itself()
    {
        (await service.RunAsync("catalog", "upsert", "PAIR-5", "--component", "VASE-5", "--component", "CUP-5")).Ends(0);
        (await service.RunAsync("supply", "expect", "PAIR-5", "leeds", "PO-7", "1", "--due", "2090-12-10")).Ends(1).Says("SKU_IS_KIT");
        (await service.RunAsync("supply", "list", "--sku", "PAIR-5")).Ends(0).Prints("0 stocks.");
        (await service.RunAsync("supply", "expect", "CUP-5", "leeds", "PO-7", "1", "--due", "2090-12-10")).Ends(0).Prints("Noted.");
    }

    [Fact]
    public async Task An_announcement_without_a_day_or_of_a_day_that_is_over_says_so()
    {
        (await service.RunAsync("supply", "expect", "CUP-6", "leeds", "PO-7", "1")).Ends(2).Says("--due is missing");
        (await service.RunAsync("supply", "expect", "CUP-6", "leeds", "PO-7", "1", "--due", "2020-12-10")).Ends(0).Prints("That time is over");
        (await service.RunAsync("supply", "expect", "CUP-6", "leeds", "PO-7", "0")).Ends(0).Prints("Noted.");
    }

    [Fact]
    public async Task An_order_that_is_refused_says_what_of_it_is_nowhere() =>
        (await service.RunAsync("order", "place", "NOWHERE-7=3", "--collect", "leeds", "--policy", "lowest-cost")).Ends(1)
            .Says("INSUFFICIENT").Says("Line 0: no location for 3 units of NOWHERE-7.");

    private async Task Promise(string policy, string action = "BACK_ORDER")
    {
        var file = Path.Combine(Path.GetTempPath(), $"back-order-{Guid.NewGuid():N}.json");
        try
        {
            await File.WriteAllTextAsync(file, $$"""{ "name": "{{policy}}", "unfillable": "UNFILLABLE_ACTION_{{action}}" }""");
            (await service.RunAsync("policy", "create", file)).Ends(0);
        }
        finally
        {
            File.Delete(file);
        }

        (await service.RunAsync("policy", "activate", policy, "1")).Ends(0);
    }
}
