namespace Inventory.Cli.Tests.Commands;

/// <summary>The commands under <c>inventory transfer</c>, run as a person runs them.</summary>
public sealed class TransferCommandTests(Service service) : IClassFixture<Service>
{
    [Fact]
    public async Task A_transfer_is_drafted_sent_received_and_closed()
    {
        await service.ReceiveAsync("CRATE-1", "leeds", 10);
        await service.ReceiveAsync("CRATE-1", "york", 1);
        var draft = (await service.RunAsync("transfer", "create", "leeds", "york", "CRATE-1=6", "--hold", "--expected", "2026-12-24", "--json")).Ends(0).Object;
        var id = draft.GetProperty("transfer").GetProperty("id").GetString()!;
        Assert.Equal(6, (await service.StockAsync("CRATE-1", "leeds")).HeldUnits);
        (await service.RunAsync("transfer", "ship", id, "--who", "Ann")).Ends(0).Prints("Shipped; now in-transit.");
        (await service.RunAsync("transfer", "receive", id, "CRATE-1=4", "CRATE-1=1:damaged")).Ends(0).Prints("Received; now partly-received.");
        (await service.RunAsync("transfer", "receive", id, "CRATE-1=9")).Ends(1).Says("Refused (EXCEEDS_IN_TRANSIT)");
        (await service.RunAsync("transfer", "list", "-l", "york", "--state", "partly-received")).Ends(0).Prints(id, "leeds", "york").Prints("1 transfer.");
        (await service.RunAsync("transfer", "close", id, "--reason", "lost", "--why", "the van was open")).Ends(0).Prints("Closed; now discrepancy.");
        (await service.RunAsync("transfer", "show", id)).Ends(0)
            .Prints("State", "discrepancy").Prints("CRATE-1", "6", "5", "1").Prints("close", "lost: the van was open");
        var york = await service.StockAsync("CRATE-1", "york");
        Assert.Equal((5, 1), (york.OnHandUnits, york.DamagedUnits));
        (await service.RunAsync("verify")).Ends(0).Says("1 transfer verified.").Says("0 differences.");
    }

    [Fact]
    public async Task What_is_wrong_is_said()
    {
        (await service.RunAsync("transfer", "create", "leeds", "leeds", "MUG-1=1")).Ends(2).Says("to_location_id", "another location");
        (await service.RunAsync("transfer", "create", "leeds", "york", "MUG-1")).Ends(2).Says("write it as SKU=UNITS");
        (await service.RunAsync("transfer", "create", "leeds", "york", "MUG-1=1", "--expected", "soon")).Ends(2).Says("--expected 'soon' is no time");
        (await service.RunAsync("transfer", "receive", "TRANSFER~1", "MUG-1=1:soggy")).Ends(2).Says("SKU=UNITS:CONDITION");
        (await service.RunAsync("transfer", "close", "TRANSFER~1")).Ends(2).Says("--reason");
        (await service.RunAsync("transfer", "list", "--state", "nonsense")).Ends(2).Says("--state 'nonsense' must be draft");
        (await service.RunAsync("transfer", "show", "TRANSFER~1")).Ends(2).Says("transfer_id");
    }
}
