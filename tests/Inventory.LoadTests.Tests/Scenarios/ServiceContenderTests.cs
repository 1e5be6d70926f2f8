using Inventory.LoadTests.Measuring;
using Inventory.LoadTests.Service;

namespace Inventory.LoadTests.Tests.Scenarios;

public sealed class ServiceContenderTests
{
    [Fact]
    public async Task The_service_is_a_contender_whose_books_balance()
    {
        await using var service = await ServiceContender.StartAsync(2, CancellationToken.None);

        // Twice: what the first run held must not count in the second.
        foreach (var seed in (int[])[1, 2])
        {
            var (run, books) = await ContenderRun.RunAsync(service, 4, 10, seed, one => ClosedLoop.RunAsync(8, 200, one), CancellationToken.None);

            Assert.All(books, check => Assert.True(check.Holds, $"{check.Says}: expected {check.Expected}, found {check.Found}"));
            Assert.Equal((40, 160), (run.Total[Outcome.Granted], run.Total[Outcome.SoldOut]));
        }
    }

    [Fact]
    public async Task The_same_id_again_holds_no_second_unit()
    {
        await using var service = await ServiceContender.StartAsync(1, CancellationToken.None);
        await service.PrepareAsync(1, 10, CancellationToken.None);
        var id = ContenderRun.IdOf(1, 1);

        Assert.Equal(Outcome.Granted, await service.ReserveAsync(0, id, CancellationToken.None));
        Assert.Equal(Outcome.Repeated, await service.ReserveAsync(0, id, CancellationToken.None));
        Assert.Equal(1, await service.UnitsHeldAsync(CancellationToken.None));
    }
}
