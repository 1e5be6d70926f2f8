using Inventory.Domain;
using Inventory.Domain.Codec;
using Inventory.Domain.Stocks;
using Inventory.Domain.Supply;
using Inventory.Domain.Transfers;
using Inventory.Journal;
using static Inventory.Grains.Tests.TransferDesk;

namespace Inventory.Grains.Tests;

/// <summary>Units in transit count as expected at their destination, over real owners.</summary>
public sealed class TransferSupplyTests
{
    [Fact]
    public async Task What_is_shipped_is_expected_promised_and_comes_in_for_its_promises()
    {
        await using var world = await Stocked();
        await Create(world, hold: true, ("MUG", 6), ("CUP", 2));
        await AssertAnnounced(world, "a draft");
        Assert.Equal(SupplyOutcome.Insufficient, (await Promise(world, "MUG@shop", "early", 1, day: 3)).Outcome);
        await Step(world, "send", TransferVerb.Ship);
        Assert.Equal(("6 on day 0", "2 on day 0"), (await Announced(world, "MUG@shop"), await Announced(world, "CUP@shop")));
        Assert.Equal((0, 6), ((await Supply(world, "MUG@shop", ExpectedMs - 1)).Available, (await Supply(world, "MUG@shop", ExpectedMs)).Available));
        var look = new SupplyLook(long.MaxValue, 0, Channel.Web);
        Assert.Equal(2, (await world.Supply.List(null, LocationId.Parse("shop"), look, null, 10)).Supplies.Length);

        Assert.Equal(SupplyOutcome.Accepted, (await Promise(world, "MUG@shop", "one", 4, day: 0)).Outcome);
        Assert.Equal(SupplyOutcome.Insufficient, (await Promise(world, "MUG@shop", "two", 3, day: 9)).Outcome);
        TransferPart[] parts = [new(Sku.Parse("MUG"), 1, Condition.Damaged), new(Sku.Parse("MUG"), 3)];
        var came = await Step(world, "first", TransferVerb.Receive, parts);
        Assert.Equal((World.Id("one"), 3), (came.Fulfilled.Single().Promise.Promise, came.Fulfilled.Single().Promise.Units));
        Assert.Equal(("3 held 3 damaged 1", "2 on day 0"), (await Shelf(world, "MUG@shop"), await Announced(world, "MUG@shop")));
        Assert.Equal(StockOutcome.Insufficient, (await world.Reserve("MUG@shop", "customer", 1)).Outcome); // in the shop, and somebody's
        TransferPart[] more = [new(Sku.Parse("MUG"), 5), new(Sku.Parse("CUP"), 2)];
        var all = await Step(world, "rest", TransferVerb.Receive, more, surplus: true);
        Assert.Equal((TransferState.Discrepancy, 1), (all.Transfer!.State, all.Fulfilled.Single().Promise.Units));
        Assert.Equal("8 held 4 damaged 1", await Shelf(world, "MUG@shop"));
        Assert.Empty((await Supply(world, "MUG@shop")).Promises);
        Assert.Empty((await Supply(world, "MUG@shop")).Receipts);
        await AssertAnnounced(world);
        await AssertBalanced(world);
        var again = await Step(world, "first", TransferVerb.Receive, parts);
        Assert.Equal((TransferOutcome.AlreadyAccepted, 0), (again.Outcome, again.Fulfilled.Length));
    }

    [Fact]
    public async Task A_delay_and_a_loss_name_the_promises_concerned()
    {
        await using var world = await Stocked();
        await Create(world, hold: false, ("MUG", 6));
        await Step(world, "send", TransferVerb.Ship);
        await Promise(world, "MUG@shop", "one", 5, day: 2);
        var late = await Reschedule(world, "late", 7);
        Assert.Equal((Sku.Parse("MUG"), true, 0), (late.Concerned.Single().Sku, late.Concerned[0].Outlook.IsLate, late.Concerned[0].Outlook.Lacking));
        Assert.Equal("6 on day 7", await Announced(world, "MUG@shop"));
        Assert.Empty((await Reschedule(world, "late", 7)).Concerned); // the first answer, without what it led to
        var unknown = await Reschedule(world, "unknown", null);
        Assert.Equal((5, ""), (unknown.Concerned.Single().Outlook.Lacking, await Announced(world, "MUG@shop")));
        Assert.False((await Reschedule(world, "known", 1)).Concerned.Single().Outlook.IsLate);
        var broken = await Step(world, "broken", TransferVerb.Close, [new TransferPart(Sku.Parse("MUG"), 2)], LossReason.Damaged);
        Assert.Equal((1, "4 on day 1"), (broken.Concerned.Single().Outlook.Lacking, await Announced(world, "MUG@shop")));
        var lost = await Step(world, "lost", TransferVerb.Close);
        Assert.Equal((5, ""), (lost.Concerned.Single().Outlook.Lacking, await Announced(world, "MUG@shop")));
        Assert.Equal(TransferOutcome.WrongState, (await Reschedule(world, "over", 9)).Outcome);
        await AssertBalanced(world);
    }

    [Fact]
    public async Task Without_a_day_nothing_is_expected_until_there_is_one()
    {
        await using var world = await Stocked();
        await Create(world, hold: false, ("MUG", 6), ("CUP", 2));
        await Reschedule(world, "unknown", null);
        await Step(world, "some", TransferVerb.Ship, ("MUG", 4));
        Assert.Equal("", await Announced(world, "MUG@shop"));
        await Step(world, "rest", TransferVerb.Ship, [], expectedAtMs: ExpectedMs + DayMs);
        Assert.Equal(("6 on day 1", "2 on day 1"), (await Announced(world, "MUG@shop"), await Announced(world, "CUP@shop")));
        await AssertAnnounced(world);
    }

