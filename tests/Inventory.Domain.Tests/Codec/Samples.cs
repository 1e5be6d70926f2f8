using System.Collections.Immutable;
using Inventory.Domain.Codec;
using Inventory.Domain.Orders;
using Inventory.Domain.Reservations;
using Inventory.Domain.Stocks;
using Inventory.Domain.Tests.Orders;
using Inventory.Domain.Tests.Scripts;
using Inventory.Domain.Tests.Transfers;
using Inventory.Domain.Transfers;
using Inventory.Domain.Work;

namespace Inventory.Domain.Tests.Codec;

/// <summary>One of each thing that is written to disk.</summary>
internal static class Samples
{
    private static readonly RequestId s_id = RequestId.Parse("0f8fad5b-d9cb-469f-a165-70867728950e");
    private static readonly HoldId s_hold = new(RequestId.Parse("order-7"), 0);
    private static readonly Channel s_app = Channel.Parse("app");

    public static StockPolicy Policy { get; } = new()
    {
        SafetyUnits = 1, OversellUnits = 2, MinUnits = 3, MaxUnits = 4, RingFences = [new(Channel.Web, 5), new(s_app, 6)],
    };

    public static StockPolicy FullPolicy { get; } = new()
    {
        SafetyUnits = Limits.UnitsMax,
        RingFences = [.. Enumerable.Range(0, Limits.RingFencesMax).Select(i => new RingFence(Channel.Parse(new string((char)('a' + i), 32)), Limits.UnitsMax))],
    };

    public static LocationFacts Facts { get; } = new()
    {
        Name = "Bäckerei am Markt", Kind = LocationKind.PopUp, Position = new(48.137154, 11.576124), PostalCode = "80331", Town = "München",
        Region = "Bayern", CountryCode = "DE", TimeZone = "Europe/Berlin", PreparationMs = 1_800_000, Capabilities = Capabilities.Collect,
        WeeklyHours = [new(DayOfWeek.Monday, 540, 1080), new(DayOfWeek.Saturday, 600, 1440)],
        SpecialDays = [new(new DateOnly(2026, 12, 25), true, 0, 0), new(new DateOnly(2026, 12, 24), false, 540, 780)],
    };

    public static LocationFacts WorkFacts { get; } = Facts with
    {
        ParcelsPerDay = 120, PicksPerHour = 30, CutOffMinute = 1020, CarrierDays = Weekdays.Monday | Weekdays.Saturday, ParcelCostMinor = 345,
        Handling = Handling.Oversized, FirstDate = new(2026, 11, 1), LastDate = new(2027, 1, 6),
    };

    public static IEnumerable<StockEvent> StockEvents()
    {
        var at = Script.StartMs;
        StockEvent Of(StockVerb verb, long units = 0, HoldId hold = default) =>
            new() { Verb = verb, AtMs = ++at, Id = s_id, ContentHash = 0x0123456789ABCDEF, Units = units, Hold = hold };
        yield return Of(StockVerb.Receive, 10) with { Condition = Condition.Damaged };
        yield return Of(StockVerb.Adjust, -3) with { Condition = Condition.Display, Reason = AdjustReason.InternalUse };
        yield return Of(StockVerb.Count, -1) with { Condition = Condition.Quarantine };
        yield return Of(StockVerb.Import, Limits.UnitsMax);
        yield return Of(StockVerb.Move, 2) with { Condition = Condition.Sellable, To = Condition.Display };
        yield return Of(StockVerb.SetPolicy) with { Policy = Policy };
        yield return Of(StockVerb.SetPolicy) with { Policy = FullPolicy };
        yield return Of(StockVerb.Reserve, 4, new HoldId(s_id, 0)) with { Channel = s_app, ExpiresAtMs = at + 900_000 };
        yield return Of(StockVerb.Extend, 4, s_hold) with { ExpiresAtMs = at + 900_000 };
        yield return Of(StockVerb.Confirm, 4, s_hold) with { ExpiresAtMs = long.MaxValue };
        yield return Of(StockVerb.Release, 1, s_hold);
        yield return Of(StockVerb.Collect, 2, s_hold);
        yield return Of(StockVerb.Ship, 1, s_hold);
        yield return Of(StockVerb.Return, 1);
        yield return Of(StockVerb.Lease, 5, s_hold with { Line = 1_000 }) with
        {
            Channel = Channel.Parse(new string('z', 32)), ExpiresAtMs = at + 900_000, LeaseUntilMs = at + 10_000,
        };
        yield return Of(StockVerb.Settle, 5, s_hold with { Line = 2 }) with { Settlement = Settlement.Soft, ExpiresAtMs = at + 900_000 };
        yield return Of(StockVerb.Settle, 5, s_hold with { Line = 3 }) with { Settlement = Settlement.Free };
        yield return Of(StockVerb.Settle, 2, s_hold with { Line = 4 }) with { Settlement = Settlement.Release };
        yield return Of(StockVerb.TransferOut, 6, s_hold);
        yield return Of(StockVerb.TransferOut, 7);
        yield return Of(StockVerb.TransferIn, 8) with { Condition = Condition.Quarantine };
        yield return Of(StockVerb.ReceiveHeld, 9, s_hold) with { Channel = s_app };
        yield return Of(StockVerb.TransferInHeld, 10, s_hold) with { Channel = s_app };
    }

