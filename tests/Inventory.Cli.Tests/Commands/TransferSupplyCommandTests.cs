namespace Inventory.Cli.Tests.Commands;

/// <summary>What <c>inventory supply</c> shows of transfers, run as a person runs it.</summary>
public sealed class TransferSupplyCommandTests(Service service) : IClassFixture<Service>
{
    [Fact]
    public async Task What_is_in_transit_is_expected_and_promised_at_its_destination()
    {
        await service.ReceiveAsync("VASE-1", "leeds", 10);
        await service.ReceiveAsync("VASE-1", "york", 1);
        var draft = (await service.RunAsync("transfer", "create", "leeds", "york", "VASE-1=6", "--expected", "2090-12-24", "--json")).Ends(0).Object;
        var id = draft.GetProperty("transfer").GetProperty("id").GetString()!;
        (await service.RunAsync("transfer", "ship", id)).Ends(0).Prints("Shipped; now in-transit.");
        (await service.RunAsync("supply", "show", "VASE-1", "york", "--by", "2090-12-25"))
            .Ends(0).Prints("VASE-1@york: 7 available, 1 now and 6 expected.").Prints(id, "6", "2090-12-24", "95 %", "in transit");
        (await service.RunAsync("supply", "promise", "VASE-1", "york", "4", "--by", "2090-12-25", "--reference", "order-9")).Ends(0);
        (await service.RunAsync("supply", "expect", "VASE-1", "york", id, "3", "--due", "2090-12-20"))
            .Ends(1).Says("Refused (NAME_OF_TRANSFER)", "receive or close the transfer");
        (await service.RunAsync("transfer", "reschedule", id, "--expected", "2090-12-31"))
            .Ends(0).Prints("Rescheduled; expected 2090-12-31").Prints("concerned: VASE-1", "order-9", "expected 2090-12-31");
        (await service.RunAsync("transfer", "receive", id, "VASE-1=5")).Ends(0).Prints("Received").Prints("4 held as VASE-1@york~");
        (await service.RunAsync("transfer", "reschedule", id)).Ends(0).Prints("Rescheduled; nobody knows when.");
        (await service.RunAsync("transfer", "close", id, "--reason", "lost")).Ends(0);
        (await service.RunAsync("verify")).Ends(0).Says("0 differences.");
    }
}
