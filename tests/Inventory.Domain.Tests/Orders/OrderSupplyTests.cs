using Inventory.Domain.Catalog;
using Inventory.Domain.Codec;
using Inventory.Domain.Orders;
using Inventory.Domain.Routing;
using Inventory.Domain.Tests.Codec;
using Inventory.Domain.Work;
using static Inventory.Domain.Tests.Orders.OrderScene;

namespace Inventory.Domain.Tests.Orders;

/// <summary>Units of an order that are promised from what is to come.</summary>
public sealed class OrderSupplyTests
{
    private const long DayMs = 86_400_000;
    private static readonly LocationId s_york = LocationId.Parse("york");

    [Fact]
    public void Units_are_promised_given_up_and_taken_over_and_none_is_counted_twice()
    {
        var scene = Promised(3);
        Assert.Equal((2L, 3L, OrderState.Waiting), (scene.Order.UnfilledUnits, scene.Order.ExpectedUnits, scene.Order.StateAt(scene.NowMs)));
        Assert.Equal(OrderOutcome.Accepted, scene.Do(OrderVerb.Confirm));
        scene.Apply(new SupplySeen(scene.NowMs, [new SeenPromise(0, 2, "PO-1", BeginMs + DayMs, BeginMs + (2 * DayMs), BeginMs + 500)]));
        var part = scene.Order.Parts.Single();
        Assert.Equal((PartState.Open, 2L, 0, 0), (part.State, part.Left, part.Leg, part.Promise));
        Assert.Equal((1L, BeginMs + 500), (scene.Order.ExpectedUnits, part.Plan.PromisedAtMs));
        Assert.Equal(OrderOutcome.Accepted, scene.Do(OrderVerb.Ship));
        Assert.Equal(OrderState.Waiting, scene.Order.StateAt(scene.NowMs));
        Assert.Throws<InvariantBrokenException>(() => scene.Order.Apply(
            new SupplySeen(scene.NowMs, [new SeenPromise(0, 4, "PO-1", BeginMs, BeginMs, BeginMs)]))); // more than was promised
    }

    [Fact]
    public void A_date_that_moves_is_told_and_late_is_what_is_later_than_at_first()
    {
        var scene = Promised(3);
        var part = scene.Order.Expected.Single(static part => part.IsMade);
        Assert.False(part.IsLateAt(part.PromisedAtMs));
        Assert.True(part.IsLateAt(part.PromisedAtMs + 1));
        scene.Apply(new SupplySeen(scene.NowMs, [new SeenPromise(0, 0, "PO-1", BeginMs + (5 * DayMs), BeginMs + (6 * DayMs), 0)]));
        Assert.Equal((true, BeginMs + (6 * DayMs), BeginMs + (2 * DayMs)), (part.IsLateAt(scene.NowMs), part.PromisedAtMs, part.Plan.PromisedAtMs));
        scene.Apply(new SupplySeen(scene.NowMs, [new SeenPromise(0, 0, "PO-2", BeginMs + DayMs, BeginMs + (2 * DayMs), 0)]));
        Assert.Equal((false, "PO-2"), (part.IsLateAt(scene.NowMs), part.Receipt));
        Assert.Equal([OrderVerb.Promise, OrderVerb.Repromise, OrderVerb.Repromise], scene.Order.SupplyNotes.Select(static note => note.Verb));
    }

    [Fact]
    public void Cancelling_gives_up_promises_after_what_waits_and_the_latest_first()
    {
        var scene = Promised(2, 2);
        Assert.Equal(OrderOutcome.Accepted, scene.Do(OrderVerb.Cancel, null, new LineUnits(0, 2)));
        Assert.Equal((0L, "2, 1, 0"), (scene.Order.UnfilledUnits, string.Join(", ", scene.Order.Expected.Select(static part => part.Left))));
        scene.Apply(new SupplySeen(scene.NowMs, [new SeenPromise(0, 1, "PO-1", BeginMs + DayMs, BeginMs + (2 * DayMs), BeginMs)]));
        Assert.Equal(OrderOutcome.ExceedsLeft, scene.Do(OrderVerb.Cancel, null, new LineUnits(0, 4)));
        Assert.Equal(OrderOutcome.Accepted, scene.Do(OrderVerb.Cancel, null, new LineUnits(0, 2)));
        Assert.Equal((0L, 1L), (scene.Order.ExpectedUnits, scene.Order.Parts.Single().Left));
        Assert.Equal(OrderOutcome.Accepted, scene.Do(OrderVerb.Cancel));
        Assert.Equal((OrderState.Cancelled, false), (scene.Order.StateAt(scene.NowMs), scene.Order.Awaits));
    }

