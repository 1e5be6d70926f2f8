using Inventory.Domain;
using Inventory.Domain.Stocks;
using Inventory.Grains;
using Inventory.Journal;

namespace Inventory.Silo;

/// <summary>A small seeded world for newcomers: an invented retailer, "Hearth and Harbour", with 40 locations and 500 SKUs.</summary>
/// <remarks>Loaded only into an empty journal, so that a second start goes on where the first one stopped. The same seed gives the same world.</remarks>
internal sealed class DemoWorld(
    IJournal journal, ILocations locations, IStocks stocks, ILogger<DemoWorld> logger) : IHostedService
{
    private const int Seed = 20_261_123;
    private const int SkusPerFamily = 50;
    private const int RowsAtOnce = 512;

    private static readonly string[] s_families = ["MUG", "LAMP", "THROW", "CLOCK", "VASE", "TRAY", "CANDLE", "BASKET", "KETTLE", "CUSHION"];

    private static readonly (string Town, double Latitude, double Longitude, int Stores)[] s_towns =
    [
        ("London", 51.507, -0.128, 8), ("Manchester", 53.480, -2.242, 4), ("Birmingham", 52.486, -1.890, 3), ("Leeds", 53.800, -1.549, 3),
        ("Glasgow", 55.864, -4.252, 3), ("Edinburgh", 55.953, -3.188, 2), ("Bristol", 51.454, -2.588, 2), ("Liverpool", 53.408, -2.991, 2),
        ("Cardiff", 51.481, -3.179, 2), ("Newcastle", 54.978, -1.617, 2), ("Nottingham", 52.954, -1.158, 1), ("Norwich", 52.630, 1.297, 1),
        ("Brighton", 50.822, -0.137, 1), ("Exeter", 50.718, -3.533, 1), ("Aberdeen", 57.149, -2.094, 1),
    ];

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (journal.DurablePosition > 0)
        {
            return;
        }

        var random = new Random(Seed);
        var places = new List<LocationId>();
        foreach (var (id, facts) in Places(random))
        {
            await locations.Upsert(RequestId.Parse($"demo-location-{id}"), id, facts);
            places.Add(id);
        }

        var rows = new List<(StockKey Key, long Units)>();
        foreach (var sku in Skus())
        {
            foreach (var place in places)
            {
                var isLarge = !place.Value.StartsWith("store", StringComparison.Ordinal);
                if (isLarge || random.Next(100) < 35)
                {
                    rows.Add((new StockKey(sku, place), isLarge ? random.Next(40, 400) : random.Next(0, 25)));
                }
            }
        }

        foreach (var chunk in rows.Chunk(RowsAtOnce))
        {
            await stocks.Prepare([.. chunk.Select(row => row.Key)]);
            await Task.WhenAll(chunk.Select(row =>
                stocks.Do(row.Key, StockCommand.Import(RequestId.Parse($"demo-stock-{places.IndexOf(row.Key.Location)}"), row.Units)).AsTask()));
        }

        SiloLog.DemoLoaded(logger, places.Count, s_families.Length * SkusPerFamily, rows.Count);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static IEnumerable<Sku> Skus() =>
        s_families.SelectMany(family => Enumerable.Range(1, SkusPerFamily).Select(i => Sku.Parse($"{family}-{i:D4}")));

    private static IEnumerable<(LocationId Id, LocationFacts Facts)> Places(Random random)
    {
        var number = 0;
        foreach (var (town, latitude, longitude, stores) in s_towns)
        {
            for (var i = 0; i < stores; i++)
            {
                // Within some six kilometres of the centre.
                var point = new Position(
                    Math.Round(latitude + ((random.NextDouble() - 0.5) * 0.1), 5), Math.Round(longitude + ((random.NextDouble() - 0.5) * 0.15), 5));
                var name = stores == 1 ? $"Hearth and Harbour {town}" : $"Hearth and Harbour {town} {i + 1}";
                yield return (LocationId.Parse($"store-{++number:D2}"), Facts(name, LocationKind.Store, town, point, 45, ShopHours()));
            }
        }

        yield return Large("warehouse-north", LocationKind.Warehouse, "Wakefield", new Position(53.683, -1.499));
        yield return Large("warehouse-mid", LocationKind.Warehouse, "Daventry", new Position(52.257, -1.162));
        yield return Large("warehouse-south", LocationKind.Warehouse, "Swindon", new Position(51.556, -1.780));
        yield return Large("dark-london", LocationKind.DarkStore, "London", new Position(51.530, -0.070));
    }

    private static (LocationId Id, LocationFacts Facts) Large(string id, LocationKind kind, string town, Position point) =>
        (LocationId.Parse(id), Facts($"Hearth and Harbour {town} {(kind == LocationKind.Warehouse ? "warehouse" : "dark store")}", kind, town, point, 0, [])
            with { Capabilities = Capabilities.Ship | Capabilities.Return });

    private static LocationFacts Facts(
        string name, LocationKind kind, string town, Position point, int preparationMinutes, IEnumerable<OpeningPeriod> hours) => new()
    {
        Name = name,
        Kind = kind,
        Position = point,
        Town = town,
        CountryCode = "GB",
        TimeZone = "Europe/London",
        PreparationMs = preparationMinutes * 60_000L,
        WeeklyHours = [.. hours],
    };

    private static IEnumerable<OpeningPeriod> ShopHours()
    {
        foreach (var day in Enum.GetValues<DayOfWeek>())
        {
            yield return day == DayOfWeek.Sunday ? new OpeningPeriod(day, 11 * 60, 17 * 60) : new OpeningPeriod(day, 9 * 60, 19 * 60);
        }
    }
}
