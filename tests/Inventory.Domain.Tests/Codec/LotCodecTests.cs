using Inventory.Domain.Codec;
using Inventory.Domain.Stocks;
using Inventory.Domain.Tests.Scripts;

namespace Inventory.Domain.Tests.Codec;

public sealed class LotCodecTests
{
    private static readonly DateOnly s_day = new(2026, 12, 24);
    private static readonly RequestId s_id = RequestId.Parse("0f8fad5b-d9cb-469f-a165-70867728950e");
    private static readonly LotName s_long = LotName.Parse(new string('Z', Limits.LotNameCharactersMax));

    [Fact]
    public void Bytes_of_events_with_lots_are_pinned_and_read_as_what_was_written()
    {
        Golden.Check("stock-lot-events", Events().Select(change => ($"{change.Verb}", Bytes(change))));
        var read = Golden.Read("stock-lot-events").Select(sample => StockEventCodec.Decode(sample.Bytes)).ToList();
        Assert.Equal(Events().Select(change => (change.Verb, change.Units, change.Hold)), read.Select(change => (change.Verb, change.Units, change.Hold)));
        Assert.All(Events().Zip(read), pair => Assert.Equal<LotUnits>(pair.First.Lots, pair.Second.Lots));
    }

    [Fact]
    public void Bytes_of_a_stock_with_lots_are_pinned_and_read_as_what_was_written()
    {
        var stock = Stock();
        Golden.Check("stock-lot-snapshot", [("Stock", Samples.Bytes(stock))]);
        var read = StockSnapshotCodec.Decode(Golden.Read("stock-lot-snapshot").Single().Bytes);
        Assert.Equal(StockPictures.Of(stock), StockPictures.Of(read));
        Assert.Equal(["A", "B", "-"], read.Lots.Select(lot => lot.Name.Value));
        Assert.Equal([new LotUnits(LotName.Parse("A"), s_day, 2)], read.LotsTakenBy(RequestId.Parse("out")).AsEnumerable());
    }

    [Fact]
    public void What_concerns_no_lots_is_written_as_before_there_were_any()
    {
        Assert.All(Samples.StockEvents(), change => Assert.Equal(1, Samples.Bytes(change)[0]));
        Assert.Equal(2, Samples.Bytes(Samples.Stock())[0]);
        var plain = StockCommand.Receive(s_id, 5);
        Assert.Equal(plain.ContentHash(), (plain with { SkuHasLots = true, Lots = [] }).ContentHash());
        Assert.NotEqual(plain.ContentHash(), plain.Of(s_long).ContentHash());
        Assert.NotEqual(plain.Of(s_long, s_day).ContentHash(), plain.Of(s_long).ContentHash());
    }

    [Fact]
    public void The_largest_event_fits_its_room()
    {
        var change = Events().First();
        change.Lots = [.. Enumerable.Repeat(new LotUnits(s_long, s_day, 1), Limits.LotsMax)];
        Assert.InRange(Bytes(change).Length, Limits.LotsMax * Limits.LotUnitsBytesMax, StockEventCodec.BytesMax(change));
    }

    [Fact]
    public void Bytes_that_are_cut_longer_or_changed_are_read_or_refused_but_never_break_the_reader()
    {
        foreach (var (decode, bytes) in All())
        {
            for (var i = 0; i < bytes.Length; i++)
            {
                Assert.Throws<FormatException>(() => decode(bytes[..i]));
                foreach (var value in (byte[])[0, 1, 0x7F, 0x80, 0xFF])
                {
                    var changed = bytes.ToArray();
                    changed[i] = value;
                    var problem = Record.Exception(() => decode(changed));
                    Assert.True(problem is null or FormatException or InvariantBrokenException, $"byte {i} as {value}: {problem}");
                }
            }

            Assert.Throws<FormatException>(() => decode([.. bytes, 0]));
        }
    }