    [Fact]
    public void An_order_that_is_not_confirmed_lapses_and_what_came_for_it_goes_back()
    {
        var scene = Promised(3);
        Assert.Equal(BeginMs + TtlMs, scene.Order.LapsesAtMs);
        scene.NowMs += 1_000;
        scene.Apply(new SupplySeen(scene.NowMs, [new SeenPromise(0, 1, "PO-1", BeginMs + DayMs, BeginMs + (2 * DayMs), BeginMs)]));
        Assert.Equal((OrderState.Held, scene.NowMs + TtlMs), (scene.Order.StateAt(scene.NowMs), scene.Order.LapsesAtMs));
        scene.NowMs += TtlMs;
        Assert.Equal(0, scene.Order.LapsedAt(scene.NowMs).Single().Number);
        Assert.Equal(OrderOutcome.Expired, scene.Do(OrderVerb.Confirm));
        scene.Apply(new SupplyIntended(scene.NowMs, [], [new PromiseUnits(0, 2)]) { IsLapse = true, Parts = [0] });
        scene.Apply(new SupplyDecided(scene.NowMs, [], [new GivenUpPromise(0, 1, 1)]));
        Assert.Equal((OrderState.Expired, 0L, long.MaxValue), (scene.Order.StateAt(scene.NowMs), scene.Order.ExpectedUnits, scene.Order.LapsesAtMs));
        Assert.Empty(scene.Order.LapsedAt(scene.NowMs));
    }

    [Fact]
    public void What_is_tried_on_ends_long_after_its_day_unless_it_has_come_or_the_order_can_not_be_paid_any_more()
    {
        var scene = new OrderScene();
        var (tryOn, ship) = (new Wish(WishKind.Fitting, s_york), new Wish(WishKind.Ship, Point: new Position(53, -1)));
        scene.Place(Content(("A", 2, tryOn), ("B", 1, ship)));
        scene.Nothing(Unfillable.BackOrder);
        scene.Apply(new SupplyIntended(scene.NowMs, [
            new SupplyAsk(s_york, WishKind.Fitting, 0, 2, "PO-1", BeginMs + DayMs, BeginMs + DayMs, 0),
            new SupplyAsk(s_york, WishKind.Ship, 1, 1, "PO-1", BeginMs + DayMs, BeginMs + DayMs, 0),
        ], []));
        scene.Apply(new SupplyDecided(scene.NowMs, [true, true], []));
        Assert.Equal(BeginMs + TtlMs, scene.Order.LapsesAtMs);
        scene.NowMs = BeginMs + TtlMs;
        Assert.Equal(new PromiseUnits(1, 1), Assert.Single(scene.Order.LapsedPromisesAt(scene.NowMs)));
        scene.Apply(new SupplyIntended(scene.NowMs, [], [new PromiseUnits(1, 1)]) { IsLapse = true });
        scene.Apply(new SupplyDecided(scene.NowMs, [], [new GivenUpPromise(1, 1, 0)]));
        var latestMs = BeginMs + DayMs + Limits.FittingLateMsMax;
        Assert.Equal((OrderState.Waiting, latestMs), (scene.Order.StateAt(scene.NowMs), scene.Order.LapsesAtMs));
        Assert.Empty(scene.Order.LapsedPromisesAt(latestMs - 1));
        Assert.Equal(new PromiseUnits(0, 2), Assert.Single(scene.Order.LapsedPromisesAt(latestMs)));

        // One comes and is not taken: that ends nothing else. The other has time of its own.
        scene.NowMs = BeginMs + DayMs;
        scene.Apply(new SupplySeen(scene.NowMs, [new SeenPromise(0, 1, "PO-1", BeginMs + DayMs, BeginMs + DayMs, scene.NowMs)]));
        Assert.Equal((scene.NowMs + TtlMs, scene.NowMs + TtlMs), (scene.Order.Parts[0].ExpiresAtMs, scene.Order.LapsesAtMs));
        scene.NowMs += TtlMs;
        Assert.Empty(scene.Order.LapsedPromisesAt(scene.NowMs));
        Assert.Equal(OrderState.Waiting, scene.Order.StateAt(scene.NowMs));
        Assert.Equal(OrderOutcome.Accepted, scene.Do(OrderVerb.Confirm)); // what is to come is wanted for good
        Assert.Equal(long.MaxValue, scene.Order.EndsAtMs(scene.Order.Expected[0]));
        Assert.Equal(OrderOutcome.WrongState, scene.Do(OrderVerb.Choose)); // and that was never left open
    }

