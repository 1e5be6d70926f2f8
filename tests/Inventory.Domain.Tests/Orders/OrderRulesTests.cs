using Inventory.Domain.Orders;
using static Inventory.Domain.Tests.Orders.OrderScene;

namespace Inventory.Domain.Tests.Orders;

public sealed class OrderRulesTests
{
    [Fact]
    public void An_order_goes_its_way()
    {
        var scene = Held();
        Assert.Equal(OrderState.Held, scene.Order.StateAt(scene.NowMs));
        Assert.Equal(OrderOutcome.Accepted, scene.Do(OrderVerb.Confirm));
        Assert.Equal(OrderState.Confirmed, scene.Order.StateAt(scene.NowMs));
        Assert.Equal(OrderOutcome.Accepted, scene.Do(OrderVerb.Pick, 0));
        Assert.Equal(OrderOutcome.Accepted, scene.Do(OrderVerb.Ready, 0));
        Assert.Equal(OrderOutcome.Accepted, scene.Do(OrderVerb.Collect, 0, new LineUnits(0, 2)));
        Assert.Equal(PartState.Ready, scene.Order.Parts[0].State);
        Assert.Equal(OrderOutcome.Accepted, scene.Do(OrderVerb.Collect, 0));
        Assert.Equal(OrderOutcome.Accepted, scene.Do(OrderVerb.Ship, 1));
        Assert.Equal(OrderState.Fulfilled, scene.Order.StateAt(scene.NowMs));
        Assert.Equal(OrderOutcome.Accepted, scene.Do(OrderVerb.Return, null, new LineUnits(0, 3), new LineUnits(2, 1)));
        Assert.Equal(OrderOutcome.Accepted, scene.Do(OrderVerb.Return));
        Assert.Equal(OrderState.Returned, scene.Order.StateAt(scene.NowMs));
        Assert.Equal(OrderOutcome.ExceedsDelivered, scene.Do(OrderVerb.Return));
        Assert.Equal(8, scene.Order.Steps.Count);
        Assert.All(scene.Order.Steps, step => Assert.Equal(Till, step.Step.By));
    }

    [Fact]
    public void Time_ends_what_is_not_confirmed_at_exactly_its_millisecond()
    {
        var scene = Held();
        scene.NowMs = BeginMs + TtlMs - 1;
        Assert.Equal(OrderState.Held, scene.Order.StateAt(scene.NowMs));
        Assert.Equal(OrderOutcome.Accepted, scene.Do(OrderVerb.Extend));
        scene.NowMs += TtlMs;
        Assert.Equal(OrderState.Expired, scene.Order.StateAt(scene.NowMs));
        Assert.Equal(OrderOutcome.Expired, scene.Do(OrderVerb.Confirm));
        Assert.Equal(OrderOutcome.Expired, scene.Do(OrderVerb.Cancel));
    }

    [Fact]
    public void What_a_location_rejects_needs_another_one_and_the_first_is_not_asked_again()
    {
        var scene = Held(confirmed: true);
        Assert.Equal(OrderOutcome.Accepted, scene.Do(OrderVerb.Reject, 1, new LineUnits(2, 3)));
        Assert.Equal(OrderPhase.Routing, scene.Order.Phase);
        Assert.Equal([0, 0, 3], scene.Order.ToRoute.ToArray());
        Assert.Equal((2, "york"), (scene.Order.Refused.Single().Line, scene.Order.Refused.Single().Location.Value));
        Assert.Equal(OrderOutcome.InDoubt, scene.Do(OrderVerb.Cancel));
        scene.Hold(Part("hull", WishKind.Ship, (2, 2)));
        Assert.Equal([0, 0, 1], scene.Order.Unfilled.ToArray());
        Assert.Equal(PartState.Open, scene.Order.Parts[2].State);
        Assert.Equal(2, scene.Order.Parts[2].Leg);
        Assert.Equal(OrderOutcome.Accepted, scene.Do(OrderVerb.Reject, 2));
        scene.Apply(new RouteGivenUp(scene.NowMs, OrderOutcome.Insufficient, ["nowhere"]));
        Assert.Equal([0, 0, 3], scene.Order.Unfilled.ToArray());
        Assert.Equal(OrderState.Confirmed, scene.Order.StateAt(scene.NowMs));
    }

