namespace Inventory.Cli.Replay;

/// <summary>How an order is to be served: synthetic, drawn from the seed.</summary>
/// <param name="Channel">Who asks.</param>
/// <param name="Pickup">True to collect near the customer if possible, else to be shipped.</param>
/// <param name="Customer">Where the customer lives.</param>
internal readonly record struct OrderTraits(string Channel, bool Pickup, Place Customer);

/// <summary>
/// Everything that is fixed before the first call: the network, the lines to play, opening stock and how to draw the rest.
/// </summary>
internal sealed class World
{
    private readonly long[] _weights;
    private readonly IReadOnlyList<Sector> _sectors;

    private World(WorldSettings settings, Store[] stores, OrderLine[] lines, IReadOnlyList<Sector> sectors)
    {
        Settings = settings;
        Stores = stores;
        StoreIds = [.. stores.Select(store => store.Id)];
        Lines = lines;
        _sectors = sectors;
        _weights = new long[sectors.Count];
        long sum = 0;
        for (var i = 0; i < sectors.Count; i++)
        {
            _weights[i] = sum += sectors[i].Weight;
        }

        Skus = [.. lines.Select(line => line.Sku).Distinct().Order(StringComparer.Ordinal)];
        var index = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < Skus.Length; i++)
        {
            index.Add(Skus[i], i);
        }

        SkuOf = [.. lines.Select(line => index[line.Sku])];
        Hubs = settings.Orders is null ? [] : StoreCapacity.HubsOf(this);
        Capacities = settings.Orders is null ? new StoreCapacity[stores.Length] : StoreCapacity.Draw(this);
        Opening = OpeningStock.Draw(this);
    }

    public WorldSettings Settings { get; }

    /// <summary>The network, in the order of ids.</summary>
    public Store[] Stores { get; }

    /// <summary>Their ids.</summary>
    public string[] StoreIds { get; }

    /// <summary>The lines to play, in order.</summary>
    public OrderLine[] Lines { get; }

    /// <summary>The SKUs that occur in the lines, in order.</summary>
    public string[] Skus { get; }

    /// <summary>Index of the SKU of each line.</summary>
    public int[] SkuOf { get; }

    /// <summary>Opening stock of each SKU: store and units, 1 or more.</summary>
    public (int Store, int Units)[][] Opening { get; }

    /// <summary>Where orders are played: the stores that share the reserve of every SKU, in the order of ids; else none.</summary>
    public int[] Hubs { get; }

    /// <summary>What each store can do in a day and an hour.</summary>
    public StoreCapacity[] Capacities { get; }

    /// <summary>Chooses network and lines from the data and draws the opening stock.</summary>
    /// <exception cref="BadInputException">Nothing is left to play, or nowhere to play it.</exception>
    public static World Build(RetailData data, WorldSettings settings)
    {
        var stores = data.Stores.Where(store => settings.Retailer is null || Matches(store, settings.Retailer)).ToArray();
        if (stores.Length == 0)
        {
            var known = data.Stores.Select(store => store.Retailer).Distinct().Order(StringComparer.Ordinal);
            throw new BadInputException($"No store belongs to retailer '{settings.Retailer}'. There are: {string.Join(", ", known)}.");
        }

        if (settings.StoresMax > 0 && settings.StoresMax < stores.Length)
        {
            stores = [.. stores.OrderBy(store => Seeded.For(settings.Seed, "store", store.Id).Next()).Take(settings.StoresMax)];
        }

        Array.Sort(stores, (a, b) => string.CompareOrdinal(a.Id, b.Id));
        var lines = Select(data.Lines, settings);
        if (lines.Length == 0 || data.Sectors.Count == 0)
        {
            throw new BadInputException("No order line or no postcode sector is left: widen --from, --to or --limit-lines.");
        }

        return new World(settings, stores, lines, data.Sectors);
    }

    /// <summary>
    /// How the order of a line is served. All lines of an invoice get the same, and a customer always lives at the same place.
    /// </summary>
    public OrderTraits Traits(in OrderLine line)
    {
        var home = line.Customer.Length > 0
            ? Seeded.For(Settings.Seed, "customer", line.Customer)
            : Seeded.For(Settings.Seed, "guest", line.Invoice);
        var order = Seeded.For(Settings.Seed, "order", line.Invoice);
        var (channel, pickupShare) = order.Unit() switch
        {
            < 0.45 => ("web", 0.35),
            < 0.70 => ("app", 0.50),
            < 0.80 => ("pos", 1.00),
            _ => ("marketplace", 0.00),
        };
        return new OrderTraits(channel, order.Chance(pickupShare), SectorAt(home.Unit()).Position);
    }

    /// <summary>Books with the opening stock in them.</summary>
    public SkuLedger[] OpenLedger()
    {
        var ledgers = new SkuLedger[Skus.Length];
        for (var i = 0; i < ledgers.Length; i++)
        {
            ledgers[i] = new SkuLedger(Skus[i]);
            foreach (var (store, units) in Opening[i])
            {
                ledgers[i].Open(store, units);
            }
        }

        return ledgers;
    }

    /// <summary>The sector at a share of all unit postcodes.</summary>
    private Sector SectorAt(double share)
    {
        var target = (long)(share * _weights[^1]);
        var at = Array.BinarySearch(_weights, target + 1);
        return _sectors[at >= 0 ? at : ~at];
    }

    private static bool Matches(Store store, string retailer) =>
        string.Equals(store.Retailer, retailer, StringComparison.OrdinalIgnoreCase);

    private static OrderLine[] Select(IReadOnlyList<OrderLine> lines, WorldSettings settings)
    {
        var from = settings.From is { } first ? Midnight(first) : long.MinValue;
        var to = settings.To is { } last ? Midnight(last.AddDays(1)) : long.MaxValue;
        var chosen = lines.Where(line => line.TimeMs >= from && line.TimeMs < to);
        return [.. settings.LinesMax > 0 ? chosen.Take(settings.LinesMax) : chosen];
    }

    private static long Midnight(DateOnly day) =>
        new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero).ToUnixTimeMilliseconds();
}
