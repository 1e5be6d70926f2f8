using Inventory.Domain.Codec;
using Inventory.Domain.Reservations;
using Inventory.Domain.Routing;
using Inventory.Domain.Stocks;

namespace Inventory.Domain.Tests.Codec;

public sealed class CodecTests
{
    [Fact]
    public void Bytes_of_stock_events_are_pinned() =>
        Golden.Check("stock-events", Samples.StockEvents().Select(change => ($"{change.Verb}", Samples.Bytes(change))));

    [Fact]
    public void Bytes_of_a_stock_snapshot_are_pinned() => Golden.Check("stock-snapshot", [("Stock", Samples.Bytes(Samples.Stock()))]);

    [Fact]
    public void Bytes_of_reservation_events_are_pinned() =>
        Golden.Check("reservation-events", Samples.ReservationEvents().Select(change => (change.GetType().Name, Samples.Bytes(change, 2))));

    [Fact]
    public void Bytes_of_a_reservation_with_work_are_pinned_and_read_as_what_was_written()
    {
        var (intent, bytes) = (Samples.WorkIntent(), Samples.Bytes(Samples.WorkIntent(), 3));
        Golden.Check("reservation-work-events", [("ReserveIntended", bytes)]);
        var read = Assert.IsType<ReserveIntended>(ReservationCodec.Decode(bytes));
        Assert.Equal(intent.Lines.ToArray(), read.Lines);
        Assert.Equal(intent with { Lines = read.Lines }, read);
        var record = new ReservationRecord();
        record.Apply(intent);
        Assert.Equal(intent.Lines.ToArray(), ReservationSnapshotCodec.Decode(Samples.Bytes(record)).Intent!.Lines);
    }

    [Fact]
    public void Bytes_of_a_reservation_snapshot_are_pinned() =>
        Golden.Check("reservation-snapshot", [("Reservation", Samples.Bytes(Samples.Reservation()))]);

    [Fact]
    public void Bytes_of_location_events_are_pinned() => Golden.Check("location-events", [("Location", Samples.Bytes(Samples.LocationEvent()))]);

    [Fact]
    public void Bytes_of_location_events_that_state_what_it_can_do_are_pinned() =>
        Golden.Check("location-work-events", [("Location", Samples.Bytes(Samples.LocationEvent(work: true)))]);

    [Fact]
    public void Bytes_of_a_location_snapshot_are_pinned() => Golden.Check("location-snapshot", [("Location", Samples.Bytes(Samples.Location()))]);

    [Fact]
    public void Bytes_of_order_events_are_pinned_and_read_as_what_was_written()
    {
        Golden.Check("order-events", Samples.OrderEvents().Select(change => (change.GetType().Name, OrderCodec.Encode(change))));
        Assert.All(Golden.Read("order-events"), sample => Assert.Equal(sample.Bytes, OrderCodec.Encode(OrderCodec.Decode(sample.Bytes))));
        Assert.Throws<FormatException>(() => OrderCodec.Decode([]));
        Assert.Throws<FormatException>(() => OrderCodec.Decode([2, .. "{}"u8]));
        Assert.Throws<FormatException>(() => OrderCodec.Decode([1, .. """{"e":"placed","atMs":1,"unheardOf":2}"""u8]));
        Assert.Throws<FormatException>(() => OrderCodec.Decode([1, .. """{"e":"unheardOf"}"""u8]));
    }

    [Fact]
    public void Bytes_of_later_order_events_are_pinned_and_read_as_what_was_written()
    {
        Golden.Check("order-later-events", Samples.LaterOrderEvents().Select(change => (change.GetType().Name, OrderCodec.Encode(change))));
        Assert.All(Golden.Read("order-later-events"), sample => Assert.Equal(sample.Bytes, OrderCodec.Encode(OrderCodec.Decode(sample.Bytes))));
    }

    [Fact]
    public void Bytes_of_what_was_found_are_pinned_and_read_as_what_was_written()
    {
        var book = new FoundBook();
        var noted = new FoundNoted(1_000_000, LocationId.Parse("leeds"), 3, 1);
        book.Apply(noted);
        book.Apply(noted with { AtMs = noted.AtMs + FoundBook.HalfLifeMs, Location = LocationId.Parse("leeds"), Found = 1, Missed = 0 });
        var (change, state) = (new byte[FoundCodec.EventBytesMax], new byte[FoundCodec.BytesMax(book)]);
        change = change[..FoundCodec.Encode(noted, change)];
        state = state[..FoundCodec.Encode(book, state)];
        Golden.Check("found", [("FoundNoted", change), ("FoundBook", state)]);
        Assert.Equal(noted, FoundCodec.DecodeEvent(change));
        var read = FoundCodec.DecodeSnapshot(state);
        Assert.Equal(book.Places, read.Places);
        Assert.Equal(new FoundRecord(2.5, 0.5), read.Places[noted.Location].Record);
        Assert.Throws<FormatException>(() => FoundCodec.DecodeEvent([2]));
        Assert.Throws<FormatException>(() => FoundCodec.DecodeSnapshot([.. state, 0]));
    }