    public static IEnumerable<ReservationEvent> ReservationEvents()
    {
        var at = Script.StartMs;
        ImmutableArray<ReservedLine> lines = [new(StockKey.Parse("TEA@berlin-1"), 2), new(StockKey.Parse("MUG@berlin-1"), 1)];
        yield return new ReserveIntended(at, s_id, 77, lines, s_app, at + 900_000, true);
        yield return new ReserveDecided(at + 1, [new(StockOutcome.Accepted, 5, 2, at + 900_000), new(StockOutcome.Insufficient, 9)], true);
        yield return new StepIntended(at + 2, s_hold.Reservation, 78, StockVerb.Collect, [1, 0], 0);
        yield return new StepDecided(at + 3, StockOutcome.ExceedsOnHand, [new(0, StockOutcome.ExceedsOnHand), new(1, StockOutcome.ReservationExpired)]);
        yield return new AllSettled(at + 4);
    }

    /// <summary>A reservation of two lines in the middle of its second step, with an extension behind it.</summary>
    public static ReservationRecord Reservation()
    {
        var at = Script.StartMs;
        StockAnswer yes = new(StockOutcome.Accepted, 5, 2, at + 900_000);
        ImmutableArray<ReservedLine> lines = [new(StockKey.Parse("TEA@berlin-1"), 2), new(StockKey.Parse("MUG@berlin-1"), 1)];
        ReservationEvent[] events =
        [
            new ReserveIntended(at, s_id, 77, lines, s_app, at + 900_000, true), new ReserveDecided(at + 1, [yes, yes], true), new AllSettled(at + 2),
            new StepIntended(at + 3, s_hold.Reservation, 78, StockVerb.Ship, [1, 0], 0), new StepDecided(at + 4, StockOutcome.Accepted, []),
            new AllSettled(at + 5), new StepIntended(at + 6, s_hold.Reservation.Derive(1), 79, StockVerb.Confirm, [], 0),
            new StepDecided(at + 7, StockOutcome.ReservationExpired, [new(1, StockOutcome.ReservationExpired)]),
        ];
        var record = new ReservationRecord();
        foreach (var change in events)
        {
            record.Apply(change);
        }

        return record;
    }

    /// <summary>One of two units went to another location, with a parcel there.</summary>
    public static ReservationRecord Moved(out StepIntended step)
    {
        var at = Script.StartMs;
        StockAnswer yes = new(StockOutcome.Accepted, 5, 2, at + 900_000);
        ImmutableArray<ReservedLine> lines = [new(StockKey.Parse("TEA@berlin-1"), 2), new(StockKey.Parse("MUG@berlin-1"), 1)];
        step = new StepIntended(at + 3, s_hold.Reservation, 78, StockVerb.Release, [1, 0, 0, 0], 0)
        {
            Added =
            [
                new(StockKey.Parse("TEA@berlin-2"), 1),
                ReservedLine.Work(LocationId.Parse("berlin-2"), new WorkSlot(WorkKind.Parcels, 1_699_920_000_000), 1),
            ],
        };
        var record = new ReservationRecord();
        foreach (var change in new ReservationEvent[]
        {
            new ReserveIntended(at, s_id, 77, lines, s_app, at + 900_000, true), new ReserveDecided(at + 1, [yes, yes], true), new AllSettled(at + 2),
            step, new StepDecided(at + 4, StockOutcome.Accepted, []), new AllSettled(at + 5),
        })
        {
            record.Apply(change);
        }

        return record;
    }