    [Fact]
    public void What_is_decided_later_is_decided_once_it_has_come_and_held_by_a_leg_of_its_own_where_it_goes()
    {
        var scene = new OrderScene();
        scene.Place(Content(("A", 3, new Wish(WishKind.DecideLater))));
        scene.Nothing(Unfillable.BackOrder);
        scene.Apply(new SupplyIntended(scene.NowMs, [new SupplyAsk(s_york, WishKind.DecideLater, 0, 3, "PO-1", BeginMs + DayMs, BeginMs + DayMs, 0)], []));
        scene.Apply(new SupplyDecided(scene.NowMs, [true], []));
        Assert.Equal(OrderOutcome.UnitsToCome, scene.Do(OrderVerb.Choose));
        scene.Apply(new SupplySeen(scene.NowMs, [new SeenPromise(0, 2, "PO-1", BeginMs + DayMs, BeginMs + DayMs, scene.NowMs)]));
        Assert.Equal(OrderOutcome.UnitsToCome, scene.Do(OrderVerb.Choose, null, new LineUnits(0, 3)));
        var leg = scene.Order.ChoiceLeg;
        scene.Move(
            OrderVerb.Choose, new Wish(WishKind.CollectAt, LocationId.Parse("leeds")),
            (new PartMove(0, Part("hull", WishKind.CollectAt, (0, 1)) with { Work = [new PartWork(default, 1)] }), 0),
            (new PartMove(0, Part("leeds", WishKind.CollectAt, (0, 1)) with { Work = [new PartWork(default, 1)] }), 0));
        Assert.Equal("0 0 1, 1048576 0 2, 1048576 1 3", string.Join(", ", scene.Order.Parts.Select(
            static part => $"{part.Leg} {part.FirstSlot} {part.FirstWorkSlot}"))); // all its lines, then all its work
        Assert.Equal((PartState.Ended, leg + 1, 1L), (scene.Order.Parts[0].State, scene.Order.ChoiceLeg, scene.Order.ExpectedUnits));
    }

    [Fact]
    public void Capacity_is_shown_once_and_needed_until_nothing_is_delivered_and_nothing_will_be()
    {
        var scene = Working(3);
        var promise = scene.Order.Expected[0];
        Assert.Equal([promise], scene.Order.WithoutWork([new GivenUpPromise(0, 3, 0)], []));
        Assert.Empty(scene.Order.WithoutWork([new GivenUpPromise(0, 2, 0)], []));
        scene.Apply(new SupplySeen(scene.NowMs, [new SeenPromise(0, 1, "PO-1", BeginMs + DayMs, BeginMs + DayMs, scene.NowMs)]));
        Assert.Equal((1, 0), (promise.Work.Length, scene.Order.Parts[0].Plan.Work.Length));
        Assert.Empty(scene.Order.WithoutWork([new GivenUpPromise(0, 2, 0)], [])); // one is there
        Assert.Equal([promise], scene.Order.WithoutWork([new GivenUpPromise(0, 1, 1)], [new PartUnits(0, 0, 1)]));
        var moved = new PartWork(new WorkSlot(WorkKind.Parcels, BeginMs + (5 * DayMs)), 1);
        scene.Apply(new SupplySeen(scene.NowMs, [new SeenPromise(0, 1, "PO-1", BeginMs + (5 * DayMs), BeginMs + (5 * DayMs), 0) { Work = [moved] }]));
        scene.Apply(new SupplySeen(scene.NowMs, [new SeenPromise(0, 3, "PO-1", BeginMs + (5 * DayMs), BeginMs + (5 * DayMs), scene.NowMs)]));
        Assert.Equal((moved, 0), (Assert.Single(scene.Order.Parts[1].Plan.Work), scene.Order.Parts[0].Plan.Work.Length));
        Assert.Equal([promise], scene.Order.WithoutWork([], [new PartUnits(0, 0, 1), new PartUnits(1, 0, 2)]));
        Assert.Equal(OrderOutcome.Accepted, scene.Do(OrderVerb.Confirm));
        Assert.Equal(OrderOutcome.Accepted, scene.Do(OrderVerb.Ship, null, new LineUnits(0, 1)));
        Assert.Empty(scene.Order.WithoutWork([], [new PartUnits(1, 0, 2)])); // a parcel was sent
    }

