using Inventory.V1;

namespace Inventory.Cli.Replay;

/// <summary>
/// Asks the service where a SKU is near a customer and holds the answer against the books. Nobody else sells this SKU, so both must
/// agree; the board may lag behind the last write for a moment, in which case it is asked again. That makes the choice of a store a
/// function of data and seed alone, and proves on every sale that what the service shows is what it has.
/// </summary>
internal sealed class Chooser(Caller caller)
{
    private const double PickupRadiusMetres = 50_000;
    private const double AnywhereMetres = 21_000_000;

    /// <summary>Two formulas for the distance on a sphere may differ by this much at most.</summary>
    private const double ToleranceMetres = 1;

    private const int LaggardsMax = 20;

    /// <summary>The search for a pickup near the customer.</summary>
    public static Search Pickup(in OrderTraits traits, int units) => new(traits.Customer, units, PickupRadiusMetres, CollectOnly: true);

    /// <summary>The search for a store that sends the goods, wherever it is.</summary>
    public static Search Anywhere(in OrderTraits traits, int units) => new(traits.Customer, units, AnywhereMetres, CollectOnly: false);

    /// <summary>The store nearest to the customer that has the units, as the service and the books agree; null if none has.</summary>
    public async Task<StockRow?> NearestAsync(SkuLedger sku, Search search, string channel)
    {
        var stage = caller.Stage;
        var expected = sku.Nearest(stage.World.Stores, search);
        var request = new FindNearbyRequest
        {
            Sku = sku.Sku,
            Point = new GeoPoint { Latitude = search.Near.Latitude, Longitude = search.Near.Longitude },
            RadiusMetres = search.RadiusMetres,
            Units = search.Units,
            Channel = channel,
            Limit = 3,
            CollectOnly = search.CollectOnly,
        };
        var begun = stage.Clock.GetTimestamp();
        for (var attempt = 0; ; attempt++)
        {
            var answer = await caller.Client.AskAsync(
                Operation.FindNearby, request, caller.Client.Availability.FindNearbyAsync, caller.Stop);
            if (sku.CatchingUp || Agrees(answer, expected, search))
            {
                return expected;
            }

            stage.Tally.StaleBoard();
            if (stage.Clock.GetElapsedTime(begun) > stage.Settings.BoardPatience)
            {
                Report(sku, answer, expected, search);
                return expected;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(Math.Min(100, 1 << Math.Min(attempt, 7))), stage.Clock, caller.Stop);
        }
    }

    private bool Agrees(FindNearbyResponse answer, StockRow? expected, in Search search)
    {
        var first = answer.Locations.Count > 0 ? answer.Locations[0] : null;
        if (expected is null || first is null)
        {
            var metres = first?.DistanceMetres ?? (expected is null ? double.NaN : Metres(expected, search));
            return (expected is null && first is null) || Math.Abs(metres - search.RadiusMetres) < ToleranceMetres;
        }

        return first.Availability.LocationId == caller.Stage.World.Stores[expected.Store].Id
            ? first.Availability.AvailableUnits == expected.Free
            : Math.Abs(first.DistanceMetres - Metres(expected, search)) < ToleranceMetres;
    }

    private double Metres(StockRow row, in Search search) => search.Near.MetresTo(caller.Stage.World.Stores[row.Store].Position);

    private void Report(SkuLedger sku, FindNearbyResponse answer, StockRow? expected, in Search search)
    {
        var shown = answer.Locations.Count == 0 ? "nothing" : Show(answer.Locations[0].Availability);
        var known = expected is null ? "nothing" : $"{expected.Free} at {caller.Stage.World.Stores[expected.Store].Id}";
        caller.Stage.Differs(
            $"{sku.Sku}: the nearest {search.Units} unit(s) within {search.RadiusMetres:0} m are {shown}, by the books {known}");
        if (caller.Stage.Tally.DifferenceCount > LaggardsMax)
        {
            throw new ServiceLostException("The service shows other availability than it has, again and again: the replay ends here.");
        }
    }

    private static string Show(LocationAvailability availability) => $"{availability.AvailableUnits} at {availability.LocationId}";
}
