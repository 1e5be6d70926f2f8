namespace Inventory.Cli.Tests.Commands;

/// <summary>The commands under <c>inventory supply</c>, run as a person runs them.</summary>
public sealed class SupplyCommandTests(Service service) : IClassFixture<Service>
{
    [Fact]
    public async Task What_is_announced_is_promised_moved_and_received()
    {
        await service.ReceiveAsync("PRE-1", "leeds", 1);
        (await service.RunAsync("supply", "expect", "PRE-1", "leeds", "PO-7", "10", "--due", "2090-12-10", "--confidence", "90")).Ends(0).Prints("Noted.");
        (await service.RunAsync("supply", "promise", "PRE-1", "leeds", "4", "--by", "2090-12-15", "--reference", "order-7"))
            .Ends(0).Prints("Promised as PROMISE~");
        (await service.RunAsync("supply", "promise", "PRE-1", "leeds", "7", "--by", "2090-12-15")).Ends(1).Says("Refused (INSUFFICIENT)");
        (await service.RunAsync("supply", "show", "PRE-1", "leeds", "--by", "2090-12-11"))
            .Ends(0).Prints("PRE-1@leeds: 7 available, 1 now and 6 expected.").Prints("PO-7", "10", "2090-12-10", "90 %").Prints("order-7");
        (await service.RunAsync("supply", "expect", "PRE-1", "leeds", "PO-7", "10", "--due", "2090-12-20"))
            .Ends(0).Prints("concerned", "order-7", "expected 2090-12-20");
        (await service.RunAsync("supply", "list", "-l", "leeds")).Ends(0).Prints("PRE-1", "leeds", "1", "6", "7", "10", "4", "1");
        (await service.RunAsync("supply", "receive", "PRE-1", "leeds", "PO-7", "10")).Ends(0).Prints("Received; 6 free.").Prints("4 held as PRE-1@leeds~");
    }

    [Fact]
    public async Task What_is_wrong_is_said()
    {
        (await service.RunAsync("supply", "expect", "PRE-1", "leeds", "PO-7", "10")).Ends(2).Says("--due is missing");
        (await service.RunAsync("supply", "list")).Ends(2).Says("location_id");
        (await service.RunAsync("supply", "receive", "PRE-1", "leeds", "PO-8", "1")).Ends(1).Says("Refused (NO_SUCH_RECEIPT)");
        (await service.RunAsync("supply", "release", "PRE-1", "leeds", "nonsense")).Ends(2).Says("promise_id");
    }
}