    [Fact]
    public void Bytes_of_promises_with_capacity_are_pinned_and_those_without_are_as_before()
    {
        var scene = Working(2);
        scene.Apply(new SupplySeen(scene.NowMs, [new SeenPromise(0, 0, "PO-1", BeginMs + (5 * DayMs), BeginMs + (5 * DayMs), 0)
        {
            Work = [new PartWork(new WorkSlot(WorkKind.Parcels, BeginMs + (5 * DayMs)), 1)],
        }]));
        Golden.Check("order-supply-work-events", scene.Events.Select(change => (change.GetType().Name, OrderCodec.Encode(change))));
        Assert.All(Golden.Read("order-supply-work-events"), sample => Assert.Equal(sample.Bytes, OrderCodec.Encode(OrderCodec.Decode(sample.Bytes))));
    }

    [Fact]
    public void Bytes_of_promises_are_pinned_and_read_back()
    {
        var scene = Promised(2, 2);
        scene.Apply(new SupplySeen(scene.NowMs, [new SeenPromise(0, 1, "PO-1", BeginMs + DayMs, BeginMs + (2 * DayMs), BeginMs)]));
        scene.Do(OrderVerb.Cancel, null, new LineUnits(0, 2));
        scene.Apply(new SupplyIntended(scene.NowMs, [], [new PromiseUnits(0, 1)]) { IsLapse = true, Parts = [0] });
        scene.Apply(new SupplyDecided(scene.NowMs, [], [new GivenUpPromise(0, 1, 0)]));
        Golden.Check("order-supply-events", scene.Events.Select(change => (change.GetType().Name, OrderCodec.Encode(change))));
        Assert.All(Golden.Read("order-supply-events"), sample => Assert.Equal(sample.Bytes, OrderCodec.Encode(OrderCodec.Decode(sample.Bytes))));
    }

