namespace Inventory.Cli.Tests.Commands;

/// <summary>Lots on the command line, run as a person runs them. The dates are so far away that it does not matter when this runs.</summary>
public sealed class LotCommandTests(Service service) : IClassFixture<Service>
{
    [Fact]
    public async Task Lots_come_in_are_shown_counted_sold_and_written_off()
    {
        await service.ReceiveAsync("CUP", "leeds", 1);
        (await service.RunAsync("catalog", "upsert", "milk", "--lots")).Ends(0);
        (await service.RunAsync("stock", "receive", "MILK", "leeds", "5")).Ends(1).Says("Refused (LOT_REQUIRED)");
        (await service.RunAsync("stock", "receive", "MILK", "leeds", "5", "--lot", "B", "--best-before", "2890-05-02")).Ends(0);
        var file = service.Write("lots.csv", """
            location_id,sku,on_hand,lot,best_before
            leeds,milk,4,A,2890-05-01
            leeds,milk,3,OLD,2001-01-01
            """);
        (await service.RunAsync("stock", "import", file)).Ends(0).Says("2 changed");
        (await service.RunAsync("stock", "show", "MILK", "leeds")).Ends(0).Prints("OLD", "2001-01-01", "3", "past").Prints("A", "2890-05-01", "4")
            .Prints("3 units past the date");
        (await service.RunAsync("stock", "expiring", "leeds", "--days", "2")).Ends(0).Prints("MILK", "OLD", "not promised any more").Prints("1 lot at leeds");
        (await service.RunAsync("stock", "count", "MILK", "leeds", "11")).Ends(1).Says("Refused (LOT_REQUIRED)");
        (await service.RunAsync("stock", "count", "MILK", "leeds", "3", "--lot", "A")).Ends(0).Prints("-1");
        var held = (await service.RunAsync("reserve", "MILK@leeds=2", "--json")).Ends(0).Object.GetProperty("reservationId").GetString()!;
        (await service.RunAsync("collect", held, "--line", "0=1", "--lot", "B")).Ends(0);
        (await service.RunAsync("ship", held)).Ends(0);
        (await service.RunAsync("stock", "adjust", "MILK", "leeds", "-3", "--reason", "expired")).Ends(0);
        (await service.RunAsync("return", "MILK", "leeds", "1", "--lot", "A")).Ends(0);
        (await service.RunAsync("stock", "show", "MILK", "leeds")).Ends(0).Prints("A", "2890-05-01", "3").Prints("B", "2890-05-02", "4");
        (await service.RunAsync("verify")).Ends(0);
    }

    [Fact]
    public async Task What_comes_back_in_a_kit_or_of_an_order_comes_back_with_its_lot()
    {
        await service.ReceiveAsync("SPOON", "leeds", 4);
        (await service.RunAsync("catalog", "upsert", "cream", "--lots")).Ends(0);
        (await service.RunAsync("catalog", "upsert", "dessert", "-k", "cream=2", "-k", "spoon")).Ends(0);
        (await service.RunAsync("stock", "receive", "CREAM", "leeds", "4", "--lot", "C1", "--best-before", "2890-05-02")).Ends(0);
        (await service.RunAsync("return", "DESSERT", "leeds", "1", "--lot-of", "CREAM=C2")).Ends(1).Says("Refused (LOT_DATE_REQUIRED)");
        (await service.RunAsync("return", "DESSERT", "leeds", "1", "--lot-of", "CREAM=C2@2890-05-01")).Ends(0);
        (await service.RunAsync("stock", "show", "CREAM", "leeds")).Ends(0).Prints("C2", "2890-05-01", "2").Prints("C1", "2890-05-02", "4");
        var placed = (await service.RunAsync("order", "place", "CREAM=3", "--collect", "leeds", "--json")).Ends(0).Object;
        var id = placed.GetProperty("order").GetProperty("id").GetString()!;
        (await service.RunAsync("order", "confirm", id)).Ends(0);
        (await service.RunAsync("order", "collect", id)).Ends(0);
        (await service.RunAsync("order", "return", id, "--to", "leeds", "--lot-of", "CREAM=C1", "--line", "0=2")).Ends(0).Prints("Taken back.");
        (await service.RunAsync("stock", "show", "CREAM", "leeds")).Ends(0).Prints("C1", "2890-05-02", "5");
        (await service.RunAsync("order", "return", id, "--to", "leeds", "--lot-of", "CREAM")).Ends(2).Says("--lot-of 'CREAM' is wrong", "SKU=LOT@DATE");
        (await service.RunAsync("verify")).Ends(0);
    }

    [Fact]
    public async Task What_is_wrong_is_told()
    {
        await service.ReceiveAsync("CUP", "leeds", 1);
        (await service.RunAsync("stock", "receive", "CUP", "leeds", "5", "--lot", "B", "--best-before", "2890-05-02")).Ends(1).Says("SKU_HAS_NO_LOTS");
        (await service.RunAsync("stock", "receive", "CUP", "leeds", "5", "--lot", "a b")).Ends(2).Says("lot");
        (await service.RunAsync("stock", "receive", "CUP", "leeds", "5", "--lot", "A", "--best-before", "tomorrow")).Ends(2).Says("best_before");
        var file = service.Write("wrong-lots.csv", "location_id,sku,on_hand,lot,best_before\nleeds,milk,4,A,1.5.2890\n");
        (await service.RunAsync("stock", "import", file)).Ends(2).Says("line 2", "best_before", "YYYY-MM-DD");
    }
}
