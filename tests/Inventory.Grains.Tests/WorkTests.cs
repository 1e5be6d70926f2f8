using Inventory.Domain;
using Inventory.Domain.Stocks;
using Inventory.Domain.Work;

namespace Inventory.Grains.Tests;

/// <summary>Capacity of a location that is held in the same step as units.</summary>
public sealed class WorkTests
{
    private const int PointsMax = 80;
    private const long DayMs = 24L * 60 * 60 * 1000;
    private static readonly LocationId s_north = LocationId.Parse("north");
    private static readonly RequestId s_order = World.Id("order");

    [Fact]
    public async Task Units_and_capacity_are_taken_together_or_not_at_all()
    {
        await using var world = await Busy(parcels: 3);
        Assert.Equal(StockOutcome.Insufficient, (await Reserve(world, "few-units", 6, 1)).Outcome);
        Assert.Equal((0L, 0L), await Held(world));
        Assert.Equal(StockOutcome.Insufficient, (await Reserve(world, "few-parcels", 2, 4)).Outcome);
        Assert.Equal((0L, 0L), await Held(world));
        var answer = await Reserve(world, "order", 2, 3);
        Assert.Equal(StockOutcome.Accepted, answer.Outcome);
        Assert.Equal((2L, 3L), await Held(world));
        Assert.Equal(new SlotLoad(Today(world), 3, 3, 0), await Load(world));
        Assert.Equal(StockOutcome.AlreadyAccepted, (await Reserve(world, "order", 2, 3)).Outcome);
        Assert.Equal(StockOutcome.IdReused, (await Reserve(world, "order", 2, 2)).Outcome);
        var line = Assert.Single((await View(world)).Lines);
        Assert.Equal((LineState.Soft, "MUG@north"), (line.State, line.Key.ToString()));
        await AssertAuditIsClean(world);
    }