    [Fact]
    public void A_promise_that_would_be_late_gives_way_to_what_is_had_elsewhere_in_one_event_and_no_more_of_it_than_that()
    {
        var scene = Promised(3);
        Assert.Empty(scene.Order.LateAt(scene.NowMs));
        scene.Apply(new SupplySeen(scene.NowMs, [new SeenPromise(0, 0, "PO-1", BeginMs + (5 * DayMs), BeginMs + (6 * DayMs), 0)]));
        Assert.Equal(0, Assert.Single(scene.Order.LateAt(scene.NowMs)).Number);
        Assert.Empty(scene.Order.LateAt(BeginMs + (2 * DayMs))); // it is too late for that
        var leg = new LegIntended(scene.NowMs, [Part("leeds", WishKind.Ship, (0, 1))], [], "p", false, ["leeds has it"]);
        scene.Apply(new SupplyIntended(
            scene.NowMs,
            [
                new SupplyAsk(s_york, WishKind.Ship, 0, 1, "PO-8", BeginMs + DayMs, BeginMs + (2 * DayMs), 9),
                new SupplyAsk(s_york, WishKind.Ship, 0, 1, "PO-9", BeginMs + DayMs, BeginMs + (2 * DayMs), 9),
            ],
            [new PromiseUnits(0, 3)]) { IsMove = true, Leg = leg });
        scene.Apply(new SupplyDecided(scene.NowMs, [true, false], [new GivenUpPromise(0, 2, 0)])
        {
            Leg = new LegDecided(scene.NowMs, true, BeginMs + TtlMs, []),
        });
        Assert.Equal("1, 0, 1, 0", string.Join(", ", scene.Order.Expected.Select(static part => part.Left))); // one stays where it is
        Assert.Equal((2L, 2L, 1L, 1), (scene.Order.UnfilledUnits, scene.Order.ExpectedUnits, scene.Order.Parts.Single().Left, scene.Order.MoveTries));
        var note = scene.Order.SupplyNotes[^1];
        Assert.Equal((OrderVerb.Move, 2L, "1 on the shelf of leeds, 1 from PO-8 at york"), (note.Verb, note.Units, note.To));
        Assert.Equal(3, scene.Order.SupplyNotes.Count); // promise, repromise, move

        // What is refused changes nothing.
        scene.Apply(new SupplyIntended(scene.NowMs, [], [new PromiseUnits(0, 1)]) { IsMove = true, Leg = leg });
        scene.Apply(new SupplyDecided(scene.NowMs, [], []) { Leg = new LegDecided(scene.NowMs, false, 0, []) });
        Assert.Equal((2L, 2L, 3, 2), (scene.Order.UnfilledUnits, scene.Order.ExpectedUnits, scene.Order.SupplyNotes.Count, scene.Order.MoveTries));
        Golden.Check("order-late-supply-events", scene.Events.TakeLast(4).Select(change => (change.GetType().Name, OrderCodec.Encode(change))));
        Assert.All(Golden.Read("order-late-supply-events"), sample => Assert.Equal(sample.Bytes, OrderCodec.Encode(OrderCodec.Decode(sample.Bytes))));
    }

    [Fact]
    public void A_kit_comes_when_all_its_components_have_and_is_given_up_whole()
    {
        var scene = Kits();
        var part = scene.Order.Expected[0];
        Assert.Equal(("M 2+0, C 4+0", 3L, 2L), (Components(part), scene.Order.UnfilledUnits, scene.Order.ExpectedUnits));
        Assert.NotEqual(scene.Order.PromiseId(0, 0), scene.Order.PromiseId(0, 1));
        Seen(scene, 0, 0, 3);
        Assert.Equal(("M 2+0, C 1+3", 0), (Components(part), scene.Order.Parts.Count));
        Seen(scene, 1, 1, 3);
        Assert.Equal(("M 1+0, C 1+1", 1L), (Components(part), scene.Order.Parts.Single().Left));
        Assert.Equal([OrderVerb.Promise, OrderVerb.Arrive], scene.Order.SupplyNotes.Select(static note => note.Verb));

        // The other is given up: of the cups one that is to come and one that is kept.
        scene.Apply(new SupplyIntended(scene.NowMs, [], [new PromiseUnits(0, 1)]));
        scene.Apply(new SupplyDecided(scene.NowMs, [], [new GivenUpPromise(0, 1, 0) { Components = [new(1, 1), new(3, 1)] }]));
        Assert.Equal(("M 0+0, C 0+0", 0L, 4L), (Components(part), scene.Order.ExpectedUnits, scene.Order.UnfilledUnits));
    }

    [Fact]
    public void What_is_held_from_the_shelf_is_kept_from_the_beginning_and_given_up_last()
    {
        var scene = Kits(2, 1);
        var part = scene.Order.Expected[0];
        Assert.Equal(("M 0+2, C 3+1", 2L, 3L), (Components(part), scene.Order.ExpectedUnits, scene.Order.UnfilledUnits));
        Seen(scene, 1, 0, 2);
        Assert.Equal(("M 0+1, C 1+1", 1L), (Components(part), scene.Order.Parts.Single().Left));
        scene.Apply(new SupplyIntended(scene.NowMs, [], [new PromiseUnits(0, 1)]));
        scene.Apply(new SupplyDecided(scene.NowMs, [], [new GivenUpPromise(0, 1, 0) { Components = [new(0, 0), new(2, 1)] }]));
        Assert.Equal(("M 0+0, C 0+0", 0L, 4L), (Components(part), scene.Order.ExpectedUnits, scene.Order.UnfilledUnits));
        Golden.Check("order-shelf-kit-supply-events", scene.Events.Skip(2).Select(change => (change.GetType().Name, OrderCodec.Encode(change))));
        Assert.All(Golden.Read("order-shelf-kit-supply-events"), sample => Assert.Equal(sample.Bytes, OrderCodec.Encode(OrderCodec.Decode(sample.Bytes))));
        Assert.Throws<InvariantBrokenException>(() => Kits(3, 0)); // more than the kits need
    }

