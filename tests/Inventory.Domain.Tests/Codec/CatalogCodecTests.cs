using Inventory.Domain.Catalog;
using Inventory.Domain.Codec;
using Inventory.Domain.Reservations;
using Inventory.Domain.Stocks;
using Inventory.Domain.Tests.Scripts;

namespace Inventory.Domain.Tests.Codec;

public sealed class CatalogCodecTests
{
    private static readonly RequestId s_id = RequestId.Parse("0f8fad5b-d9cb-469f-a165-70867728950e");

    private static readonly CatalogFacts s_kit = new() { Kit = [new(Sku.Parse("MUG"), 1), new(Sku.Parse("TEA-BAG"), 12)], UnitGrams = 640 };

    private static readonly CatalogFacts s_milk = new() { HasLots = true, MinShelfDays = 3, UnitGrams = 1_030, Goods = Handling.Oversized };

    [Fact]
    public void Bytes_of_catalogue_events_and_of_a_kits_return_are_pinned_and_read_as_what_was_written()
    {
        Golden.Check("catalog-events", Events().Select(change => ($"{change.Sku}", Bytes(change))));
        Assert.All(Golden.Read("catalog-events"), sample => Assert.Equal(sample.Bytes, Bytes(CatalogCodec.Decode(sample.Bytes))));
        var withLots = ((KitReturnIntended)Returns()[0]) with
        {
            Lots = [new(Sku.Parse("MUG"), LotName.Parse("L1"), new DateOnly(2026, 12, 24)), new(Sku.Parse("TEA-BAG"), LotName.Parse("L2"))],
        };
        Golden.Check("kit-return-lot-events", [(nameof(KitReturnIntended), Bytes(withLots))]);
        Assert.Equal(withLots.Lots, ((KitReturnIntended)KitReturnCodec.Decode(Bytes(withLots))).Lots.AsEnumerable());
        Golden.Check("kit-return-events", Returns().Select(change => (change.GetType().Name, Bytes(change))));
        Assert.All(Golden.Read("kit-return-events"), sample => Assert.Equal(sample.Bytes, Bytes(KitReturnCodec.Decode(sample.Bytes))));
    }

    [Fact]
    public void Bytes_of_a_catalogue_are_pinned_and_it_still_knows_its_writes()
    {
        Golden.Check("catalog-snapshot", [("Catalog", Bytes(Catalog()))]);
        var read = CatalogCodec.DecodeSnapshot(Golden.Read("catalog-snapshot").Single().Bytes);
        Assert.Equal(Bytes(Catalog()), Bytes(read));
        Assert.True(read.IsKit(Sku.Parse("TEA-SET")) && read.IsComponent(Sku.Parse("MUG")));
        var again = CatalogRules.Upsert(read, s_id, Sku.Parse("MILK"), s_kit, false, 9);
        Assert.Equal(CatalogOutcome.IdReused, again.Outcome);
    }

    [Fact]
    public void Bytes_of_a_reservation_with_a_kit_are_pinned_and_read_as_what_was_written()
    {
        var intent = KitIntent();
        var bytes = new byte[ReservationCodec.BytesMax(intent)];
        bytes = bytes[..ReservationCodec.Encode(intent, bytes)];
        Golden.Check("reservation-kit-events", [("ReserveIntended", bytes)]);
        var read = Assert.IsType<ReserveIntended>(ReservationCodec.Decode(bytes));
        Assert.Equal(intent.Lines.ToArray(), read.Lines);
        var record = new ReservationRecord();
        record.Apply(intent);
        Assert.Equal(intent.Lines.ToArray(), ReservationSnapshotCodec.Decode(Samples.Bytes(record)).Intent!.Lines);
    }

    [Fact]
    public void Components_out_of_their_place_are_refused()
    {
        var intent = KitIntent();
        foreach (var wrong in new[] { intent.Lines.RemoveAt(0), intent.Lines.RemoveAt(1), intent.Lines.Insert(1, intent.Lines[3]) })
        {
            var bytes = new byte[ReservationCodec.BytesMax(intent)];
            var length = ReservationCodec.Encode(intent with { Lines = wrong }, bytes);
            Assert.Throws<FormatException>(() => ReservationCodec.Decode(bytes.AsSpan(0, length)));
        }
    }

