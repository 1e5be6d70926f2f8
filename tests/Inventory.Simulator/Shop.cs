using System.Collections.Immutable;
using System.Globalization;
using Inventory.Domain;
using Inventory.Domain.Catalog;
using Inventory.Domain.Stocks;
using Inventory.Domain.Work;
using Inventory.Grains;

namespace Inventory.Simulator;

/// <summary>The few SKUs and places that all callers fight over: one stock is hot, and there is never quite enough.</summary>
internal static class Shop
{
    /// <summary>Name of the policy under which what no shelf has is promised from what is to come.</summary>
    public const string BackOrder = "back-order";

    public static readonly ImmutableArray<Channel> Channels = [Channel.Parse("web"), Channel.Parse("pos")];
    public static readonly ImmutableArray<LocationId> Places = [LocationId.Parse("1"), LocationId.Parse("2"), LocationId.Parse("3")];
    public static readonly ImmutableArray<Sku> Skus = [Sku.Parse("HOT"), Sku.Parse("COLD")];

    /// <summary>What has a date, and lots.</summary>
    public static readonly Sku Milk = Sku.Parse("MILK");

    /// <summary>All that lies on a shelf.</summary>
    public static readonly ImmutableArray<Sku> Goods = [.. Skus, Milk];

    /// <summary>A kit of both, and what one of it consists of at one time or another: no two in the same proportion.</summary>
    public static readonly Sku Kit = Sku.Parse("SET");
    public static readonly ImmutableArray<ImmutableArray<KitComponent>> KitDefinitions =
    [
        [new(Skus[0], 1), new(Skus[1], 1)],
        [new(Skus[0], 1), new(Skus[1], 2)],
        [new(Skus[0], 2), new(Skus[1], 1)],
    ];

    /// <summary>The same where somebody sells milk.</summary>
    public static readonly ImmutableArray<ImmutableArray<KitComponent>> KitDefinitionsWithMilk =
    [
        [new(Skus[0], 1), new(Milk, 1)],
        [new(Skus[0], 2), new(Skus[1], 1)],
        [new(Skus[0], 1), new(Milk, 2)],
    ];

    private static readonly long[] s_ttls = [1_000, 1_000, 2_000, 5_000, 60_000, 600_000];

    /// <summary>Parcels a day that a place states: the first changes its mind, the last states no limit.</summary>
    public static int AnyParcels(LocationId place, Random random) => place == Places[0] ? 3 + (3 * random.Next(2)) : MostParcels(place);

    /// <summary>The least that a place ever states; 0 if it states no limit.</summary>
    public static int LeastParcels(LocationId place) => place == Places[0] ? 3 : MostParcels(place);

    /// <summary>The most that a place ever states; 0 if it states no limit.</summary>
    public static int MostParcels(LocationId place) => place == Places[0] ? 6 : place == Places[1] ? 4 : 0;

    /// <summary>What is known of a place.</summary>
    public static LocationFacts Facts(LocationId place, Random random) => new()
    {
        Name = "Place " + place, Kind = LocationKind.Store, Position = new Position(52, 0), ParcelsPerDay = AnyParcels(place, random),
        ParcelCostMinor = 100 * Places.IndexOf(place), // so that orders have a better place and a worse one
    };

    /// <summary>A parcel or two of today or tomorrow.</summary>
    public static ReserveLine AnyWork(Random random, long nowMs) => ReserveLine.Work(
        Places[random.Next(Places.Length)], WorkSlot.At(WorkKind.Parcels, nowMs + (random.Next(3) == 0 ? 86_400_000 : 0), ""), random.Next(1, 3));

    public static StockKey AnyKey(Random random) =>
        random.Next(2) == 0 ? new StockKey(Skus[0], Places[0]) : new StockKey(Skus[random.Next(Skus.Length)], Places[random.Next(Places.Length)]);

    public static Channel AnyChannel(Random random) => Channels[random.Next(Channels.Length)];

    public static long AnyTtl(Random random) => s_ttls[random.Next(s_ttls.Length)];

    public static RequestId AnyId(Random random) => new((ulong)random.NextInt64(), (ulong)random.NextInt64());

    /// <summary>A date about now, of yesterday too.</summary>
    public static DateOnly AnyDate(Random random, long nowMs) => StockState.DateOf(nowMs).AddDays(random.Next(-1, 3));

    /// <summary>A lot is named after its date, so that nobody contradicts another.</summary>
    public static LotName LotOf(DateOnly date) => LotName.Parse("D" + date.ToString("yyyyMMdd", CultureInfo.InvariantCulture));

    /// <summary>A lot of milk that somebody brings back.</summary>
    public static ReturnedLot AnyReturnedLot(Random random, long nowMs)
    {
        var date = AnyDate(random, nowMs);
        return new ReturnedLot(Milk, LotOf(date), random.Next(6) == 0 ? null : date);
    }

    public static Condition AnyCondition(Random random) => (Condition)random.Next(4);

    public static StockPolicy AnyPolicy(Random random) => new()
    {
        SafetyUnits = random.Next(2),
        OversellUnits = random.Next(4) == 0 ? random.Next(3) : 0,
        MinUnits = random.Next(6) == 0 ? 2 : 1,
        MaxUnits = random.Next(3) == 0 ? 3 : 0,
        RingFences = random.Next(2) == 0 ? [] : [new RingFence(AnyChannel(random), random.Next(4))],
    };
}