    [Fact]
    public void Cancelling_takes_what_is_still_there_untouched_parts_first()
    {
        var scene = Held(confirmed: true);
        Assert.Equal(OrderOutcome.Accepted, scene.Do(OrderVerb.Cancel, null, new LineUnits(1, 1)));
        Assert.Equal(1, scene.Order.Parts[1].Lines[0].Left);
        Assert.Equal(OrderOutcome.ExceedsLeft, scene.Do(OrderVerb.Cancel, null, new LineUnits(1, 2)));
        Assert.Equal(OrderOutcome.Accepted, scene.Do(OrderVerb.Ship, 1));
        Assert.Equal(OrderOutcome.HasLeft, scene.Do(OrderVerb.Cancel, null, new LineUnits(1, 1)));
        Assert.Equal(OrderOutcome.HasLeft, scene.Do(OrderVerb.Cancel, 1));
        Assert.Equal(OrderOutcome.Accepted, scene.Do(OrderVerb.Cancel));
        Assert.Equal(OrderState.Fulfilled, scene.Order.StateAt(scene.NowMs));
        Assert.Equal(OrderOutcome.HasLeft, scene.Do(OrderVerb.Cancel));
        var other = Held();
        Assert.Equal(OrderOutcome.Accepted, other.Do(OrderVerb.Cancel));
        Assert.Equal(OrderState.Cancelled, other.Order.StateAt(other.NowMs));
        Assert.Equal(OrderOutcome.Ended, other.Do(OrderVerb.Cancel));
    }

    [Fact]
    public void A_step_that_was_decided_is_recalled_and_its_id_serves_for_nothing_else()
    {
        var scene = Held();
        var confirm = scene.Ask(OrderVerb.Confirm);
        Assert.Equal(OrderOutcome.Accepted, scene.Do(confirm));
        Assert.Equal(OrderOutcome.AlreadyAccepted, OrderRules.JudgeStep(scene.Order, confirm, scene.NowMs, out var earlier, out _));
        Assert.Equal((OrderOutcome.Accepted, scene.Order.Version), (earlier!.Outcome, earlier.Version));
        Assert.Equal(OrderOutcome.IdReused, scene.Do(confirm with { ContentHash = 78, Verb = OrderVerb.Cancel }));
        Assert.Equal(OrderOutcome.IdReused, scene.Do(scene.Ask(OrderVerb.Cancel) with { Id = scene.Order.Placed!.Id }));
        Assert.Equal(OrderOutcome.AlreadyAccepted, OrderRules.JudgePlace(scene.Order, scene.Order.Placed.ContentHash));
        Assert.Equal(OrderOutcome.IdReused, OrderRules.JudgePlace(scene.Order, 5));
    }

    [Fact]
    public void An_order_of_which_nothing_could_be_had_may_be_placed_again()
    {
        var scene = new OrderScene();
        var content = Content(("A", 1, new Wish(WishKind.CollectAt, LocationId.Parse("leeds"))));
        Assert.Equal(OrderOutcome.NotFound, scene.Do(OrderVerb.Confirm));
        scene.Place(content);
        scene.Apply(new RouteGivenUp(scene.NowMs, OrderOutcome.Insufficient, ["leeds: no stock"]));
        Assert.Equal(OrderState.Refused, scene.Order.StateAt(scene.NowMs));
        Assert.Equal(OrderOutcome.NotFound, scene.Do(OrderVerb.Confirm));
        Assert.Equal(OrderOutcome.Accepted, OrderRules.JudgePlace(scene.Order, OrderRecordHash(content)));
        scene.Place(content);
        scene.Hold(Part("leeds", WishKind.CollectAt, (0, 1)));
        Assert.Equal(OrderState.Held, scene.Order.StateAt(scene.NowMs));
    }

    [Fact]
    public void Wrong_parts_lines_and_states_are_told_apart()
    {
        var scene = Held();
        Assert.Equal(OrderOutcome.NoSuchPart, scene.Do(OrderVerb.Cancel, 2));
        Assert.Equal(OrderOutcome.NoSuchPart, scene.Do(OrderVerb.Cancel, null, new LineUnits(3, 1)));
        Assert.Equal(OrderOutcome.WrongState, scene.Do(OrderVerb.Ship, 1));
        Assert.Equal(OrderOutcome.Accepted, scene.Do(OrderVerb.Confirm));
        Assert.Equal(OrderOutcome.WrongState, scene.Do(OrderVerb.Confirm));
        Assert.Equal(OrderOutcome.WrongState, scene.Do(OrderVerb.Collect, 1));
        Assert.Equal(OrderOutcome.WrongState, scene.Do(OrderVerb.Ship, 0));
        Assert.Equal(OrderOutcome.ExceedsLeft, scene.Do(OrderVerb.Ship, 1, new LineUnits(0, 1)));
    }