    [Fact]
    public void Bytes_of_demand_are_pinned_and_read_as_what_was_written()
    {
        var (book, noted) = (new DemandBook(), new DemandNoted(1_000_000, 51_000, 12));
        book.Apply(noted);
        book.Apply(new DemandNoted(noted.AtMs + DemandBook.HalfLifeMs, 51_000, 3));
        book.Apply(new DemandNoted(noted.AtMs + DemandBook.HalfLifeMs, 7, 1));
        var (change, state) = (new byte[DemandCodec.EventBytes], new byte[DemandCodec.BytesOf(book)]);
        DemandCodec.Encode(noted, change);
        DemandCodec.Encode(book, state);
        Golden.Check("demand", [("DemandNoted", change), ("DemandBook", state)]);
        Assert.Equal(noted, DemandCodec.DecodeEvent(change));
        var read = DemandCodec.DecodeSnapshot(state);
        Assert.Equal((book.FirstMs, 9, 1.5), (read.FirstMs, read.Regions[51_000].Units, read.Regions[51_000].Orders));
        Assert.Equal(book.Regions, read.Regions);
        Assert.Throws<FormatException>(() => DemandCodec.DecodeEvent([2]));
        Assert.Throws<FormatException>(() => DemandCodec.DecodeEvent([.. change, 0]));
        Assert.Throws<FormatException>(() => DemandCodec.DecodeSnapshot([.. state, 0]));
    }

    [Fact]
    public void Bytes_of_a_reservation_that_changes_its_places_are_pinned_and_read_as_what_was_written()
    {
        var record = Samples.Moved(out var step);
        var bytes = Samples.Bytes(step, 4);
        Golden.Check("reservation-move", [("StepIntended", bytes), ("Reservation", Samples.Bytes(record))]);
        var read = Assert.IsType<StepIntended>(ReservationCodec.Decode(bytes));
        Assert.Equal(step.Added.ToArray(), read.Added);
        Assert.Equal(step.Units.ToArray(), read.Units);
        var again = ReservationSnapshotCodec.Decode(Samples.Bytes(record));
        Assert.Equal(Samples.Bytes(record), Samples.Bytes(again));
        Assert.True(again.TryRecall(step.Id, out var decided));
        Assert.Equal(2, decided.FirstAdded);
        Assert.Throws<FormatException>(() => ReservationCodec.Decode([4, 1, .. bytes[2..]]));
    }

    [Fact]
    public void Bytes_of_a_kit_that_changes_its_place_are_pinned_and_read_as_what_was_written()
    {
        var record = Samples.MovedKit(out var step);
        var bytes = Samples.Bytes(step, 4);
        Golden.Check("reservation-kit-move", [("StepIntended", bytes), ("Reservation", Samples.Bytes(record))]);
        Assert.Equal(5, bytes[0]);
        var read = Assert.IsType<StepIntended>(ReservationCodec.Decode(bytes));
        Assert.Equal(step.Added.ToArray(), read.Added);
        Assert.Equal(step.Units.ToArray(), read.Units);
        Assert.Equal((3L, 1), (read.Added[1].Kit!.Version, read.Added[1].Kit!.Component));
        var again = ReservationSnapshotCodec.Decode(Samples.Bytes(record));
        Assert.Equal(Samples.Bytes(record), Samples.Bytes(again));
        Assert.Throws<FormatException>(() => ReservationCodec.Decode([4, .. bytes[1..]])); // format 4 knows no components
    }

    [Fact]
    public void Bytes_of_a_stock_that_took_part_in_transfers_are_pinned_and_read_as_what_was_written()
    {
        var stock = Samples.TransferredStock();
        Golden.Check("stock-transfer-snapshot", [("Stock", Samples.Bytes(stock))]);
        var read = StockSnapshotCodec.Decode(Golden.Read("stock-transfer-snapshot").Single().Bytes);
        Assert.Equal(StockPictures.Of(stock), StockPictures.Of(read));
        Assert.Equal((3, 9), (read.Ledger.TransferredOut, read.Ledger.TransferredIn));
    }