    [Fact]
    public async Task A_promise_whose_hold_the_stock_refuses_leaves_its_units_in_transit()
    {
        await using var world = await Stocked();
        await Create(world, hold: false, ("MUG", 6));
        await Step(world, "send", TransferVerb.Ship);
        await Promise(world, "MUG@shop", "one", 4, day: 0);
        // Somebody has the hold's name: nothing that happens by chance, but the books must bear it.
        var hold = World.Id("one").Derive(0x5355_5001);
        await world.Receive("MUG@shop", 1);
        Assert.Equal(StockOutcome.Accepted, (await world.Do("MUG@shop", StockCommand.Reserve(hold, 1, Channel.Parse("pos"), 900_000))).Outcome);
        var came = await Step(world, "in", TransferVerb.Receive);
        Assert.Equal([new RefusedTransferLine(Sku.Parse("MUG"), 4, StockOutcome.IdReused)], came.Refused.AsEnumerable());
        Assert.Equal((TransferState.PartlyReceived, "4 on day 0"), (came.Transfer!.State, await Announced(world, "MUG@shop")));
        Assert.Equal("3 held 1", await Shelf(world, "MUG@shop"));
        await AssertAnnounced(world);
        await AssertBalanced(world);
        Assert.Equal(StockOutcome.Accepted, (await world.Do("MUG@shop", StockCommand.Release(world.NewId(), new HoldId(hold, 0)))).Outcome);
        Assert.Equal((TransferState.Received, 4), ((await Step(world, "all", TransferVerb.Receive)).Transfer!.State, (await world.View("MUG@shop")).Held));
    }

    [Fact]
    public async Task Nobody_else_announces_or_receives_under_a_transfers_name()
    {
        await using var world = await Stocked();
        var name = new TransferId(Transfer).ToString();
        var (key, by) = (World.Key("MUG@shop"), world.NewId());
        Assert.Equal(SupplyOutcome.NameOfTransfer, (await world.Supply.Do(key, new SupplyCommand(SupplyVerb.Expect, by, default, 1, name, 1, 100))).Outcome);
        Assert.Equal(SupplyOutcome.NameOfTransfer, (await world.Supply.Do(key, new SupplyCommand(SupplyVerb.Receive, by, default, 1, name))).Outcome);
        await Assert.ThrowsAsync<ArgumentException>(async () => await world.Supply.Do(key, new SupplyCommand(SupplyVerb.Unload, by, default, 1, name)));
        await Assert.ThrowsAsync<ArgumentException>(async () => await world.Supply.Do(key, new SupplyCommand(SupplyVerb.Carry, by, default, 1, name)));
    }

    // What the release before has left: one transfer on the road, another cut off between the destination's shelf and its own record.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_transfer_of_the_release_before_is_announced_at_the_start_and_its_open_arrival_comes_in_once(bool isArriving)
    {
        await using var world = await Stocked();
        await world.Do("MUG@depot", StockCommand.TransferOut(IdOfWrite(version: 3), 6));
        foreach (var key in new[] { ITransferIndexGrain.AllOpen, "open/depot", "open/shop" })
        {
            await world.Grains.GetGrain<ITransferIndexGrain>(key).Add(World.Id("old"));
        }

        var record = new TransferRecord();
        var stream = await world.Get<IJournal>().OpenAsync("transfer/" + World.Id("old"), new Reader(record), default);
        var content = new TransferContent(LocationId.Parse("depot"), LocationId.Parse("shop"), [new SkuUnits(Sku.Parse("MUG"), 6)], false, ExpectedMs);
        Append(new TransferCreated(1, World.Id("old"), TransferCodec.HashOf(content), default, content));
        Append(new TransferStepDecided(1, TransferOutcome.Accepted, []));
        Append(new TransferStepIntended(1, World.Id("s"), 1, default, TransferVerb.Ship, [new TransferWrite(0, 6)], []));
        Append(new TransferStepDecided(1, TransferOutcome.Accepted, []));
        if (isArriving)
        {
            Append(new TransferStepIntended(1, World.Id("r"), 1, default, TransferVerb.Receive, [new TransferWrite(0, 4)], []));
            await world.Do("MUG@shop", StockCommand.TransferIn(IdOfWrite(version: 5), 4));
        }

        await using var next = await world.Restart();
        var view = (await next.Transfers.Get(World.Id("old")))!;
        Assert.False(view.IsInDoubt);
        Assert.Equal(isArriving ? 2 : 6, view.Lines[0].InTransit);
        Assert.Equal(isArriving ? "4 held 0" : "0 held 0", await Shelf(next, "MUG@shop"));
        Assert.Equal(isArriving ? 2 : 6, (await Supply(next, "MUG@shop")).Receipts.Single().Left);
        await AssertBalanced(next);

        void Append(TransferEvent change)
        {
            record.Apply(change);
            stream.Append(TransferCodec.Encode(change));
        }
    }

    private static RequestId IdOfWrite(uint version) => World.Id("old").Derive(0x5452_4E00).Derive(version).Derive(0);

    private sealed class Reader(TransferRecord record) : IStreamReader
    {
        public void Snapshot(long version, ReadOnlySpan<byte> state) => throw new FormatException("none");

        public void Event(long version, ReadOnlySpan<byte> payload) => record.Apply(TransferCodec.Decode(payload));
    }
}