    [Fact]
    public void The_largest_kit_fits_its_room()
    {
        var parts = Enumerable.Range(0, Limits.KitComponentsMax).Select(i => new KitComponent(Sku.Parse(new string('S', 62) + $"{i:00}"), 1_000));
        var facts = new CatalogFacts { Kit = [.. parts], UnitGrams = Limits.UnitGramsMax };
        var sku = Sku.Parse(new string('K', 64));
        Assert.InRange(Bytes(new CatalogEvent(s_id, 1, 2, sku, facts)).Length, 1_400, CatalogCodec.BytesMax(facts));
        var key = new StockKey(sku, LocationId.Parse(new string('l', 64)));
        Assert.InRange(Bytes(new KitReturnIntended(1, 2, key, 3, Condition.Display, facts.Kit)).Length, 1_500, KitReturnCodec.BytesMax);
        var lines = facts.Kit.Select((part, i) => new ReservedLine(key with { Sku = part.Sku }, 1) { Kit = new KitPart(sku, 1, i, 1_000) });
        var intent = new ReserveIntended(1, default, 2, [.. lines], Channel.Parse(new string('c', 32)), 3, false);
        var bytes = new byte[ReservationCodec.BytesMax(intent)];
        Assert.InRange(ReservationCodec.Encode(intent, bytes), 4_000, bytes.Length);
    }

    [Fact]
    public void Bytes_that_are_cut_longer_or_of_another_format_are_refused()
    {
        (Action<byte[]>, byte[])[] all =
        [
            .. Events().Select(change => ((Action<byte[]>)(bytes => CatalogCodec.Decode(bytes)), Bytes(change))),
            .. Returns().Select(change => ((Action<byte[]>)(bytes => KitReturnCodec.Decode(bytes)), Bytes(change))),
            (bytes => CatalogCodec.DecodeSnapshot(bytes), Bytes(Catalog())),
        ];
        foreach (var (decode, bytes) in all)
        {
            for (var length = 0; length < bytes.Length; length++)
            {
                Assert.Throws<FormatException>(() => decode(bytes[..length]));
            }

            Assert.Throws<FormatException>(() => decode([.. bytes, 0]));
            Assert.Throws<FormatException>(() => decode([99, .. bytes[1..]]));
        }
    }

    private static CatalogEvent[] Events() =>
    [
        new(s_id, 0x0123456789ABCDEF, Script.StartMs, Sku.Parse("TEA-SET"), s_kit),
        new(s_id, 77, Script.StartMs + 1, Sku.Parse("MILK"), s_milk),
        new(s_id.Derive(1), 78, Script.StartMs + 2, Sku.Parse("MILK"), s_milk with { MinShelfDays = 4 }),
    ];

    private static KitReturnEvent[] Returns() =>
    [
        new KitReturnIntended(Script.StartMs, 99, StockKey.Parse("TEA-SET@berlin-1"), 2, Condition.Quarantine, s_kit.Kit),
        new KitReturnEnded(Script.StartMs + 1, new StockAnswer(StockOutcome.Accepted, 12, 2)),
    ];

    private static ReserveIntended KitIntent()
    {
        var set = Sku.Parse("TEA-SET");
        return new ReserveIntended(
            Script.StartMs, s_id, 99,
            [
                new(StockKey.Parse("MUG@berlin-1"), 2) { Kit = new KitPart(set, 3, 0, 1) },
                new(StockKey.Parse("TEA-BAG@berlin-1"), 24) { Kit = new KitPart(set, 3, 1, 12) },
                new(StockKey.Parse("SPOON@berlin-1"), 1) { Kit = new KitPart(set, 3, 2, 1) },
                new(StockKey.Parse("MUG@berlin-1"), 1),
            ],
            Channel.Web, Script.StartMs + 900_000, false);
    }

    private static CatalogRecord Catalog()
    {
        var catalog = new CatalogRecord();
        foreach (var change in Events())
        {
            catalog.Apply(change);
        }

        return catalog;
    }

    private static byte[] Bytes(CatalogEvent change)
    {
        var bytes = new byte[CatalogCodec.BytesMax(change.Facts)];
        return bytes[..CatalogCodec.Encode(change, bytes)];
    }

    private static byte[] Bytes(CatalogRecord catalog)
    {
        var bytes = new byte[CatalogCodec.BytesMax(catalog)];
        return bytes[..CatalogCodec.Encode(catalog, bytes)];
    }

    private static byte[] Bytes(KitReturnEvent change)
    {
        var bytes = new byte[KitReturnCodec.BytesMax];
        return bytes[..KitReturnCodec.Encode(change, bytes)];
    }
}
