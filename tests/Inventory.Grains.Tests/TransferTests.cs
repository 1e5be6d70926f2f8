using Inventory.Domain;
using Inventory.Domain.Stocks;
using Inventory.Domain.Transfers;
using static Inventory.Grains.Tests.TransferDesk;

namespace Inventory.Grains.Tests;

/// <summary>Transfers over real owners, without crashes.</summary>
public sealed class TransferTests
{
    [Fact]
    public async Task Units_go_from_shelf_to_lorry_to_shelf()
    {
        await using var world = await Stocked();
        var made = await Create(world, hold: true, ("MUG", 6), ("CUP", 2));
        Assert.Equal((TransferOutcome.Accepted, TransferState.Draft), (made.Outcome, made.Transfer!.State));
        Assert.Equal("10 held 6", await Shelf(world, "MUG@depot"));
        var sold = await world.Reserve("MUG@depot", "customer", 5);
        Assert.Equal(StockOutcome.Insufficient, sold.Outcome); // four are free: the draft keeps its units

        Assert.Equal(TransferState.InTransit, (await Step(world, "send", TransferVerb.Ship)).Transfer!.State);
        Assert.Equal("4 held 0", await Shelf(world, "MUG@depot"));
        Assert.Equal("0 held 0", await Shelf(world, "MUG@shop"));
        Assert.Equal(new TransferSums(8, 0, 8, 0, 0, 0), await AssertBalanced(world));

        TransferPart[] first = [new(Sku.Parse("MUG"), 3), new(Sku.Parse("MUG"), 1, Condition.Damaged)];
        Assert.Equal(TransferState.PartlyReceived, (await Step(world, "first", TransferVerb.Receive, first)).Transfer!.State);
        Assert.Equal("3 held 0 damaged 1", await Shelf(world, "MUG@shop"));
        var rest = await Step(world, "rest", TransferVerb.Receive);
        Assert.Equal(TransferState.Received, rest.Transfer!.State);
        Assert.Equal("6 held 0 shipped 6 transit 0 received 6 lost 0 over 0", Line(rest.Transfer, "MUG"));
        Assert.Equal(new TransferSums(8, 8, 0, 0, 0, 0), await AssertBalanced(world));
        Assert.Equal(TransferOutcome.AlreadyAccepted, (await Step(world, "first", TransferVerb.Receive, first)).Outcome);
        Assert.Equal(TransferOutcome.IdReused, (await Step(world, "first", TransferVerb.Receive)).Outcome);
    }

    [Fact]
    public async Task A_draft_that_cannot_be_held_holds_nothing_and_may_be_made_again()
    {
        await using var world = await Stocked();
        var made = await Create(world, hold: true, ("MUG", 6), ("CUP", 9));
        Assert.Equal(TransferOutcome.StockRefused, made.Outcome);
        Assert.Equal([new RefusedTransferLine(Sku.Parse("CUP"), 9, StockOutcome.Insufficient)], made.Refused.AsEnumerable());
        Assert.Equal(("10 held 0", "5 held 0"), (await Shelf(world, "MUG@depot"), await Shelf(world, "CUP@depot")));
        Assert.Null(await world.Transfers.Get(Transfer));
        Assert.Equal(TransferOutcome.Accepted, (await Create(world, hold: true, ("MUG", 6), ("CUP", 5))).Outcome);
        Assert.Equal(("10 held 6", "5 held 5"), (await Shelf(world, "MUG@depot"), await Shelf(world, "CUP@depot")));
    }

    [Fact]
    public async Task What_a_draft_holds_follows_its_lines_and_is_free_once_it_is_cancelled()
    {
        await using var world = await Stocked();
        await Create(world, hold: true, ("MUG", 6));
        Assert.Equal(TransferOutcome.Accepted, (await Step(world, "more", TransferVerb.Change, ("MUG", 10), ("CUP", 1))).Outcome);
        Assert.Equal(("10 held 10", "5 held 1"), (await Shelf(world, "MUG@depot"), await Shelf(world, "CUP@depot")));
        Assert.Equal(TransferOutcome.StockRefused, (await Step(world, "much", TransferVerb.Change, ("MUG", 11), ("CUP", 5))).Outcome);
        Assert.Equal(("10 held 10", "5 held 1"), (await Shelf(world, "MUG@depot"), await Shelf(world, "CUP@depot")));
        Assert.Equal(TransferOutcome.Accepted, (await Step(world, "less", TransferVerb.Change, ("MUG", 7))).Outcome);
        Assert.Equal(("10 held 7", "5 held 0"), (await Shelf(world, "MUG@depot"), await Shelf(world, "CUP@depot")));
        Assert.Equal(TransferState.Cancelled, (await Step(world, "stop", TransferVerb.Cancel)).Transfer!.State);
        Assert.Equal("10 held 0", await Shelf(world, "MUG@depot"));
        Assert.Equal(TransferOutcome.WrongState, (await Step(world, "send", TransferVerb.Ship)).Outcome);
        await AssertBalanced(world);
    }