    /// <summary>A kit went to another location as a whole: a mug and four tins are held there instead.</summary>
    public static ReservationRecord MovedKit(out StepIntended step)
    {
        var at = Script.StartMs;
        var set = Sku.Parse("TEA-SET");
        StockAnswer yes = new(StockOutcome.Accepted, 5, 2, at + 900_000);
        ImmutableArray<ReservedLine> KitAt(string place, long version) =>
        [
            new(StockKey.Parse("MUG@" + place), 1) { Kit = new KitPart(set, version, 0, 1) },
            new(StockKey.Parse("TEA@" + place), 4) { Kit = new KitPart(set, version, 1, 4) },
        ];
        step = new StepIntended(at + 3, s_hold.Reservation, 78, StockVerb.Release, [1, 4, 0, 0], 0) { Added = KitAt("berlin-2", 3) };
        var record = new ReservationRecord();
        foreach (var change in new ReservationEvent[]
        {
            new ReserveIntended(at, s_id, 77, KitAt("berlin-1", 2), s_app, at + 900_000, true), new ReserveDecided(at + 1, [yes, yes], true),
            new AllSettled(at + 2), step, new StepDecided(at + 4, StockOutcome.Accepted, []), new AllSettled(at + 5),
        })
        {
            record.Apply(change);
        }

        return record;
    }

    public static ReserveIntended WorkIntent() => new(
        Script.StartMs, s_id, 99,
        [
            new(new StockKey(Sku.Parse("MUG-1"), LocationId.Parse("store-1")), 2),
            ReservedLine.Work(LocationId.Parse("store-1"), new WorkSlot(WorkKind.Parcels, 1_699_920_000_000), 1),
            ReservedLine.Work(LocationId.Parse("store-1"), new WorkSlot(WorkKind.Picks, 1_699_999_200_000), 2),
        ],
        s_app, Script.StartMs + 900_000, false);

    public static LocationRecord Location()
    {
        var (location, first) = (new LocationRecord(), LocationEvent());
        location.Apply(first);
        location.Apply(first with { Id = s_hold.Reservation, ContentHash = 100, AtMs = first.AtMs + 1, Open = false });
        return location;
    }

    public static Stock Stock()
    {
        var (stock, nowMs) = (new Stock(), Script.StartMs);
        string[][] commands =
        [
            ["receive", "20", "as", "r1"], ["receive", "3", "damaged", "as", "r2"], ["policy", "safety", "1", "fence", "app", "4", "as", "p1"],
            ["reserve", "h1", "2", "ttl", "900s"], ["reserve", "h2", "1", "ttl", "900s", "for", "app"], ["confirm", "h2", "as", "c1"],
            ["collect", "h1", "1", "as", "c2"], ["lease", "m1/1", "2", "as", "l1"], ["reserve", "h3", "1", "ttl", "900s"], ["release", "h3", "as", "x3"],
            ["adjust", "-1", "shrink", "as", "a1"], ["count", "18", "seen", "1", "as", "n1"], ["move", "2", "sellable", "quarantine", "as", "v1"],
            ["reserve", "h4", "3", "ttl", "900s"], ["ship", "h4", "1", "as", "s4"], ["release", "h4", "as", "x4"], ["settle", "m1/1", "firm", "as", "t1"],
            ["keep", "m1/1", "1", "as", "k1"],
        ];
        foreach (var words in commands)
        {
            nowMs += 1_000;
            var decision = StockRules.Decide(stock, new ScriptCommand(words, nowMs).Command, nowMs, out var change);
            Assert.True(decision.Changes, $"{string.Join(' ', words)}: {decision.Answer}");
            stock.Apply(change);
        }

        return stock;
    }

    public static byte[] Bytes(in StockEvent change)
    {
        var bytes = new byte[Limits.StockEventBytesMax];
        return bytes[..StockEventCodec.Encode(change, bytes)];
    }

    public static byte[] Bytes(Stock stock)
    {
        var bytes = new byte[StockSnapshotCodec.BytesMax(stock)];
        return bytes[..StockSnapshotCodec.Encode(stock, bytes)];
    }

    public static byte[] Bytes(ReservationEvent change, int lines)
    {
        var bytes = new byte[ReservationCodec.BytesMax(lines)];
        return bytes[..ReservationCodec.Encode(change, bytes)];
    }

    public static byte[] Bytes(ReservationRecord record)
    {
        var bytes = new byte[ReservationSnapshotCodec.BytesMax(record)];
        return bytes[..ReservationSnapshotCodec.Encode(record, bytes)];
    }

    public static byte[] Bytes(LocationRecord location)
    {
        var bytes = new byte[LocationSnapshotCodec.BytesMax(location)];
        return bytes[..LocationSnapshotCodec.Encode(location, bytes)];
    }

    public static byte[] Bytes(LocationEvent change)
    {
        var bytes = new byte[LocationCodec.BytesMax(change.Facts)];
        return bytes[..LocationCodec.Encode(change, bytes)];
    }

    public static LocationEvent LocationEvent(bool work = false) => new(s_id, 99, Script.StartMs, true, work ? WorkFacts : Facts);