    [Fact]
    public void What_the_state_allows_can_be_told()
    {
        var scene = Held(); // part 0 is collected, part 1 is sent
        Assert.Equal("Confirm Extend Reject Cancel", Allowed(null));
        scene.Do(OrderVerb.Confirm);
        Assert.Equal("Pick Ready Collect Ship Reject Cancel", Allowed(null));
        Assert.Equal("Pick Ready Collect Reject Cancel", Allowed(0));
        Assert.Equal("Pick Ready Ship Reject Cancel", Allowed(1));
        scene.Do(OrderVerb.Collect, 0);
        Assert.Equal("Return Exchange", Allowed(0));
        scene.Do(OrderVerb.Cancel, 1);
        Assert.Equal("", Allowed(1));
        Assert.Equal("Return Exchange", Allowed(null));
        scene = OrderScene.Undecided(quoteMs: TtlMs);
        Assert.Equal("Cancel Redeem", Allowed(null));

        string Allowed(int? part) => string.Join(' ', OrderRules.Allowed(scene.Order, part, scene.NowMs));
    }

    [Fact]
    public void A_quote_is_redeemed_once_in_time_and_as_it_stands()
    {
        var scene = OrderScene.Undecided(quoteMs: TtlMs);
        var hash = OrderRecordHash(scene.Order.Content!);
        Assert.Equal(OrderState.Quoted, scene.Order.StateAt(scene.NowMs));
        foreach (var verb in new[] { OrderVerb.Confirm, OrderVerb.Extend, OrderVerb.Reject, OrderVerb.Choose })
        {
            Assert.Equal(OrderOutcome.WrongState, scene.Do(verb));
        }

        Assert.Equal(OrderOutcome.QuoteDiffers, scene.Do(scene.Ask(OrderVerb.Redeem) with { QuotedHash = hash + 1 }));
        Assert.Equal(OrderOutcome.Accepted, scene.Do(scene.Ask(OrderVerb.Redeem) with { QuotedHash = hash }));
        Assert.Equal(OrderState.Held, scene.Order.StateAt(scene.NowMs));
        Assert.Equal(scene.NowMs + TtlMs, scene.Order.Parts[0].ExpiresAtMs);
        Assert.Equal(OrderOutcome.QuoteRedeemed, scene.Do(OrderVerb.Redeem));
        Assert.Equal(OrderOutcome.Accepted, scene.Do(OrderVerb.Confirm));
        Assert.Equal(OrderOutcome.NotFound, Held().Do(OrderVerb.Redeem)); // an order is no quote

        var late = OrderScene.Undecided(quoteMs: TtlMs);
        late.NowMs += TtlMs;
        Assert.Equal((OrderOutcome.Expired, OrderState.Expired), (late.Do(OrderVerb.Redeem), late.Order.StateAt(late.NowMs)));
        var given = OrderScene.Undecided(quoteMs: TtlMs);
        Assert.Equal(OrderOutcome.Accepted, given.Do(OrderVerb.Cancel));
        Assert.Equal(OrderOutcome.Ended, given.Do(OrderVerb.Redeem));
    }

    [Fact]
    public void The_id_that_redeems_a_quote_names_no_order_unless_the_quote_refuses()
    {
        var scene = new OrderScene();
        scene.Apply(new OrderForwarded(scene.NowMs, Id(1), 5, Id(2)));
        Assert.Equal((Id(2), true), (scene.Order.Forwarded!.Quote, scene.Order.MayBePlaced));
        scene.Place(Content(("A", 1, new Wish(WishKind.DecideLater))));
        Assert.Null(scene.Order.Forwarded);
    }

    [Fact]
    public void What_was_left_open_is_chosen_and_goes_elsewhere_if_it_must()
    {
        var scene = OrderScene.Undecided();
        var ship = new Wish(WishKind.Ship, Point: new Position(53, -1));
        scene.Move(
            OrderVerb.Choose, ship, (new PartMove(0, Part("leeds", WishKind.Ship, (0, 1))), 0), (new PartMove(0, Part("york", WishKind.Ship, (0, 2))), 4));
        Assert.Equal((1, PartState.Held, WishKind.Ship), (scene.Order.Parts[0].Left, scene.Order.Parts[0].State, scene.Order.Parts[0].Plan.Kind));
        var moved = scene.Order.Parts[1];
        Assert.Equal((2, 1, 4, 5, PartState.Held), (moved.Left, moved.Leg, moved.FirstSlot, moved.FirstWorkSlot, moved.State));
        Assert.Equal(scene.Order.Parts[0].ExpiresAtMs, moved.ExpiresAtMs);
        Assert.Equal(ship, scene.Order.Content!.Lines[0].Wish);
        Assert.Equal(OrderOutcome.WrongState, scene.Do(OrderVerb.Choose)); // it is chosen
        Assert.Equal(OrderOutcome.Accepted, scene.Do(OrderVerb.Confirm));
        Assert.Equal(OrderOutcome.WrongState, scene.Do(OrderVerb.Collect));
        Assert.Equal(OrderOutcome.Accepted, scene.Do(OrderVerb.Ship));
    }