    [Fact]
    public void A_lot_with_more_units_than_are_there_stops_the_owner()
    {
        var stock = new Stock();
        var change = new StockEvent { Verb = StockVerb.Receive, Id = s_id, AtMs = 1, Units = 2, Lots = [new LotUnits(s_long, s_day, 3)] };
        Assert.Throws<InvariantBrokenException>(() => stock.Apply(change));
        Assert.Throws<InvariantBrokenException>(
            () => new Stock().Apply(change with { Verb = StockVerb.Adjust, Units = 1, Lots = [new LotUnits(s_long, s_day, -1)] }));
    }

    [Theory]
    [InlineData("L-7_a./+#", true)]
    [InlineData("-", true)]
    [InlineData("", false)]
    [InlineData("a b", false)]
    [InlineData("a@b", false)]
    [InlineData("123456789012345678901234567890123", false)]
    public void Names_of_lots_are_short_texts(string text, bool isRight)
    {
        Assert.Equal(isRight, LotName.TryParse(text, out var lot, out var problem));
        Assert.Equal(isRight, problem is null);
        Assert.Equal(isRight ? text : null, lot.Value);
        Assert.Equal(text == "-", lot.IsNone);
    }

    private static IEnumerable<StockEvent> Events()
    {
        var at = Script.StartMs;
        StockEvent Of(StockVerb verb, long units, params LotUnits[] lots) =>
            new() { Verb = verb, AtMs = ++at, Id = s_id, ContentHash = 0x0123456789ABCDEF, Units = units, Lots = [.. lots] };
        var (a, b) = (new LotUnits(LotName.Parse("A"), s_day, 4), new LotUnits(s_long, s_day.AddDays(1), 1));
        yield return Of(StockVerb.Receive, 4, a) with { Condition = Condition.Damaged };
        yield return Of(StockVerb.Adjust, -4, a with { Units = -4 }) with { Reason = AdjustReason.Expired };
        yield return Of(StockVerb.Count, 4, a);
        yield return Of(StockVerb.Import, 5, b with { Units = 5 });
        yield return Of(StockVerb.Move, 5, a, b) with { To = Condition.Quarantine };
        yield return Of(StockVerb.Collect, 6, a, b) with { Hold = new HoldId(s_id, 0) };
        yield return Of(StockVerb.Ship, 5, a, b) with { Hold = new HoldId(s_id, 0) };
        yield return Of(StockVerb.Return, 4, a);
        yield return Of(StockVerb.Settle, 4, a) with { Hold = new HoldId(s_id, 1), Settlement = Settlement.Ship, ExpiresAtMs = at };
        yield return Of(StockVerb.TransferOut, 5, a, b);
        yield return Of(StockVerb.TransferIn, 5, a, b);
        yield return Of(StockVerb.ReceiveHeld, 4, a) with { Hold = new HoldId(s_id, 0), Channel = Channel.Web };
    }

    private static Stock Stock()
    {
        var stock = new Stock();
        StockCommand[] commands =
        [
            StockCommand.Receive(RequestId.Parse("b"), 5).Of(LotName.Parse("B"), s_day.AddDays(7)),
            StockCommand.Receive(RequestId.Parse("a"), 6).Of(LotName.Parse("A"), s_day),
            StockCommand.Move(RequestId.Parse("m"), 1, Condition.Sellable, Condition.Display).Of(LotName.Parse("A")),
            StockCommand.Return(RequestId.Parse("r"), 1),
            StockCommand.TransferOut(RequestId.Parse("out"), 2),
        ];
        foreach (var command in commands)
        {
            Assert.True(StockRules.Decide(stock, command with { SkuHasLots = true }, Script.StartMs, out var change).Changes);
            stock.Apply(change);
        }

        return stock;
    }

    private static IEnumerable<(Action<byte[]> Decode, byte[] Bytes)> All() =>
        Events().Select(change => ((Action<byte[]>)(static bytes => StockEventCodec.Decode(bytes)), Bytes(change)))
            .Append((static bytes => StockSnapshotCodec.Decode(bytes), Samples.Bytes(Stock())));

    private static byte[] Bytes(in StockEvent change)
    {
        var bytes = new byte[StockEventCodec.BytesMax(change)];
        return bytes[..StockEventCodec.Encode(change, bytes)];
    }
}