    /// <summary>Everything that happens to an order, with every field in use somewhere.</summary>
    public static IEnumerable<OrderEvent> OrderEvents()
    {
        var scene = OrderScene.Held();
        scene.Do(OrderVerb.Extend);
        scene.Do(OrderVerb.Confirm);
        scene.Do(OrderVerb.Reject, 1, new LineUnits(2, 4));
        scene.Apply(new LegIntended(
            scene.NowMs, [OrderScene.Part("hull", WishKind.Ship, (2, 3))], [new LineUnits(2, 1)], "nearest", true, ["hull: 3 km"]));
        scene.Apply(new LegDecided(
            scene.NowMs, false, 0, [new RefusedStock(2, LocationId.Parse("hull"), StockOutcome.Insufficient)]));
        scene.Apply(new RouteGivenUp(scene.NowMs, OrderOutcome.Insufficient, ["no other location has any"]));
        scene.Do(OrderVerb.Collect, 0);
        scene.Do(OrderVerb.Return, null, new LineUnits(0, 1));
        return scene.Events;
    }

    /// <summary>What came later: quotes, choices, moves and exchanges.</summary>
    public static IEnumerable<OrderEvent> LaterOrderEvents()
    {
        var forwarded = new OrderScene();
        forwarded.Apply(new OrderForwarded(forwarded.NowMs, OrderScene.Id(3), 5, OrderScene.Id(1)));
        var scene = OrderScene.Undecided(quoteMs: 30_000);
        scene.Do(OrderVerb.Redeem);
        scene.Do(OrderVerb.Confirm);
        var wish = new Wish(WishKind.Ship, Point: new Position(53, -1));
        scene.Move(OrderVerb.Choose, wish, (new PartMove(0, OrderScene.Part("leeds", WishKind.Ship, (0, 3))), 0));
        scene.Move(OrderVerb.Move, null, (new PartMove(0, OrderScene.Part("hull", WishKind.Ship, (0, 2))), 3));
        scene.Do(OrderVerb.Ship);
        var ask = scene.Ask(OrderVerb.Exchange, null, new LineUnits(0, 1));
        scene.Apply(new OrderStepIntended(scene.NowMs, ask.Id, 77, ask.By, ask.Verb, [new PartUnits(1, 0, 1)], 0, ask.To, Condition.Damaged)
        {
            Content = OrderScene.Content(("D", 1, wish)),
        });
        scene.Apply(new OrderStepDecided(scene.NowMs, OrderOutcome.Accepted, [1]) { NewOrder = OrderScene.Id(8) });
        var other = new OrderScene();
        other.Apply(new OrderPlaced(scene.NowMs, OrderScene.Id(8), 5, OrderScene.Till, OrderScene.Content(("D", 1, wish))) { Exchanges = OrderScene.Id(1) });
        return [.. forwarded.Events, .. scene.Events, .. other.Events];
    }

    /// <summary>A stock that units left and entered by transfers.</summary>
    public static Stock TransferredStock()
    {
        var stock = new Stock();
        StockCommand[] commands =
        [
            StockCommand.TransferIn(RequestId.Parse("in"), 5),
            StockCommand.ReceiveHeld(RequestId.Parse("held"), 4, s_hold, Channel.Web, transferred: true),
            StockCommand.TransferOut(RequestId.Parse("free"), 2),
            StockCommand.TransferOut(RequestId.Parse("of-a-hold"), 1, s_hold),
        ];
        foreach (var command in commands)
        {
            Assert.True(StockRules.Decide(stock, command, Script.StartMs, out var change).Changes);
            stock.Apply(change);
        }

        return stock;
    }

    /// <summary>Everything that happens to a transfer, with every field in use somewhere.</summary>
    public static IEnumerable<TransferEvent> TransferEvents()
    {
        var scene = TransferScene.Drafted(hold: true, ("A", 5), ("B", 3));
        scene.Do(TransferVerb.Change, ("A", 6), ("C", 2));
        scene.Do(TransferVerb.Ship, [], refused: new RefusedWrite(2, StockOutcome.ExceedsOnHand));
        scene.Reschedule(6_000_000);
        scene.Full.Add(2);
        scene.Do(TransferVerb.Ship);
        scene.Do(TransferVerb.Receive, [new TransferPart(Sku.Parse("A"), 7, Condition.Damaged)], surplus: true);
        var lot = new LotUnits(LotName.Parse("L1"), new DateOnly(2026, 12, 24), 1);
        scene.Do(TransferVerb.Receive, [], refused: new RefusedWrite(0, StockOutcome.TooManyHolds, 1, [lot]));
        scene.Do(TransferVerb.Close, [], LossReason.Lost);
        return scene.Events;
    }
}