    [Fact]
    public async Task Three_of_ten_orders_get_the_three_parcels_of_a_day()
    {
        await using var world = await Busy(parcels: 3);
        await world.Receive("MUG@north", 100);
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => Task.Run(() => Reserve(world, $"o{i}", 1, 1))));
        Assert.Equal(3, answers.Count(answer => answer.Outcome == StockOutcome.Accepted));
        Assert.Equal(7, answers.Count(answer => answer.Outcome == StockOutcome.Insufficient));
        Assert.Equal((3L, 3L), await Held(world));

        var winner = Enumerable.Range(0, 10).First(i => answers[i].Outcome == StockOutcome.Accepted);
        Assert.Equal(StockOutcome.Accepted, (await Step(world, $"o{winner}", "back", StockVerb.Release)).Outcome);
        Assert.Equal((2L, 2L), await Held(world));
        Assert.Equal(StockOutcome.Accepted, (await Reserve(world, "eleventh", 1, 1)).Outcome);
        Assert.Equal(StockOutcome.Insufficient, (await Reserve(world, "twelfth", 1, 1)).Outcome);
        await AssertAuditIsClean(world);
    }

    [Fact]
    public async Task A_partial_order_needs_all_its_work_and_some_of_its_units()
    {
        await using var world = await Busy(parcels: 3);
        Assert.Equal(StockOutcome.Insufficient, (await Partial(world, "no-work", 2, 9, 4)).Outcome);
        Assert.Equal((0L, 0L), await Held(world));
        Assert.Equal(StockOutcome.Insufficient, (await Partial(world, "no-units", 9, 9, 1)).Outcome);
        Assert.Equal((0L, 0L), await Held(world));
        Assert.Equal(StockOutcome.Accepted, (await Partial(world, "some", 2, 9, 3)).Outcome);
        Assert.Equal((2L, 3L), await Held(world));
        Assert.Equal(StockOutcome.Accepted, (await Step(world, "some", "back", StockVerb.Release)).Outcome);
        Assert.Equal((0L, 0L), await Held(world));
    }

    [Fact]
    public async Task Soft_capacity_falls_back_at_exactly_its_millisecond_and_an_extension_moves_it()
    {
        await using var world = await Busy(parcels: 3);
        await Reserve(world, "order", 2, 3);
        world.Time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(StockOutcome.Accepted, (await Step(world, "order", "longer", StockVerb.Extend)).Outcome);
        world.Time.Advance(TimeSpan.FromMinutes(15) - TimeSpan.FromMilliseconds(1));
        Assert.Equal((2L, 3L), await Held(world));
        Assert.Equal(StockOutcome.Insufficient, (await Reserve(world, "next", 1, 1)).Outcome);
        world.Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal((0L, 0L), await Held(world));
        Assert.Equal(StockOutcome.Accepted, (await Reserve(world, "next", 1, 3)).Outcome);
    }

    [Fact]
    public async Task Confirmed_capacity_stays_and_what_was_sent_stays_used()
    {
        await using var world = await Busy(parcels: 3);
        await Reserve(world, "order", 2, 1);
        Assert.Equal(StockOutcome.Accepted, (await Step(world, "order", "firm", StockVerb.Confirm)).Outcome);
        world.Time.Advance(TimeSpan.FromHours(2));
        Assert.Equal((2L, 1L), await Held(world));
        Assert.Equal(StockOutcome.Accepted, (await Step(world, "order", "sent", StockVerb.Ship, (0, 1))).Outcome);
        Assert.Equal(StockOutcome.Accepted, (await Step(world, "order", "rest", StockVerb.Release)).Outcome);
        Assert.Equal((0L, 1L), await Held(world));
        Assert.Equal(StockOutcome.ReservationEnded, (await Step(world, "order", "again", StockVerb.Release)).Outcome);
        await AssertAuditIsClean(world);
    }

    [Fact]
    public async Task Units_that_leave_without_being_confirmed_make_the_work_firm()
    {
        await using var world = await Busy(parcels: 3);
        await Reserve(world, "order", 2, 1);
        Assert.Equal(StockOutcome.Accepted, (await Step(world, "order", "sent", StockVerb.Ship, (0, 1))).Outcome);
        Assert.Equal(StockOutcome.Accepted, (await Step(world, "order", "longer", StockVerb.Extend)).Outcome);
        world.Time.Advance(TimeSpan.FromMinutes(15));
        Assert.Equal((0L, 1L), await Held(world));
        await using var next = await world.Restart();
        Assert.Equal((0L, 1L), await Held(next));
    }

    [Fact]
    public async Task Work_is_given_back_with_the_last_units_or_when_it_is_named_and_never_sent_itself()
    {
        await using var world = await Busy(parcels: 3);
        await Reserve(world, "order", 2, 3);
        Assert.Equal(StockOutcome.ExceedsHeld, (await Step(world, "order", "s1", StockVerb.Ship, (1, 1))).Outcome);
        Assert.Equal(StockOutcome.Accepted, (await Step(world, "order", "r1", StockVerb.Release, (1, 1))).Outcome);
        Assert.Equal((2L, 2L), await Held(world));
        Assert.Equal(StockOutcome.Accepted, (await Step(world, "order", "r2", StockVerb.Release, (0, 1))).Outcome);
        Assert.Equal((1L, 2L), await Held(world));
        Assert.Equal(StockOutcome.Accepted, (await Step(world, "order", "r3", StockVerb.Release, (0, 1))).Outcome);
        Assert.Equal((0L, 0L), await Held(world));
        Assert.Equal(StockOutcome.ReservationEnded, (await Step(world, "order", "r4", StockVerb.Release)).Outcome);
    }

    [Fact]
    public async Task Work_goes_the_way_of_the_units_at_its_own_location()
    {
        await using var world = await Busy(parcels: 3);
        var south = LocationId.Parse("south");
        await world.Locations.Upsert(world.NewId(), south, new LocationFacts { Name = "South", Kind = LocationKind.Store, ParcelsPerDay = 3 });
        ReserveLine[] lines =
        [
            new(World.Key("MUG@north"), 2), new(World.Key("MUG@south"), 2),
            ReserveLine.Work(s_north, Today(world), 1), ReserveLine.Work(south, Today(world), 2),
        ];
        await world.Reservations.Reserve(new ReserveMany(s_order, [.. lines], Channel.Web, 900_000, false));
        Assert.Equal(StockOutcome.Accepted, (await Step(world, "order", "sent", StockVerb.Ship, (0, 2))).Outcome);
        Assert.Equal(StockOutcome.Accepted, (await Step(world, "order", "back", StockVerb.Release)).Outcome);
        Assert.Equal((0L, 1L), await Held(world));
        Assert.Equal((0L, 0L), (await HeldOf(world, "MUG@south"), (await world.Get<IWork>().Left(south, [Today(world)]))[0].Held));
        world.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal((0L, 1L), await Held(world));
    }

    [Fact]
    public async Task Lowering_the_capacity_takes_from_nobody_and_the_next_is_refused()
    {
        await using var world = await Busy(parcels: 3);
        await Reserve(world, "order", 2, 3);
        await Describe(world, parcels: 1);
        Assert.Equal(new SlotLoad(Today(world), 1, 3, 0), await Load(world));
        Assert.Equal(StockOutcome.Insufficient, (await Reserve(world, "next", 1, 1)).Outcome);
        Assert.Equal(StockOutcome.Accepted, (await Step(world, "order", "firm", StockVerb.Confirm)).Outcome);
        Assert.Equal(StockOutcome.Accepted, (await Step(world, "order", "back", StockVerb.Release)).Outcome);
        Assert.Equal(StockOutcome.Insufficient, (await Reserve(world, "next", 1, 2)).Outcome);
        Assert.Equal(StockOutcome.Accepted, (await Reserve(world, "next", 1, 1)).Outcome);
        await AssertAuditIsClean(world);
    }

    [Fact]
    public async Task A_place_without_a_limit_needs_no_record_even_if_it_states_one_later()
    {
        await using var world = await Busy(parcels: 0);
        Assert.Equal(StockOutcome.Accepted, (await Reserve(world, "order", 2, 1_000)).Outcome);
        Assert.Equal((2L, 0L), await Held(world));
        Assert.Equal(Limits.UnitsMax, (await Load(world)).Left);
        await Describe(world, parcels: 1);
        Assert.Equal(StockOutcome.Accepted, (await Step(world, "order", "firm", StockVerb.Confirm)).Outcome);
        await using var next = await world.Restart();
        Assert.Equal(StockOutcome.Accepted, (await Reserve(next, "another", 1, 1)).Outcome);
        Assert.Equal(StockOutcome.Accepted, (await Step(next, "order", "back", StockVerb.Release)).Outcome);
        Assert.Equal((1L, 1L), await Held(next));
    }

    [Fact]
    public async Task A_closed_place_takes_no_new_work_and_lets_what_is_held_go_on()
    {
        await using var world = await Busy(parcels: 3);
        await Reserve(world, "order", 2, 1);
        await world.Locations.SetOpen(world.NewId(), s_north, false);
        Assert.Equal(0, (await Load(world)).Left);
        var order = new ReserveMany(
            World.Id("elsewhere"), [new(World.Key("MUG@south"), 1), ReserveLine.Work(s_north, Today(world), 1)], Channel.Web, 900_000, false);
        Assert.Equal(StockOutcome.LocationClosed, (await world.Reservations.Reserve(order)).Outcome);
        Assert.Equal(0, (await world.View("MUG@south")).Held);
        Assert.Equal(StockOutcome.Accepted, (await Step(world, "order", "firm", StockVerb.Confirm)).Outcome);
        Assert.Equal((2L, 1L), await Held(world));
    }

    [Fact]
    public async Task Nobody_describes_it_so_it_has_no_work_to_give_and_slots_must_be_in_reach()
    {
        await using var world = await Busy(parcels: 3);
        var nowhere = LocationId.Parse("nowhere");
        Assert.Equal(StockOutcome.LocationUnknown, (await Line(ReserveLine.Work(nowhere, Today(world), 1))).Outcome);
        Assert.Equal(StockOutcome.SlotOutOfReach, (await Line(ReserveLine.Work(s_north, Slot(world, -1), 1))).Outcome);
        Assert.Equal(StockOutcome.SlotOutOfReach, (await Line(ReserveLine.Work(s_north, Slot(world, 401), 1))).Outcome);
        Assert.Equal(StockOutcome.Accepted, (await Line(ReserveLine.Work(s_north, Slot(world, 400), 1))).Outcome);
        await Assert.ThrowsAsync<ArgumentException>(async () => await world.Reservations.Reserve(new ReserveMany(
            s_order, [ReserveLine.Work(s_north, Today(world), 1), new(World.Key("MUG@north"), 1)], Channel.Web, 900_000, false)));

        Task<ReservationAnswer> Line(ReserveLine work) => world.Reservations.Reserve(new ReserveMany(
            world.NewId(), [new(World.Key("MUG@north"), 1), work], Channel.Web, 900_000, false)).AsTask().WaitAsync(World.Patience);
    }

    [Fact]
    public async Task Work_survives_a_restart_with_and_without_a_snapshot_and_is_forgotten_after_its_time()
    {
        await using var world = await Busy(parcels: 200);
        await world.Receive("MUG@north", 300);
        for (var i = 0; i < 150; i++)
        {
            Assert.Equal(StockOutcome.Accepted, (await Reserve(world, $"o{i}", 1, 1)).Outcome);
        }

        await Step(world, "o7", "firm", StockVerb.Confirm);
        await using var next = await world.Restart();
        Assert.Equal((150L, 150L), await Held(next));
        await AssertAuditIsClean(next);
        next.Time.Advance(TimeSpan.FromDays(1));
        Assert.Equal((1L, 1L), (await HeldOf(next, "MUG@north"), (await Load(next, Slot(next, -1))).Held));
        next.Time.Advance(TimeSpan.FromDays(2));
        Assert.Equal(StockOutcome.Accepted, (await Reserve(next, "later", 1, 1)).Outcome);
        Assert.Equal(0, (await Load(next, Slot(next, -3))).Held);
        Assert.Equal(StockOutcome.Accepted, (await Step(next, "o7", "back", StockVerb.Release)).Outcome); // its work is long forgotten
        await AssertAuditIsClean(next);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(StockVerb.Confirm)]
    [InlineData(StockVerb.Release)]
    [InlineData(StockVerb.Ship)]
    public async Task A_step_cut_off_anywhere_leaves_units_and_capacity_in_the_same_state(StockVerb? verb)
    {
        for (var point = 0; point < PointsMax; point++)
        {
            await using var world = await Busy(parcels: 3);
            if (verb is not null)
            {
                await Reserve(world, "order", 2, 3);
            }

            world.Journal.DieAfter(point);
            var answered = await Survives(() => Take(world, verb));
            await using var next = await world.Restart();
            next.Time.Advance(TimeSpan.FromMilliseconds(GrainLimits.LeaseMs));
            await next.Reserve("MUG@north", $"need-{point}", 5, seconds: 1); // whoever is in need makes the owner ask for the word
            next.Time.Advance(TimeSpan.FromSeconds(1));
            var probe = await Reserve(next, $"probe-{point}", 1, 3);
            var (units, work) = await Held(next);
            var mine = (units - (probe.Outcome.IsAccepted() ? 1 : 0), work - (probe.Outcome.IsAccepted() ? 3 : 0));
            Assert.True(
                mine is (2, 3) or (0, 0) || (verb == StockVerb.Ship && mine is (1, 3)),
                $"{verb} at point {point}: {mine.Item1} units and {mine.Item2} parcels");
            await (probe.Outcome.IsAccepted() ? Step(next, $"probe-{point}", "away", StockVerb.Release) : Task.CompletedTask);
            var retried = await Take(next, verb);
            Assert.True(retried.Outcome.IsAccepted(), $"{verb} at point {point}: {retried.Outcome}");
            Assert.Equal(verb switch { StockVerb.Release => (0L, 0L), StockVerb.Ship => (1L, 3L), _ => (2L, 3L) }, await Held(next));
            await AssertAuditIsClean(next);
            if (answered && world.Journal.Appends < world.Journal.DiesAt)
            {
                return;
            }
        }

        Assert.Fail($"more than {PointsMax} appends");
    }

    private static Task<ReservationAnswer> Take(World world, StockVerb? verb) => verb switch
    {
        null => Reserve(world, "order", 2, 3),
        StockVerb.Ship => Step(world, "order", "step", StockVerb.Ship, (0, 1)),
        _ => Step(world, "order", "step", verb.Value),
    };

    private static OnPool<World> Busy(int parcels) => World.Start(async world =>
    {
        await world.Receive("MUG@north", 5);
        await world.Receive("MUG@south", 5);
        await Describe(world, parcels);
    });

    private static async Task Describe(World world, int parcels) => await world.Locations.Upsert(
        world.NewId(), s_north, new LocationFacts { Name = "North", Kind = LocationKind.Warehouse, ParcelsPerDay = parcels });

    private static Task<ReservationAnswer> Reserve(World world, string id, long units, long parcels) => world.Reservations.Reserve(new ReserveMany(
        World.Id(id), [new(World.Key("MUG@north"), units), ReserveLine.Work(s_north, Today(world), parcels)], Channel.Web, 900_000, false))
        .AsTask().WaitAsync(World.Patience);

    private static Task<ReservationAnswer> Partial(World world, string id, long north, long south, long parcels) =>
        world.Reservations.Reserve(new ReserveMany(
            World.Id(id), [new(World.Key("MUG@north"), north), new(World.Key("MUG@south"), south), ReserveLine.Work(s_north, Today(world), parcels)],
            Channel.Web, 900_000, true)).AsTask().WaitAsync(World.Patience);

    private static Task<ReservationAnswer> Step(World world, string order, string id, StockVerb verb, params (int Line, long Units)[] parts) =>
        world.Reservations.Step(World.Id(order), new ReservationStep(
            World.Id($"{order}/{id}"), verb, [.. parts.Select(part => new LinePart(part.Line, part.Units))], verb == StockVerb.Extend ? 900_000 : 0))
            .AsTask().WaitAsync(World.Patience);

    private static WorkSlot Today(World world) => Slot(world, 0);

    private static WorkSlot Slot(World world, int days) => WorkSlot.At(WorkKind.Parcels, world.Time.NowMs + (days * DayMs), "");

    private static async Task<SlotLoad> Load(World world, WorkSlot? slot = null) => (await world.Get<IWork>().Left(s_north, [slot ?? Today(world)]))[0];

    private static async Task<long> HeldOf(World world, string key) => (await world.View(key)).Held;

    private static async Task<(long Units, long Work)> Held(World world) => (await HeldOf(world, "MUG@north"), (await Load(world)).Held);

    private static async Task<ReservationView> View(World world) => (await world.Reservations.Get(new ReservationId(s_order, null)))!;

    private static async Task AssertAuditIsClean(World world)
    {
        Assert.Empty(await world.Get<IWork>().Audit(s_north));
        await world.AssertAuditIsClean();
    }

    private static async Task<bool> Survives(Func<Task<ReservationAnswer>> call)
    {
        try
        {
            return (await call()).Outcome.IsAccepted();
        }
        catch (Exception e) when (e is IOException or TimeoutException)
        {
            return false;
        }
    }
}