    [Fact]
    public void What_nobody_picks_may_be_moved_and_what_is_picked_stays()
    {
        var scene = Held(confirmed: true);
        Assert.Equal(OrderOutcome.Accepted, scene.Do(OrderVerb.Move, 1));
        scene.Move(OrderVerb.Move, null, (new PartMove(1, Part("hull", WishKind.Ship, (1, 2), (2, 4))), 7));
        Assert.Equal((PartState.Ended, PartState.Open, 6), (scene.Order.Parts[1].State, scene.Order.Parts[2].State, scene.Order.Parts[2].Left));
        Assert.Equal(OrderOutcome.Accepted, scene.Do(OrderVerb.Pick, 2));
        Assert.Equal(OrderOutcome.WrongState, scene.Do(OrderVerb.Move));
        Assert.Equal(OrderState.Confirmed, scene.Order.StateAt(scene.NowMs));
    }

    [Fact]
    public void Goods_that_are_exchanged_come_back()
    {
        var scene = Held(confirmed: true);
        Assert.Equal(OrderOutcome.ExceedsDelivered, scene.Do(OrderVerb.Exchange));
        scene.Do(OrderVerb.Ship, 1);
        Assert.Equal(OrderOutcome.Accepted, scene.Do(OrderVerb.Exchange, null, new LineUnits(2, 3)));
        Assert.Equal((3, Id(9)), (scene.Order.Parts[1].Lines[1].Returned, scene.Order.Steps[^1].NewOrder!.Value));
    }

    [Fact]
    public void Events_alone_rebuild_the_order()
    {
        var scene = Held(confirmed: true);
        scene.Do(OrderVerb.Reject, 1, new LineUnits(2, 3));
        scene.Hold(Part("hull", WishKind.Ship, (2, 3)));
        scene.Do(OrderVerb.Ship, 2);
        scene.Do(OrderVerb.Return, null, new LineUnits(2, 1));
        var again = new OrderRecord();
        scene.Events.ForEach(again.Apply);
        Assert.Equal(Picture(scene.Order), Picture(again));
    }

    [Fact]
    public void The_table_of_steps_in_the_docs_is_that_of_the_code()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Inventory.sln")))
        {
            folder = folder.Parent;
        }

        var docs = File.ReadAllText(Path.Combine(folder.FullName, "docs", "orders.md"));
        foreach (var verb in Enum.GetValues<OrderVerb>().Where(verb => verb.IsAsked() && !verb.BringsBack()))
        {
            var cells = new[] { PartState.Held, PartState.Open, PartState.Picking, PartState.Ready }.Select(state => Cell(state, verb));
            Assert.Contains($"| {verb} | {string.Join(" | ", cells)} |", docs, StringComparison.Ordinal);
        }

        static string Cell(PartState state, OrderVerb verb)
        {
            var next = Enum.GetValues<WishKind>().Select(kind => OrderSteps.Next(state, verb, kind)).FirstOrDefault(next => next is not null);
            return next is null ? "" : verb.TakesUnits() ? $"{next}, Ended" : $"{next}";
        }
    }

    private static ulong OrderRecordHash(OrderContent content) => Domain.Codec.OrderCodec.HashOf(content);

    private static string Picture(OrderRecord order) => string.Join('\n', order.Parts.Select(part =>
        $"{part.Number} {part.Leg} {part.Plan.Location} {part.State} {part.ExpiresAtMs} "
        + string.Join(',', part.Lines.Select(line =>
            $"{line.Line}:{line.Units}-{line.Rejected}-{line.Cancelled}-{line.Collected}-{line.Shipped}+{line.Returned}"))))
        + $"\n{order.Version} {order.Phase} {order.IsFirm} {order.PlacedVersion} {order.Steps.Count} {order.Legs.Count} {order.Refused.Count}";
}
