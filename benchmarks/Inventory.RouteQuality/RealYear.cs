using System.Globalization;
using System.IO.Compression;
using Inventory.Domain;

namespace Inventory.RouteQuality;

/// <summary>Real orders of a year, at real stores, for customers that are put into real postcode sectors by a seed.</summary>
internal static class RealYear
{
    // Some orders of traders have hundreds of lines: as many as the stated speed is about are kept.
    private const int LinesMax = 20;

    /// <summary>Reads <c>orders.csv.gz</c>, <c>stores.csv.gz</c> and <c>postcodes.csv.gz</c>.</summary>
    /// <exception cref="InvalidDataException">A file is not what it should be.</exception>
    /// <param name="folder">Where they are.</param>
    /// <param name="seed">All that is drawn follows from it.</param>
    /// <param name="most">Most orders.</param>
    /// <param name="locations">Sites.</param>
    /// <param name="isScarce">Shelves of three weeks' sales shared by all sites, in place of warehouses that hold the peak.</param>
    public static Year Read(string folder, int seed, int most, int locations, bool isScarce)
    {
        var random = new Random(seed);
        var sectors = Rows(folder, "postcodes", "level", "latitude", "longitude", "unit_postcodes").Where(row => row[0] == "sector")
            .Select(row => (At: Place(row[1], row[2]), Weight: Real(row[3]))).ToArray();
        var stores = Rows(folder, "stores", "kind", "latitude", "longitude").ToArray();
        random.Shuffle(stores);
        var sites = stores.Take(locations).Select((row, i) => Years.DrawSite(
            random, i, Place(row[1], row[2]),
            isScarce ? row[0] == "wholesale_warehouse" ? LocationKind.Warehouse : LocationKind.Store
            : i < Network.Warehouses ? LocationKind.Warehouse : LocationKind.Store)).ToArray();
        var skus = new Dictionary<string, (int Number, int Grams)>(StringComparer.OrdinalIgnoreCase);
        var sales = Rows(folder, "orders", "invoice", "stock_code", "quantity", "invoice_time_utc_iso", "unit_price", "is_product")
            .Where(row => row[5] == "1" && !row[0].StartsWith('C') && Real(row[2]) > 0 && Real(row[4]) > 0).GroupBy(row => row[0]).Take(most).ToArray();
        var sums = Sums(sectors.Select(sector => sector.Weight));
        var orders = sales.Select(invoice =>
        {
            var lines = invoice.GroupBy(row => row[1], StringComparer.OrdinalIgnoreCase).Take(LinesMax).Select(same =>
            {
                if (!skus.TryGetValue(same.Key, out var sku))
                {
                    skus.Add(same.Key, sku = (skus.Count, 50 + random.Next(1_000)));
                }

                return new Wanted(sku.Number, (long)same.Sum(row => Real(row[2])), sku.Grams, (long)Math.Round(100 * Real(same.First()[4])));
            }).ToArray();
            var found = Array.BinarySearch(sums, random.NextDouble() * sums[^1]);
            var at = DateTimeOffset.Parse(invoice.First()[3], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
            return new Order(at.ToUnixTimeMilliseconds(), sectors[Math.Min(found < 0 ? ~found : found, sectors.Length - 1)].At, lines);
        }).OrderBy(order => order.AtMs).ToArray();
        var days = (int)Math.Max(1, (orders[^1].AtMs - orders[0].AtMs) / 86_400_000);
        return isScarce
            ? new Year(
                $"real orders at {sites.Length} real stores, three weeks' sales shared by all, filled up weekly",
                sites, orders, Years.Shelves(random, sites, orders, skus.Count, carried: 0.3, days, coverDays: 21), 7)
            : Network.Stocked(random, sites, orders, skus.Count);
    }

    private static double[] Sums(IEnumerable<double> weights)
    {
        var sum = 0.0;
        return [.. weights.Select(weight => sum += weight)];
    }

    private static double Real(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static Position Place(string latitude, string longitude) => new(Real(latitude), Real(longitude));

    private static IEnumerable<string[]> Rows(string folder, string name, params string[] columns)
    {
        using var file = new StreamReader(new GZipStream(File.OpenRead(Path.Combine(folder, name + ".csv.gz")), CompressionMode.Decompress));
        var header = Fields(file.ReadLine() ?? "");
        var places = columns.Select(column => header.IndexOf(column)).ToArray();
        if (places.Contains(-1))
        {
            throw new InvalidDataException($"{name}.csv.gz has the columns {string.Join(',', header)}; it needs {string.Join(',', columns)}.");
        }

        while (file.ReadLine() is { } row)
        {
            var fields = Fields(row);
            if (fields.Count != header.Count)
            {
                throw new InvalidDataException($"{name}.csv.gz has a row of {fields.Count} fields under a header of {header.Count}: {row}");
            }

            yield return [.. places.Select(place => fields[place])];
        }
    }

    // Commas within quotes are part of a field; quotes themselves matter in none of the columns that are read.
    private static List<string> Fields(string row)
    {
        var (fields, begin, quoted) = (new List<string>(16), 0, false);
        for (var i = 0; i <= row.Length; i++)
        {
            if (i == row.Length || (row[i] == ',' && !quoted))
            {
                fields.Add(row[begin..i]);
                begin = i + 1;
            }
            else if (row[i] == '"')
            {
                quoted = !quoted;
            }
        }

        return fields;
    }
}
