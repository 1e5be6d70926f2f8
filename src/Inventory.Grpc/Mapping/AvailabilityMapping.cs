using Inventory.Domain;
using Inventory.Grains;
using Inventory.V1;

namespace Inventory.Grpc.Mapping;

/// <summary>What boards show, as callers see it.</summary>
internal static class AvailabilityMapping
{
    /// <summary>One SKU at its locations.</summary>
    public static GetAvailabilityResponse Proto(in Sku sku, BoardView view)
    {
        var response = new GetAvailabilityResponse { Sku = sku.Value, Freshness = Freshness(view.AsOfMs, view.AgeMs) };
        response.Locations.Capacity = view.Rows.Count;
        var total = 0L;
        for (var i = 0; i < view.Rows.Count; i++)
        {
            var row = view.Rows[i];
            total += row.Available;
            response.Locations.Add(Proto(row));
        }

        for (var i = 0; i < view.Unknown.Count; i++)
        {
            response.UnknownLocationIds.Add(view.Unknown[i].Value);
        }

        response.TotalAvailableUnits = total;
        return response;
    }

    /// <summary>A state or a change of a watch.</summary>
    public static WatchAvailabilityResponse Proto(BoardView view, bool initial)
    {
        var response = new WatchAvailabilityResponse { Initial = initial, Freshness = Freshness(view.AsOfMs, view.AgeMs) };
        response.Locations.Capacity = view.Rows.Count;
        for (var i = 0; i < view.Rows.Count; i++)
        {
            response.Locations.Add(Proto(view.Rows[i]));
        }

        return response;
    }

    /// <summary>Places near another.</summary>
    public static FindNearbyResponse Proto(NearView view)
    {
        var response = new FindNearbyResponse { Freshness = Freshness(view.AsOfMs, view.AgeMs) };
        for (var i = 0; i < view.Rows.Count; i++)
        {
            var row = view.Rows[i];
            response.Locations.Add(new NearbyLocation
            {
                Availability = Proto(row.Row),
                DisplayName = row.Name,
                DistanceMetres = row.DistanceMetres,
                PickupReadyTime = Times.Timestamp(row.PickupReadyAtMs),
                Position = LocationMapping.Proto(row.Position),
            });
        }

        return response;
    }

    private static LocationAvailability Proto(in BoardRow row) => new()
    {
        LocationId = row.Location.Value,
        AvailableUnits = row.Available,
        OnHandUnits = row.OnHand,
        Version = row.Version,
    };

    private static Freshness Freshness(long asOfMs, long ageMs) => new() { AsOfTime = Times.Timestamp(asOfMs), AgeMs = ageMs };
}
