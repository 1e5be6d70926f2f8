using System.Globalization;

namespace Inventory.Cli.Replay;

/// <summary>
/// Writes the orders of a replay as a file for <c>inventory whatif</c>, with the customers' places as drawn. What is picked up is collected at the
/// nearest store within 50 km that opens with the units of the first line; lines of which it does not open with the units are sent.
/// </summary>
internal static class OrderExport
{
    private const double PickupRadiusMetres = 50_000;

    public static async Task WriteAsync(World world, string path)
    {
        await using var file = new StreamWriter(path);
        await file.WriteLineAsync("order,time,kind,sku,units,location,latitude,longitude");
        foreach (var order in OrderYear.Make(world.Lines).Events.Where(each => world.Lines[each.First].Kind == LineKind.Sale))
        {
            var first = world.Lines[order.First];
            var traits = world.Traits(first);
            var pickup = traits.Pickup ? PickupAt(world, order.First, traits.Customer) : -1;
            foreach (var index in order.Lines)
            {
                var line = world.Lines[index];
                var isCollected = pickup >= 0 && world.Opening[world.SkuOf[index]].Any(row => row.Store == pickup && row.Units >= line.Units);
                var where = isCollected
                    ? $"collect-at,{line.Sku},{line.Units},{world.Stores[pickup].Id},,"
                    : string.Create(
                        CultureInfo.InvariantCulture, $"ship,{line.Sku},{line.Units},,{traits.Customer.Latitude:R},{traits.Customer.Longitude:R}");
                var time = DateTimeOffset.FromUnixTimeMilliseconds(first.TimeMs).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
                await file.WriteLineAsync($"{first.Invoice}-{first.Line.ToString(CultureInfo.InvariantCulture)},{time},{where}");
            }
        }
    }

    private static int PickupAt(World world, int line, Place customer)
    {
        var (nearest, best) = (-1, Place.ChordSquaredOf(PickupRadiusMetres));
        foreach (var (store, _) in world.Opening[world.SkuOf[line]]
            .Where(row => world.Stores[row.Store].Collects && row.Units >= world.Lines[line].Units))
        {
            var chord = customer.ChordSquared(world.Stores[store].Position);
            (nearest, best) = chord < best ? (store, chord) : (nearest, best);
        }

        return nearest;
    }
}
