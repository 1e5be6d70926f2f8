using Inventory.Domain.Codec;
using Inventory.Domain.Stocks;
using Inventory.Domain.Tests.Scripts;

namespace Inventory.Domain.Tests.Codec;

/// <summary>Snapshots of stocks where many holds stand beside the writes that made them.</summary>
public sealed class StockSnapshotTests
{
    private const string Pinned = "stock-snapshot-by-entries";

    [Fact]
    public void Bytes_of_a_stock_with_many_holds_are_pinned_and_read_as_what_was_written()
    {
        var stock = Stock();
        Golden.Check(Pinned, [("Stock", Samples.Bytes(stock))]);
        var bytes = Golden.Read(Pinned).Single().Bytes;
        Assert.Equal(18, bytes[0]);
        var read = StockSnapshotCodec.Decode(bytes);
        Assert.Equal(StockPictures.Of(stock), StockPictures.Of(read));
        Assert.Equal(bytes, Samples.Bytes(read));
        Assert.Equal(stock.Remembered.HoldCount, read.Remembered.HoldCount);
    }

    [Fact]
    public void Both_go_on_alike()
    {
        var (stock, read) = (Stock(), StockSnapshotCodec.Decode(Samples.Bytes(Stock())));
        foreach (var each in (Stock[])[stock, read])
        {
            Do(each, 500, "release", "e7", "as", "late-1");
            Do(each, 500, "reserve", "after", "2", "ttl", "60s", "for", "app");
            each.AdvanceTo(Script.StartMs + 905_000);
        }

        Assert.Equal(StockPictures.Of(stock), StockPictures.Of(read));
        Assert.InRange(stock.HoldCount, 2, 15);
        Assert.InRange(Samples.Bytes(stock)[0], 2, 4); // few are left: written as ever
    }

    [Fact]
    public void A_hold_that_cannot_stand_there_is_refused()
    {
        var bytes = Samples.Bytes(Stock());
        for (var i = 0; i < bytes.Length; i++)
        {
            // Whatever a byte is changed to, what is read is a stock whose books balance, or an error that says so.
            var changed = bytes.ToArray();
            changed[i] ^= 0x55;
            try
            {
                StockSnapshotCodec.Decode(changed).CheckInvariants();
            }
            catch (Exception e) when (e is FormatException or InvariantBrokenException)
            {
            }
        }

        var firstEntry = bytes.AsSpan().IndexOf(BitConverter.GetBytes(RequestId.Parse("r1").High));
        bytes[firstEntry + 31] |= 2; // the receipt says that it stands for a hold
        Assert.Throws<FormatException>(() => StockSnapshotCodec.Decode(bytes));
    }

    // Holds of every kind beside 20 plain ones: of two channels, fenced, lasting too long for an entry, ended in several ways, expired in part, leased, firm.
    private static Stock Stock()
    {
        var stock = new Stock();
        Do(stock, 0, "receive", "1000000", "as", "r1");
        Do(stock, 0, "policy", "safety", "1", "fence", "app", "40", "as", "p1");
        Do(stock, 0, "reserve", "long", "5", "ttl", "800s", "for", "app");
        Do(stock, 0, "reserve", "part", "3", "ttl", "1s");
        Do(stock, 1, "collect", "part", "1", "as", "c0");
        for (var i = 0; i < 21; i++)
        {
            string[] words = ["reserve", $"e{i}", $"{i + 1}", "ttl", $"{900 + (i / 4)}s"];
            Do(stock, 2_000 + i, i % 3 == 0 ? [.. words, "for", "app"] : words);
        }

        Do(stock, 3_000, "confirm", "e1", "as", "c1");
        Do(stock, 3_001, "collect", "e3", "2", "as", "c2");
        Do(stock, 3_002, "release", "e3", "as", "x1");
        Do(stock, 3_003, "lease", "m1/1", "2", "as", "l1");
        return stock;
    }

    private static void Do(Stock stock, long afterMs, params string[] words)
    {
        var nowMs = Math.Max(Script.StartMs + afterMs, stock.LastAtMs);
        var decision = StockRules.Decide(stock, new ScriptCommand(words, nowMs).Command, nowMs, out var change);
        Assert.True(decision.Changes, $"{string.Join(' ', words)}: {decision.Answer}");

        // No command asks for two months; an entry must not lose what a longer limit would let in.
        stock.Apply(words[1] == "long" ? change with { ExpiresAtMs = nowMs + (60L * 24 * 60 * 60 * 1000) } : change);
    }
}
