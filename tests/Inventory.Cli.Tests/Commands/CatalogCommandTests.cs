namespace Inventory.Cli.Tests.Commands;

/// <summary>The commands under <c>inventory catalog</c>, and kits on those that sell, run as a person runs them.</summary>
public sealed class CatalogCommandTests(Service service) : IClassFixture<Service>
{
    [Fact]
    public async Task A_kit_is_described_sold_and_taken_back()
    {
        await service.ReceiveAsync("POT", "leeds", 4);
        await service.ReceiveAsync("LID", "leeds", 3);
        (await service.RunAsync("catalog", "upsert", "pan-set", "-k", "pot", "-k", "LID=2", "--grams", "900", "--request-id", "set-1")).Ends(0)
            .Prints("PAN-SET is described; version 1.");
        (await service.RunAsync("catalog", "show", "PAN-SET")).Ends(0).Prints("1 × POT, 2 × LID").Prints("900");
        var refused = (await service.RunAsync("reserve", "PAN-SET@leeds=2")).Ends(1);
        refused.Says("Refused (INSUFFICIENT)").Says("line 0, component LID");
        var held = (await service.RunAsync("reserve", "PAN-SET@leeds", "--json", "--request-id", "sale-1")).Ends(0).Object;
        var id = held.GetProperty("reservationId").GetString()!;
        (await service.RunAsync("reservation", id)).Ends(0).Prints("PAN-SET@leeds").Prints("is a kit (version 1): each unit holds 1 × POT, 2 × LID.");
        (await service.RunAsync("collect", id)).Ends(0).Prints("Collected.");
        Assert.Equal((3, 1), ((await service.StockAsync("POT", "leeds")).OnHandUnits, (await service.StockAsync("LID", "leeds")).OnHandUnits));
        (await service.RunAsync("return", "PAN-SET", "leeds", "1")).Ends(0);
        Assert.Equal((4, 3), ((await service.StockAsync("POT", "leeds")).OnHandUnits, (await service.StockAsync("LID", "leeds")).OnHandUnits));
        (await service.RunAsync("stock", "receive", "PAN-SET", "leeds", "1")).Ends(1).Says("Refused (SKU_IS_KIT)");
    }

    [Fact]
    public async Task A_file_describes_many_and_wrong_words_are_told()
    {
        var file = service.Write("catalog.csv", """
            sku,components,lots,min_shelf_days,grams,hazardous
            yoghurt,,yes,4,150,
            breakfast,yoghurt=2 spoon,,,,
            petrol,,no,,750,yes
            brunch,breakfast,,,,
            """);
        (await service.RunAsync("catalog", "import", file)).Ends(1).Says("BRUNCH", "COMPONENT_IS_KIT").Says("3 items imported, 1 refused, 0 bad lines");
        (await service.RunAsync("catalog", "list")).Ends(0).Prints("BREAKFAST", "2 × YOGHURT, 1 × SPOON").Prints("YOGHURT", "yes, 4 days left at least")
            .Prints("PETROL", "hazardous");
        var wrong = service.Write("wrong.csv", "sku,components\nbox,ribbon=many\n");
        (await service.RunAsync("catalog", "import", wrong)).Ends(2).Says("line 2", "ribbon=many", "SKU=UNITS");
        (await service.RunAsync("catalog", "upsert", "box", "-k", "ribbon=0")).Ends(2).Says("item.components[0].units");
        (await service.RunAsync("catalog", "upsert", "box", "-k", "rib bon")).Ends(2).Says("--component", "rib bon");
        (await service.RunAsync("catalog", "show", "unheard-of")).Ends(2).Says("UNHEARD-OF");
    }
}