    [Fact]
    public async Task A_refused_change_gives_back_what_it_held_for_a_line_that_it_would_have_added()
    {
        await using var world = await Stocked();
        await world.Receive("TEA@depot", 3);
        await Create(world, hold: true, ("MUG", 6));
        var refused = await Step(world, "much", TransferVerb.Change, ("MUG", 11), ("TEA", 2));
        Assert.Equal(TransferOutcome.StockRefused, refused.Outcome);
        Assert.Equal(Sku.Parse("MUG"), Assert.Single(refused.Refused).Sku);
        Assert.Equal(("10 held 6", "3 held 0"), (await Shelf(world, "MUG@depot"), await Shelf(world, "TEA@depot")));
        Assert.Equal(TransferOutcome.Accepted, (await Step(world, "less", TransferVerb.Change, ("TEA", 3))).Outcome);
        Assert.Equal(("10 held 0", "3 held 3"), (await Shelf(world, "MUG@depot"), await Shelf(world, "TEA@depot")));
        await AssertBalanced(world);
    }

    [Fact]
    public async Task Without_a_hold_what_was_sold_meanwhile_stays_and_the_rest_goes()
    {
        await using var world = await Stocked();
        await Create(world, hold: false, ("MUG", 10), ("CUP", 5));
        await world.Reserve("MUG@depot", "customer", 1);
        var sent = await Step(world, "send", TransferVerb.Ship);
        Assert.Equal((TransferOutcome.Accepted, TransferState.PartlyShipped), (sent.Outcome, sent.Transfer!.State));
        Assert.Equal([new RefusedTransferLine(Sku.Parse("MUG"), 10, StockOutcome.ExceedsOnHand)], sent.Refused.AsEnumerable());
        Assert.Equal(TransferOutcome.StockRefused, (await Step(world, "again", TransferVerb.Ship)).Outcome);
        Assert.Equal(TransferOutcome.Accepted, (await Step(world, "again", TransferVerb.Ship, ("MUG", 9))).Outcome); // a refused id is free
        Assert.Equal(sent.Refused.AsEnumerable(), (await Step(world, "send", TransferVerb.Ship)).Refused);
        var closed = await Step(world, "lost", TransferVerb.Close);
        Assert.Equal(TransferState.Discrepancy, closed.Transfer!.State);
        Assert.Equal("9 held 0 shipped 9 transit 0 received 0 lost 9 over 0", Line(closed.Transfer, "MUG"));
        Assert.Equal(new TransferSums(14, 0, 0, 14, 0, 0), await AssertBalanced(world));
    }

    [Fact]
    public async Task More_than_was_sent_is_noted_as_delivered_beyond_it()
    {
        await using var world = await Stocked();
        await Create(world, hold: false, ("MUG", 4));
        await Step(world, "send", TransferVerb.Ship);
        TransferPart[] six = [new(Sku.Parse("MUG"), 6)];
        Assert.Equal(TransferOutcome.ExceedsInTransit, (await Step(world, "in", TransferVerb.Receive, six)).Outcome);
        Assert.Equal(TransferState.Discrepancy, (await Step(world, "in", TransferVerb.Receive, six, surplus: true)).Transfer!.State);
        Assert.Equal(new TransferSums(4, 6, 0, 0, 0, 2), await AssertBalanced(world));
    }

    [Fact]
    public async Task An_unknown_location_or_transfer_is_told()
    {
        await using var world = await World.Start();
        await world.Receive("MUG@depot", 1);
        Assert.Equal(TransferOutcome.LocationUnknown, (await Create(world, hold: false, ("MUG", 1))).Outcome);
        Assert.Equal(TransferOutcome.NotFound, (await Step(world, "send", TransferVerb.Ship)).Outcome);
        Assert.Null(await world.Transfers.Get(Transfer));
    }

    [Fact]
    public async Task Transfers_are_listed_by_location_and_state_page_by_page()
    {
        await using var world = await Stocked();
        await world.Open("other");
        for (var i = 0; i < 7; i++)
        {
            var to = LocationId.Parse(i % 2 == 0 ? "shop" : "other");
            var content = new TransferContent(LocationId.Parse("depot"), to, [new SkuUnits(Sku.Parse("MUG"), 1)]);
            var made = await world.Transfers.Create(new CreateTransfer(World.Id($"t{i}"), default, content));
            Assert.Equal(TransferOutcome.Accepted, made.Outcome);
            if (i >= 4)
            {
                await world.Transfers.Step(World.Id($"t{i}"), new TransferStep(World.Id($"t{i}-s"), default, TransferVerb.Ship, []));
                await world.Transfers.Step(World.Id($"t{i}"), new TransferStep(World.Id($"t{i}-r"), default, TransferVerb.Receive, []));
            }
        }

        Assert.Equal(7, await Count(world, "depot"));
        Assert.Equal((4, 3), (await Count(world, "shop"), await Count(world, "other")));
        Assert.Equal((2, 1), (await Count(world, "shop", TransferState.Received), await Count(world, "other", TransferState.Received)));
        Assert.Equal((2, 0), (await Count(world, "shop", TransferState.Draft), await Count(world, "shop", TransferState.InTransit)));
        Assert.Equal((4, 0), (await Count(world, null), await Count(world, "nowhere")));
    }

    private static async Task<int> Count(World world, string? location, params TransferState[] states)
    {
        var seen = new HashSet<RequestId>();
        TransferCursor? after = null;
        do
        {
            LocationId? place = location is null ? null : LocationId.Parse(location);
            var page = await world.Transfers.List(new TransferQuery(place, [.. states], after, 2)).AsTask().WaitAsync(World.Patience);
            Assert.All(page.Transfers, view => Assert.True(seen.Add(view.Id)));
            after = page.Next;
        }
        while (after is not null);
        return seen.Count;
    }
}
