using System.Globalization;

namespace Inventory.Cli.Replay;

/// <summary>Reads stores, postcodes and products.</summary>
internal sealed class NetworkReader(Problems problems)
{
    private static readonly string[] s_stores =
        ["id", "name", "kind", "latitude", "longitude", "postal_code", "region", "country", "retailer", "fascia", "town", "size_band"];

    private static readonly string[] s_postcodes = ["postal_code", "level", "latitude", "longitude", "unit_postcodes", "country"];

    private static readonly string[] s_products =
        ["stock_code", "description", "first_seen_utc_iso", "lines", "units_sold", "units_cancelled", "median_unit_price", "is_product"];

    /// <summary>Every store of the file, in the order of the file.</summary>
    public List<Store> Stores(string path)
    {
        var stores = new List<Store>(3_000);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var row in CsvFile.Read(path, s_stores, problems))
        {
            if (ParseStore(row.Fields, seen, out var store) is { } problem)
            {
                problems.Add(Path.GetFileName(path), row.Line, problem);
            }
            else
            {
                stores.Add(store!);
            }
        }

        return stores;
    }

    /// <summary>The postcode sectors; the file's districts and areas are sums of them and are left out.</summary>
    public List<Sector> Sectors(string path)
    {
        var sectors = new List<Sector>(13_000);
        foreach (var row in CsvFile.Read(path, s_postcodes, problems))
        {
            if (ParseSector(row.Fields, out var sector) is { } problem)
            {
                problems.Add(Path.GetFileName(path), row.Line, problem);
            }
            else if (row.Fields[1] == "sector")
            {
                sectors.Add(sector);
            }
        }

        return sectors;
    }

    /// <summary>Description by SKU. Codes that differ in letter case alone are one SKU; the first description stays.</summary>
    public Dictionary<string, string> Products(string path)
    {
        var products = new Dictionary<string, string>(5_000, StringComparer.Ordinal);
        foreach (var row in CsvFile.Read(path, s_products, problems))
        {
            if (row.Fields[0].Length is 0 or > 64)
            {
                problems.Add(Path.GetFileName(path), row.Line, $"stock_code '{row.Fields[0]}' must have 1 to 64 characters");
            }
            else
            {
                products.TryAdd(row.Fields[0].ToUpperInvariant(), row.Fields[1]);
            }
        }

        return products;
    }

    private static string? ParseStore(string[] fields, HashSet<string> seen, out Store? store)
    {
        store = null;
        var (id, name) = (fields[0], fields[1]);
        if (id.Length is 0 or > 64 || !id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
        {
            return $"id '{id}' must have 1 to 64 letters, digits or -_.";
        }

        if (name.Length is 0 or > 128)
        {
            return "name must have 1 to 128 characters";
        }

        StoreKind? kind = fields[2] switch
        {
            "supermarket" => StoreKind.Supermarket,
            "superstore" => StoreKind.Superstore,
            "wholesale_warehouse" => StoreKind.Wholesale,
            _ => null,
        };
        if (kind is null)
        {
            return $"kind '{fields[2]}' must be supermarket, superstore or wholesale_warehouse";
        }

        if (!TryPlace(fields[3], fields[4], out var place))
        {
            return $"latitude '{fields[3]}' and longitude '{fields[4]}' must be degrees, -90 to 90 and -180 to 180";
        }

        if (fields[5].Length > 16 || fields[6].Length > 64 || fields[10].Length > 64 || fields[7].Length != 2)
        {
            return "postal_code has at most 16 characters, region and town at most 64, country exactly 2";
        }

        if (!seen.Add(id))
        {
            return $"id '{id}' stands there twice";
        }

        store = new Store(id, name, kind.Value, place, fields[8])
        {
            PostalCode = fields[5],
            Region = fields[6],
            CountryCode = fields[7],
            Town = fields[10],
        };
        return null;
    }

    private static string? ParseSector(string[] fields, out Sector sector)
    {
        sector = default;
        if (fields[0].Length is 0 or > 16)
        {
            return $"postal_code '{fields[0]}' must have 1 to 16 characters";
        }

        if (fields[1] is not ("area" or "district" or "sector"))
        {
            return $"level '{fields[1]}' must be area, district or sector";
        }

        if (!TryPlace(fields[2], fields[3], out var place))
        {
            return $"latitude '{fields[2]}' and longitude '{fields[3]}' must be degrees, -90 to 90 and -180 to 180";
        }

        if (!int.TryParse(fields[4], NumberStyles.None, CultureInfo.InvariantCulture, out var weight) || weight is < 1 or > 10_000_000)
        {
            return $"unit_postcodes '{fields[4]}' must be a whole number, 1 to 10,000,000";
        }

        sector = new Sector(fields[0], place, weight);
        return null;
    }

    private static bool TryPlace(string latitude, string longitude, out Place place)
    {
        place = default;
        const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        if (!double.TryParse(latitude, Style, CultureInfo.InvariantCulture, out var north) || north is not (>= -90 and <= 90)
            || !double.TryParse(longitude, Style, CultureInfo.InvariantCulture, out var east) || east is not (>= -180 and <= 180))
        {
            return false;
        }

        place = new Place(north, east);
        return true;
    }
}