    [Fact]
    public void Bytes_of_a_return_with_lots_are_pinned_and_read_as_what_was_written()
    {
        var step = Samples.OrderEvents().OfType<Domain.Orders.OrderStepIntended>().Last() with
        {
            Lots = [new(Sku.Parse("MILK"), LotName.Parse("L1"), new DateOnly(2026, 12, 24)), new(Sku.Parse("TEA"), LotName.Parse("L2"))],
        };
        Golden.Check("order-lot-events", [(nameof(Domain.Orders.OrderStepIntended), OrderCodec.Encode(step))]);
        var read = (Domain.Orders.OrderStepIntended)OrderCodec.Decode(Golden.Read("order-lot-events").Single().Bytes);
        Assert.Equal(step.Lots, read.Lots.AsEnumerable());
    }

    [Fact]
    public void Bytes_of_transfer_events_are_pinned_and_read_as_what_was_written()
    {
        Golden.Check("transfer-events", Samples.TransferEvents().Select(change => (change.GetType().Name, TransferCodec.Encode(change))));
        Assert.All(Golden.Read("transfer-events"), sample => Assert.Equal(sample.Bytes, TransferCodec.Encode(TransferCodec.Decode(sample.Bytes))));
        Assert.Throws<FormatException>(() => TransferCodec.Decode([]));
        Assert.Throws<FormatException>(() => TransferCodec.Decode([2, .. "{}"u8]));
        Assert.Throws<FormatException>(() => TransferCodec.Decode([1, .. """{"e":"settled","atMs":1,"unheardOf":2}"""u8]));
    }

    [Fact]
    public void Transfers_of_the_release_before_announcements_are_read_as_they_were_and_announce_what_is_in_transit()
    {
        var written = Golden.Read("transfer-events-before-announcements").Select(static sample => sample.Bytes).ToArray();
        Assert.All(written, bytes => Assert.Equal(bytes, TransferCodec.Encode(TransferCodec.Decode(bytes))));
        var record = new Domain.Transfers.TransferRecord();
        foreach (var bytes in written[..7])
        {
            record.Apply(TransferCodec.Decode(bytes)); // up to the decision of the shipment
        }

        Assert.Equal([new Domain.Transfers.AnnouncedLine(0, 6, 5_000_000)], record.ToAnnounce.AsEnumerable());
        foreach (var bytes in written[7..])
        {
            record.Apply(TransferCodec.Decode(bytes));
        }

        Assert.Equal((Domain.Transfers.TransferState.Discrepancy, 7), (record.State, record.Lines[0].Received));
        Assert.Empty(record.ToAnnounce);
    }

    [Fact]
    public void Pinned_stock_events_read_as_what_was_written() =>
        Assert.Equal(Samples.StockEvents().Select(Picture), Golden.Read("stock-events").Select(sample => Picture(StockEventCodec.Decode(sample.Bytes))));

    // The order of the holds in it says nothing: earlier releases wrote them in another one.
    [Theory]
    [InlineData("stock-snapshot")]
    [InlineData("stock-snapshot-by-reservation")]
    public void A_pinned_snapshot_reads_as_the_stock_that_was_written(string pinned) =>
        Assert.Equal(StockPictures.Of(Samples.Stock()), StockPictures.Of(StockSnapshotCodec.Decode(Golden.Read(pinned).Single().Bytes)));

    [Fact]
    public void Pinned_reservation_events_read_and_write_as_the_same_bytes() =>
        Assert.All(
            Golden.Read("reservation-events"),
            sample => Assert.Equal(sample.Bytes, Samples.Bytes(ReservationCodec.Decode(sample.Bytes), 2)));

    [Fact]
    public void Pinned_snapshots_of_reservations_and_locations_read_and_write_as_the_same_bytes()
    {
        var reservation = Golden.Read("reservation-snapshot").Single().Bytes;
        Assert.Equal(reservation, Samples.Bytes(ReservationSnapshotCodec.Decode(reservation)));
        var location = Golden.Read("location-snapshot").Single().Bytes;
        Assert.Equal(location, Samples.Bytes(LocationSnapshotCodec.Decode(location)));
    }

    [Fact]
    public void A_location_that_is_read_back_still_knows_its_writes()
    {
        var location = LocationSnapshotCodec.Decode(Samples.Bytes(Samples.Location()));
        Assert.Equal((2, false), (location.Version, location.Open));
        var again = Samples.LocationEvent();
        var decision = LocationRules.SetOpen(location, again.Id, true, again.AtMs + 9);
        Assert.Equal(LocationOutcome.IdReused, decision.Outcome);
    }