    [Theory]
    [InlineData(1, 1, 0)] // no cup for the kit
    [InlineData(0, 3, 5)] // more cups than were promised
    public void A_kit_that_its_components_do_not_make_is_a_bug(long kits, long mugs, long cups) =>
        Assert.Throws<InvariantBrokenException>(() => Seen(Kits(), kits, mugs, cups));

    [Fact]
    public void Bytes_of_promised_kits_are_pinned_and_read_back()
    {
        var scene = Kits();
        Seen(scene, 1, 1, 3);
        scene.Apply(new SupplyIntended(scene.NowMs, [], [new PromiseUnits(0, 1)]));
        scene.Apply(new SupplyDecided(scene.NowMs, [], [new GivenUpPromise(0, 1, 0) { Components = [new(1, 1), new(3, 1)] }]));
        Golden.Check("order-kit-supply-events", scene.Events.Skip(2).Select(change => (change.GetType().Name, OrderCodec.Encode(change))));
        Assert.All(Golden.Read("order-kit-supply-events"), sample => Assert.Equal(sample.Bytes, OrderCodec.Encode(OrderCodec.Decode(sample.Bytes))));
    }

    // Five kits of which nothing is there; two are promised at York, each a mug and two cups. Some of these may be held from its shelf.
    private static OrderScene Kits(params long[] shelf)
    {
        var scene = Waiting(Unfillable.BackOrder);
        scene.Apply(new SupplyIntended(scene.NowMs, [new SupplyAsk(s_york, WishKind.Ship, 0, 2, "PO-1", BeginMs + DayMs, BeginMs + (2 * DayMs), 499)
        {
            Kit = [new KitComponent(Sku.Parse("M"), 1), new KitComponent(Sku.Parse("C"), 2)], Shelf = shelf.Length == 0 ? default : [.. shelf],
        }], []));
        scene.Apply(new SupplyDecided(scene.NowMs, [true], []));
        return scene;
    }

    // Five units of which nothing is there; so many are promised at York and take a parcel of the day.
    private static OrderScene Working(long units)
    {
        var scene = Waiting(Unfillable.BackOrder);
        scene.Apply(new SupplyIntended(scene.NowMs, [new SupplyAsk(s_york, WishKind.Ship, 0, units, "PO-1", BeginMs + DayMs, BeginMs + (2 * DayMs), 499)
        {
            Work = [new PartWork(new WorkSlot(WorkKind.Parcels, BeginMs + DayMs), 1)],
        }], []));
        scene.Apply(new SupplyDecided(scene.NowMs, [true], []));
        return scene;
    }

    private static void Seen(OrderScene scene, long kits, params long[] came) => scene.Apply(
        new SupplySeen(scene.NowMs, [new SeenPromise(0, kits, "PO-1", BeginMs + DayMs, BeginMs + (2 * DayMs), BeginMs) { Came = [.. came] }]));

    private static string Components(ExpectedPart part) =>
        string.Join(", ", part.Components.Select(static each => $"{each.Sku} {each.Left}+{each.Kept}"));

    // Five units of which nothing is there; these are promised at York, and one ask more is refused.
    private static OrderScene Promised(params long[] units)
    {
        var scene = Waiting(Unfillable.BackOrder);
        scene.Apply(new SupplyIntended(scene.NowMs, [.. units.Append(1).Select((each, i) => new SupplyAsk(
            s_york, WishKind.Ship, 0, each, $"PO-{i + 1}", BeginMs + ((i + 1) * DayMs), BeginMs + ((i + 2) * DayMs), 499))], []));
        Assert.Equal(OrderOutcome.InDoubt, scene.Do(OrderVerb.Confirm));
        scene.Apply(new SupplyDecided(scene.NowMs, [.. units.Select(static _ => true), false], []));
        return scene;
    }
}
