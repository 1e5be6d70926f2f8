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
        var (id, part) = (placed.GetProperty("id").GetString()!, placed.GetProperty("expected")[0]);
        Assert.Equal("ORDER_STATE_WAITING", placed.GetProperty("state").GetString());
        (await service.RunAsync("supply", "release", "VASE-2", "leeds", part.GetProperty("promiseId").GetString()!)).Ends(1).Says("PROMISE_OF_ORDER");
        (await service.RunAsync("order", "confirm", id)).Ends(0);
        (await service.RunAsync("supply", "expect", "VASE-2", "leeds", "PO-7", "10", "--due", "2090-12-20")).Ends(0).Prints("concerned", id);
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

    private async Task Promise(string policy)
    {
        var file = Path.Combine(Path.GetTempPath(), $"back-order-{Guid.NewGuid():N}.json");
        try
        {
            await File.WriteAllTextAsync(file, $$"""{ "name": "{{policy}}", "unfillable": "UNFILLABLE_ACTION_BACK_ORDER" }""");
            (await service.RunAsync("policy", "create", file)).Ends(0);
        }
        finally
        {
            File.Delete(file);
        }

        (await service.RunAsync("policy", "activate", policy, "1")).Ends(0);
    }
}
