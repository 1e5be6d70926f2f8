using System.Collections.Immutable;
using System.Globalization;
using Inventory.Domain;
using Inventory.Domain.Orders;
using Inventory.Domain.Stocks;
using Inventory.Domain.Transfers;
using Inventory.Grpc.Errors;

namespace Inventory.Grpc.Mapping;

/// <summary>
/// Reads fields that several requests share. What is wrong goes to the violations; the value returned is then not to be used.
/// </summary>
internal static class Fields
{
    /// <summary>The id of a write.</summary>
    public static RequestId RequestId(string text, ref Violations violations)
    {
        if (!Domain.RequestId.TryParse(text, out var id, out var problem))
        {
            violations.Add("request_id", problem);
        }

        return id;
    }

    /// <summary>A SKU.</summary>
    public static Sku Sku(string text, string field, ref Violations violations)
    {
        if (!Domain.Sku.TryParse(text, out var sku, out var problem))
        {
            violations.Add(field, problem);
        }

        return sku;
    }

    /// <summary>The id of a location.</summary>
    public static LocationId Location(string text, string field, ref Violations violations)
    {
        if (!LocationId.TryParse(text, out var location, out var problem))
        {
            violations.Add(field, problem);
        }

        return location;
    }

    /// <summary>The ids of locations that a query names; null for none.</summary>
    public static LocationId[]? Locations(IList<string> texts, ref Violations violations)
    {
        if (texts.Count == 0)
        {
            return null;
        }

        if (texts.Count > Limits.LocationIdsMax)
        {
            violations.Add("location_ids", $"has {texts.Count} ids; it must have at most {Limits.LocationIdsMax}.");
            return null;
        }

        var locations = new LocationId[texts.Count];
        for (var i = 0; i < locations.Length; i++)
        {
            if (!LocationId.TryParse(texts[i], out locations[i], out var problem))
            {
                violations.Add($"location_ids[{i}]", problem);
            }
        }

        return locations;
    }

    /// <summary>Who asks; empty means web.</summary>
    public static Channel Channel(string text, ref Violations violations)
    {
        if (text.Length == 0 || text == "web")
        {
            return Domain.Channel.Web;
        }

        if (!Domain.Channel.TryParse(text, out var channel, out var problem))
        {
            violations.Add("channel", problem);
        }

        return channel;
    }

    /// <summary>A stock.</summary>
    public static StockKey Key(V1.StockKey? key, string field, ref Violations violations)
    {
        if (key is null)
        {
            violations.Add(field, "must be given: a SKU and a location's id.");
            return default;
        }

        if (Domain.Sku.TryParse(key.Sku, out var sku, out var problem) & LocationId.TryParse(key.LocationId, out var location,
            out var other))
        {
            return new StockKey(sku, location);
        }

        // Only here are the fields' paths built: what is right pays for no text.
        AddIf(problem, field, ".sku", ref violations);
        AddIf(other, field, ".location_id", ref violations);
        return default;
    }

    /// <summary>A command with the lot that a request names, if it names one.</summary>
    public static StockCommand WithLot(in StockCommand command, string lot, string bestBefore, ref Violations violations)
    {
        var name = Lot(lot, "lot", ref violations);
        var date = LotDate(lot, bestBefore, ref violations);
        return name.Value is null ? command : command.Of(name, date);
    }

    /// <summary>A lot; default for empty.</summary>
    public static LotName Lot(string text, string field, ref Violations violations)
    {
        if (text.Length == 0)
        {
            return default;
        }

        if (!LotName.TryParse(text, out var lot, out var problem))
        {
            violations.Add(field, problem);
        }

        return lot;
    }

    /// <summary>Lots of what comes back, each SKU once.</summary>
    public static ImmutableArray<Domain.Stocks.ReturnedLot> ReturnedLots(IList<V1.ReturnedLot> lots, int most, ref Violations violations)
    {
        if (lots.Count > most)
        {
            violations.Add("lots", $"has {lots.Count}; it must have at most {most}.");
            return [];
        }

        var (seen, read) = (new HashSet<Sku>(), ImmutableArray.CreateBuilder<Domain.Stocks.ReturnedLot>(lots.Count));
        for (var i = 0; i < lots.Count; i++)
        {
            var sku = Sku(lots[i].Sku, $"lots[{i}].sku", ref violations);
            var lot = Lot(lots[i].Lot, $"lots[{i}].lot", ref violations);
            if (lots[i].Lot.Length == 0)
            {
                violations.Add($"lots[{i}].lot", "must be named; who knows none leaves the SKU out.");
            }

            if (sku.Value is not null && !seen.Add(sku))
            {
                violations.Add($"lots[{i}].sku", "must name each SKU once: ask for each lot of it by itself.");
            }

            read.Add(new Domain.Stocks.ReturnedLot(sku, lot, LotDate(lots[i].Lot, lots[i].BestBefore, ref violations, $"lots[{i}].best_before")));
        }

        return read.MoveToImmutable();
    }

    /// <summary>The date of a lot; null for empty.</summary>
    public static DateOnly? LotDate(string lot, string text, ref Violations violations, string field = "best_before")
    {
        if (text.Length == 0)
        {
            return null;
        }

        if (lot.Length == 0 || lot == LotName.None.Value)
        {
            violations.Add(field, "must be empty if no lot is named.");
        }

        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) && date.Year is >= 2000 and < 3000)
        {
            return date;
        }

        violations.Add(field, "must be a date as YYYY-MM-DD, 2000-01-01 to 2999-12-31.");
        return null;
    }

    /// <summary>Units within bounds.</summary>
    public static long Units(long units, string field, long min, ref Violations violations)
    {
        if (units < min || units > Domain.Limits.UnitsMax)
        {
            violations.Add(field, $"is {units}; it must be {min} to {Domain.Limits.UnitsMax}.");
        }

        return units;
    }

    /// <summary>A version of which 0 means none.</summary>
    public static long Version(long version, string field, ref Violations violations)
    {
        if (version < 0)
        {
            violations.Add(field, $"is {version}; it must be the version from an earlier answer, or 0 for none.");
        }

        return version;
    }

    /// <summary>The name of a reservation.</summary>
    public static ReservationId Reservation(string text, ref Violations violations)
    {
        if (!ReservationId.TryParse(text, out var id, out var problem))
        {
            violations.Add("reservation_id", problem);
        }

        return id;
    }

    /// <summary>The name of an order.</summary>
    public static OrderId Order(string text, ref Violations violations, string field = "order_id")
    {
        if (!OrderId.TryParse(text, out var id, out var problem))
        {
            violations.Add(field, problem);
        }

        return id;
    }

    /// <summary>The name of a transfer.</summary>
    public static TransferId Transfer(string text, ref Violations violations)
    {
        if (!TransferId.TryParse(text, out var id, out var problem))
        {
            violations.Add("transfer_id", problem);
        }

        return id;
    }

    /// <summary>A point on the earth; must be given.</summary>
    public static Position Point(V1.GeoPoint? point, string field, ref Violations violations)
    {
        var position = point is null ? default : new Position(point.Latitude, point.Longitude);
        if (point is null || !position.IsValid)
        {
            violations.Add(field, "must be given: latitude -90 to 90 and longitude -180 to 180.");
        }

        return position;
    }

    private static void AddIf(string? problem, string field, string member, ref Violations violations)
    {
        if (problem is not null)
        {
            violations.Add(field + member, problem);
        }
    }
}