    [Theory]
    [InlineData("location-events", false)]
    [InlineData("location-work-events", true)]
    public void A_pinned_location_reads_as_what_was_written(string golden, bool work)
    {
        var (expected, actual) = (Samples.LocationEvent(work), LocationCodec.Decode(Golden.Read(golden).Single().Bytes));
        Assert.Equal(expected.Facts.WeeklyHours.ToArray(), actual.Facts.WeeklyHours);
        Assert.Equal(expected.Facts.SpecialDays.ToArray(), actual.Facts.SpecialDays);
        var lists = expected.Facts with { WeeklyHours = actual.Facts.WeeklyHours, SpecialDays = actual.Facts.SpecialDays };
        Assert.Equal(expected with { Facts = lists }, actual);
    }

    [Fact]
    public void The_largest_event_fits_its_limit() =>
        Assert.All(Samples.StockEvents(), change => Assert.InRange(Samples.Bytes(change).Length, 43, Limits.StockEventBytesMax));

    [Fact]
    public void A_reservation_of_the_longest_lines_fits_its_room()
    {
        var key = new StockKey(Sku.Parse(new string('S', 64)), LocationId.Parse(new string('l', 64)));
        var lines = Enumerable.Repeat(new ReservedLine(key, Limits.UnitsMax), 1_000);
        var intent = new ReserveIntended(1, default, 2, [.. lines], Channel.Parse(new string('c', 32)), 3, false);
        Assert.InRange(Samples.Bytes(intent, 1_000).Length, 139_000, ReservationCodec.BytesMax(1_000));
    }

    [Fact]
    public void Bytes_that_are_cut_longer_or_of_another_format_are_refused()
    {
        foreach (var (decode, bytes) in All())
        {
            for (var length = 0; length < bytes.Length; length++)
            {
                Assert.Throws<FormatException>(() => decode(bytes[..length]));
            }

            Assert.Throws<FormatException>(() => decode([.. bytes, 0]));
            Assert.Throws<FormatException>(() => decode([99, .. bytes[1..]]));
        }
    }

    [Fact]
    public void Bytes_with_any_one_byte_changed_are_read_or_refused_but_never_break_the_reader()
    {
        var refused = 0;
        foreach (var (decode, bytes) in All())
        {
            for (var at = 0; at < bytes.Length; at++)
            {
                foreach (var mask in (byte[])[0x01, 0x80, 0xFF])
                {
                    var damaged = bytes.ToArray();
                    damaged[at] ^= mask;
                    refused += Record.Exception(() => decode(damaged)) switch
                    {
                        null => 0,
                        FormatException or InvariantBrokenException => 1,
                        var other => throw new InvalidOperationException($"byte {at} of {Convert.ToHexString(bytes)}", other),
                    };
                }
            }
        }

        Assert.NotEqual(0, refused);
    }

    [Fact]
    public void A_snapshot_whose_books_do_not_balance_is_refused()
    {
        var bytes = Samples.Bytes(Samples.Stock());
        bytes[1 + (3 * 8)]++; // one more sellable unit than the ledger knows
        Assert.Throws<InvariantBrokenException>(() => StockSnapshotCodec.Decode(bytes));
    }

    private static IEnumerable<(Action<byte[]> Decode, byte[] Bytes)> All()
    {
        foreach (var change in Samples.StockEvents())
        {
            yield return (bytes => StockEventCodec.Decode(bytes), Samples.Bytes(change));
        }

        foreach (var change in Samples.ReservationEvents())
        {
            yield return (bytes => ReservationCodec.Decode(bytes), Samples.Bytes(change, 2));
        }

        yield return (bytes => ReservationCodec.Decode(bytes), Samples.Bytes(Samples.WorkIntent(), 3));
        yield return (bytes => StockSnapshotCodec.Decode(bytes), Samples.Bytes(Samples.Stock()));
        yield return (bytes => ReservationSnapshotCodec.Decode(bytes), Samples.Bytes(Samples.Reservation()));
        yield return (bytes => LocationCodec.Decode(bytes), Samples.Bytes(Samples.LocationEvent()));
        yield return (bytes => LocationCodec.Decode(bytes), Samples.Bytes(Samples.LocationEvent(work: true)));
        yield return (bytes => LocationSnapshotCodec.Decode(bytes), Samples.Bytes(Samples.Location()));
    }

    private static string Picture(StockEvent change) => string.Join(
        '|', change.Verb, change.AtMs, change.Id, change.ContentHash, change.Units, change.Condition, change.To, change.Reason, change.Settlement,
        change.Hold, change.Channel.Value, change.ExpiresAtMs == long.MaxValue ? "firm" : change.ExpiresAtMs, change.LeaseUntilMs,
        change.Policy?.ContentHash());
}
