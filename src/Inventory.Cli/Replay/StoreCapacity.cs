namespace Inventory.Cli.Replay;

/// <summary>
/// What a store can do: synthetic, drawn from the seed where orders are played. The service knows one time, that of its own clock, in which a year
/// goes by in minutes: so a hub's day must hold a good part of the year's orders, and is stated so that the busiest come near their limits.
/// A store of every four states one; the others take what comes.
/// </summary>
/// <param name="ParcelsPerDay">Parcels that it can send on one day; 0 for no limit.</param>
/// <param name="PicksPerHour">Lines that it can pick in one hour; 0 for no limit.</param>
internal readonly record struct StoreCapacity(int ParcelsPerDay, int PicksPerHour)
{
    private const int HubsMax = 6;
    private const int StoresOfAHub = 400;
    private const double StatedShare = 0.25;

    /// <summary>A hub for every 400 stores, of the wholesale warehouses if there are any.</summary>
    public static int[] HubsOf(World world)
    {
        var all = Enumerable.Range(0, world.Stores.Length).ToArray();
        var warehouses = all.Where(i => world.Stores[i].Kind == StoreKind.Wholesale).ToArray();
        var count = Math.Clamp(world.Stores.Length / StoresOfAHub, 1, HubsMax);
        return
        [
            .. (warehouses.Length >= count ? warehouses : all)
                .OrderBy(i => Seeded.For(world.Settings.Seed, "hub", world.Stores[i].Id).Next()).Take(count).Order(),
        ];
    }

    /// <summary>Draws what each store states; <see cref="World.Hubs"/> must be known.</summary>
    public static StoreCapacity[] Draw(World world)
    {
        var orders = world.Lines.Where(line => line.Kind == LineKind.Sale).Select(line => line.Invoice).Distinct().Count();
        var lines = world.Lines.Count(line => line.Kind == LineKind.Sale);
        var hub = new StoreCapacity(
            Math.Max(5, (int)(0.6 * orders / world.Hubs.Length)), Math.Max(2_000, (int)(0.6 * lines / world.Hubs.Length)));
        var drawn = new StoreCapacity[world.Stores.Length];
        for (var i = 0; i < drawn.Length; i++)
        {
            var draw = Seeded.For(world.Settings.Seed, "capacity", world.Stores[i].Id);
            drawn[i] = Array.IndexOf(world.Hubs, i) >= 0 ? hub
                : draw.Chance(StatedShare) ? new StoreCapacity(3 + draw.Below(10), 40 + draw.Below(80))
                : default;
        }

        return drawn;
    }
}
