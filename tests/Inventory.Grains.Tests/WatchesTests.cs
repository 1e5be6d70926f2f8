using Inventory.Domain.Orders;
using static Inventory.Grains.Tests.BackOrderDesk;
using static Inventory.Grains.Tests.OrderDesk;

namespace Inventory.Grains.Tests;

/// <summary>Who looks after orders by itself goes on, also if it could not be read for a while: nobody else may ever ask for it.</summary>
public sealed class WatchesTests
{
    private const long LongMs = 10L * 86_400_000;

    [Fact]
    public async Task A_list_that_had_to_go_and_cannot_be_read_goes_on_once_it_can()
    {
        await using var world = await Promised();
        (world.Journal.Unreadable, world.Journal.IsFull) = ("waits/", true);
        await Assert.ThrowsAnyAsync<IOException>(() =>
            world.Grains.GetGrain<IWaitListGrain>("MUG").Add(new WaitTicket(0, World.Id("another"))).AsTask().WaitAsync(World.Patience));
        world.Journal.IsFull = false;
        using (var passage = new Passage(world))
        {
            while (world.Journal.RefusedOpens < 2)
            {
                await passage.Next(static () => Task.FromResult("the list to be opened again and again"));
            }
        }

        world.Journal.Unreadable = null;
        var opens = world.Journal.Opens("waits/MUG");
        using (var passage = new Passage(world))
        {
            while (world.Journal.Opens("waits/MUG") == opens)
            {
                await passage.Next(static () => Task.FromResult("the list to be there"));
            }
        }

        await AssertLapses(world);
    }

    [Fact]
    public async Task Lists_that_cannot_be_read_when_a_process_starts_are_taken_up_when_they_can()
    {
        await using var world = await Promised();
        await using var next = await world.Restart("waits/");
        Assert.True(next.Journal.RefusedOpens > 0);
        next.Journal.Unreadable = null;
        await AssertLapses(next);
    }

    private static async Task<World> Promised()
    {
        var world = await Expecting();
        await Expect(world, "near", "PO-1", 1, Day(world, 20));
        var answer = await Place(world, Shipped(("MUG", 1)) with { TtlMs = LongMs });
        Assert.Equal((OrderOutcome.Accepted, "near 1 PO-1"), (answer.Outcome, BackOrderDesk.Promised(answer.Order!)));
        return world;
    }

    // It is not paid, and nobody but its list knows when its time is over.
    private static async Task AssertLapses(World world)
    {
        world.Time.Advance(TimeSpan.FromMilliseconds(LongMs));
        await Until(world, Order, static order => order is { State: OrderState.Expired, Expected.Length: 0 });
        Assert.Equal(1, (await Supply(world, "near")).Available);
    }
}
