using System.Collections.Immutable;
using Inventory.Domain.Codec;
using Inventory.Domain.Orders;
using Inventory.Domain.Routing;
using Inventory.Domain.Stocks;
using Inventory.Domain.Work;

namespace Inventory.Domain.Tests.Codec;

/// <summary>Events of orders with as many lines as an order may have, with the longest names, which have nothing in common that could be shortened.</summary>
public sealed class LongOrderTests
{
    // What a record of the journal may carry; its own limits are another project's.
    private const int RecordBytesMax = 192 * 1024;
    private const string SkuLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:+#";
    private const string LocationLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
    private static readonly Random s_random = new(1);
    private static readonly ImmutableArray<LocationId> s_places = [.. Lines(_ => LocationId.Parse("L" + Letters(LocationLetters)))];
    private static readonly OrderContent s_content = Content();

    public static TheoryData<string> Events() => [.. All().Select(change => change.GetType().Name).Distinct()];

    [Theory]
    [MemberData(nameof(Events))]
    public void The_longest_fits_a_record_and_is_read_as_what_was_written(string name)
    {
        foreach (var change in All().Where(change => change.GetType().Name == name))
        {
            var bytes = OrderCodec.Encode(change);
            Assert.InRange(bytes.Length, 1, RecordBytesMax);
            Assert.Equal(bytes, OrderCodec.Encode(OrderCodec.Decode(bytes)));
        }
    }

    [Fact]
    public void What_is_short_is_written_as_before_and_what_is_long_is_not()
    {
        var (few, many) = (Placed(s_content with { Lines = s_content.Lines[..10] }), Placed(s_content));
        Assert.Equal((1, 2), (OrderCodec.Encode(few)[0], OrderCodec.Encode(many)[0]));
        var plain = new byte[] { 1 }.Concat(System.Text.Encoding.UTF8.GetBytes("""{"e":"forwarded","atMs":1""" + new string(' ', 99_999) + "}")).ToArray();
        Assert.Equal(1, OrderCodec.Decode(plain).AtMs); // long ones of earlier releases are read too
    }

    [Fact]
    public void Damaged_bytes_are_named()
    {
        var bytes = OrderCodec.Encode(Placed(s_content));
        Assert.Throws<FormatException>(() => OrderCodec.Decode(bytes.AsSpan(0, 3)));
        Assert.Throws<FormatException>(() => OrderCodec.Decode(bytes.AsSpan(0, bytes.Length - 9)));
        Assert.Throws<FormatException>(() => OrderCodec.Decode([2, 255, 255, 255, 127, .. bytes.AsSpan(5)]));
        Assert.Throws<FormatException>(() => OrderCodec.Decode([2, 255, 255, 255, 255, .. bytes.AsSpan(5)]));
        Assert.Throws<FormatException>(() => OrderCodec.Decode([3, .. bytes.AsSpan(1)]));
    }

    private static IEnumerable<OrderEvent> All()
    {
        var slot = WorkSlot.At(WorkKind.Parcels, 1_800_000_000_000, "Europe/London");
        var parts = s_places.Take(500).Select((place, i) => new LegPart(
            place, WishKind.CollectAt, 1_800_000_000_000 + s_random.Next(), s_random.Next(), [new LineUnits(i, 1 + s_random.Next(1_000_000_000))])
        {
            Work = [new PartWork(slot, 1 + s_random.Next(1_000))],
        }).ToImmutableArray();
        ImmutableArray<PartUnits> units = [.. Lines(i => new PartUnits(i, i, 1 + s_random.Next(1_000_000_000)))];
        ImmutableArray<RouteExplanation> routes = [.. Enumerable.Range(0, Limits.ExplainedRoutesMax).Select(way => new RouteExplanation(
            WishKind.Ship, new string('p', 32), 100, false, s_random.Next(), s_random.Next(),
            [.. s_places.Skip(way * 10).Take(10).Select(place => new ExplainedPart(place, s_random.NextDouble() * 1e6, 9, Cost()))],
            [.. Enum.GetValues<RouteVerdict>().Select(verdict => new VerdictCount(verdict, s_random.Next(10_000_000)))],
            [.. s_places.Skip(way * 60).Take(60).Select(place => new RouteThought(place, RouteVerdict.Worse, s_random.Next(), s_random.NextDouble() * 1e6))]))];
        ImmutableArray<string> why = [.. routes.SelectMany(route => route.Lines()).Take(Limits.ExplanationLinesMax)];
        ImmutableArray<LineUnits> unfilled = [.. Lines(i => new LineUnits(i, 1 + s_random.Next(1_000_000_000)))];
        var actor = new Actor(Channel.Web, Note(), Note());
        var id = RequestId.Parse("an-order");
        yield return Placed(s_content);
        yield return new LegIntended(1, parts, unfilled, new string('p', 32), true, why) { PolicyVersion = 100, Routes = routes };
        yield return new LegDecided(1, false, 0, [.. Lines(i => new RefusedStock(i, s_places[i], StockOutcome.Insufficient))]);
        yield return new RouteGivenUp(1, OrderOutcome.NoRoute, why) { Routes = routes };
        yield return new OrderStepIntended(1, id, ulong.MaxValue, actor, OrderVerb.Exchange, units, 0, s_places[0]) { Content = s_content };
        yield return new OrderStepIntended(1, id, ulong.MaxValue, actor, OrderVerb.Move, units)
        {
            Moves = [.. parts.Select((part, i) => new PartMove(i, part))], SavedMinor = 1_000_000_000,
        };
        yield return new OrderStepDecided(1, OrderOutcome.Accepted, [.. Lines(i => i)]) { Slots = [.. Lines(i => s_random.Next(2_000))] };
    }

    private static OrderPlaced Placed(OrderContent content) =>
        new(1, RequestId.Parse("an-order"), ulong.MaxValue, new Actor(Channel.Web, Note(), Note()), content);

    private static OrderContent Content() => new(
        [.. Lines(i => new OrderedLine(
            Sku.Parse("S" + Letters(SkuLetters)), 1 + s_random.Next(1_000_000_000), new Wish(WishKind.CollectAt, s_places[i]), s_random.Next(1_000_000_000),
            s_random.Next(1_000_000_000), Handling.Hazardous | Handling.Oversized))],
        new string('c', 64), Channel.Web, Limits.TtlMsMax, 1_800_000_000_000, new string('p', 32), true, new string('t', 64), new string('r', 64));

    private static RouteCost Cost() => new(
        s_random.Next(), s_random.Next(), s_random.Next(), s_random.Next(), s_random.Next(), s_random.Next(), s_random.Next(), s_random.Next());

    private static IEnumerable<T> Lines<T>(Func<int, T> make) => Enumerable.Range(0, Limits.OrderLinesMax).Select(make);

    private static string Letters(string letters) => new(s_random.GetItems<char>(letters, Limits.SkuCharactersMax - 1));

    private static string Note() => new(s_random.GetItems<char>(LocationLetters, Limits.NoteCharactersMax));
}
