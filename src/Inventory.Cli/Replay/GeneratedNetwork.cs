using System.Globalization;

namespace Inventory.Cli.Replay;

/// <summary>An invented country: towns of very different size, stores and postcode sectors around them.</summary>
internal static class GeneratedNetwork
{
    private const int Towns = 120;
    private static readonly string[] s_first =
        ["Ash", "Birch", "Cold", "Dun", "East", "Fair", "Green", "High", "Kings", "Long", "Mill", "North"];
    private static readonly string[] s_second = ["ford", "ton", "bury", "ham", "mouth", "field", "wick", "ley", "bridge", "stead"];
    private static readonly string[] s_retailers = ["Alder", "Bramble", "Cobnut", "Damson", "Elderberry"];

    /// <summary>The stores; 2 in 100 are wholesale warehouses, and there is one at least.</summary>
    public static List<Store> Stores(ulong seed, int count)
    {
        var stores = new List<Store>(count);
        for (var i = 0; i < count; i++)
        {
            var draw = Seeded.For(seed, "generate-store", i.ToString(CultureInfo.InvariantCulture));
            var town = Town(ref draw);
            var retailer = s_retailers[draw.Below(s_retailers.Length)];
            var kind = i % 50 == 0 ? StoreKind.Wholesale : draw.Chance(0.55) ? StoreKind.Superstore : StoreKind.Supermarket;
            stores.Add(new Store($"G{i:0000}", $"{retailer} {Name(town)} {i:0000}", kind, Near(seed, town, ref draw), retailer)
            {
                PostalCode = $"{Letters(town)}{1 + draw.Below(20)} {draw.Below(10)}AA",
                Town = Name(town),
                Region = $"Region {1 + (town % 12)}",
            });
        }

        return stores;
    }

    /// <summary>The postcode sectors; a large town has more of them.</summary>
    public static List<Sector> Sectors(ulong seed, int count)
    {
        var sectors = new List<Sector>(count);
        for (var i = 0; i < count; i++)
        {
            var draw = Seeded.For(seed, "generate-sector", i.ToString(CultureInfo.InvariantCulture));
            var town = Town(ref draw);
            var place = Near(seed, town, ref draw);
            sectors.Add(new Sector($"{Letters(town)}{1 + (i / 10 % 99)} {i % 10}", place, 1 + (int)(150 * draw.Exponential())));
        }

        return sectors;
    }

    /// <summary>A town, the first ones most often: the largest is some forty times the smallest.</summary>
    private static int Town(ref Seeded draw) => (int)(Towns * Math.Pow(draw.Unit(), 3));

    private static string Name(int town) => s_first[town % s_first.Length] + s_second[town / s_first.Length];

    private static string Letters(int town) => $"{(char)('A' + (town / 26))}{(char)('A' + (town % 26))}";

    private static Place Near(ulong seed, int town, ref Seeded draw)
    {
        var middle = Seeded.For(seed, "generate-town", town.ToString(CultureInfo.InvariantCulture));
        var latitude = 50.5 + (6.0 * middle.Unit()) + (0.25 * (draw.Unit() - draw.Unit()));
        var longitude = -4.5 + (5.5 * middle.Unit()) + (0.40 * (draw.Unit() - draw.Unit()));
        return new Place(Math.Round(latitude, 5), Math.Round(longitude, 5));
    }
}
