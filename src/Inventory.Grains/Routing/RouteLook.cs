using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Orders;
using Inventory.Domain.Routing;

namespace Inventory.Grains;

/// <summary>
/// Looks for the candidates of one routing: what lies where, who can do the work, and when. The nearest first, where no better way leads farther.
/// </summary>
internal sealed class RouteLook(
    IGrainFactory grains, LocationDirectory directory, OrderContent content, RouteShelves shelves, IReadOnlyList<RefusedStock> refused, long nowMs)
{
    /// <summary>What was seen.</summary>
    /// <param name="Candidates">Those who might do it.</param>
    /// <param name="Work">What each of them can still do.</param>
    /// <param name="Beyond">Those that were not looked at.</param>
    public sealed record Seen(List<RouteCandidate> Candidates, Dictionary<LocationId, OrderWork> Work, RouteBeyond Beyond);

    /// <summary>How likely locations find what they promise.</summary>
    public required ImmutableDictionary<LocationId, double> Found { get; init; }

    /// <summary>Units of the order's stocks that alone may be taken; null if all may.</summary>
    public Dictionary<StockKey, long>? Only { get; init; }

    /// <summary>True if candidates are wanted however far they are.</summary>
    public bool MustSeeAll { get; init; }

    /// <summary>Looks for those of one way.</summary>
    /// <param name="request">The way.</param>
    /// <param name="goods">What its lines are taken from.</param>
    /// <param name="policy">The policy that is to choose.</param>
    public async ValueTask<Seen> At(RouteRequest request, RouteGoods goods, RoutingPolicy policy)
    {
        var skus = goods.Parts.SelectMany(line => line.Select(part => part.Sku)).Distinct().ToArray();
        if (MustSeeAll || !RouteReach.Applies(request, policy))
        {
            await shelves.LoadAll(skus);
            return await See(request, goods, double.PositiveInfinity);
        }

        // The nearest first. If one of them can do it all, that tells how far it is worth looking; if none can, it may be worth looking everywhere.
        var point = request.Wish.Point!.Value;
        var reach = directory.Map.MetresFor(point, GrainLimits.RouteNearFirst);
        while (true)
        {
            var within = await shelves.LoadAround(skus, point, reach);
            var seen = await See(request, goods, within);
            if (double.IsPositiveInfinity(within))
            {
                return seen;
            }

            reach = RouteReach.Metres(request, seen.Candidates, policy, directory.LeastHandlingMinor);
            if (reach <= within)
            {
                return seen with { Beyond = Beyond(point, within) };
            }
        }
    }

    private async ValueTask<Seen> See(RouteRequest request, RouteGoods goods, double withinMetres)
    {
        var places = Places(request, goods, withinMetres);
        var work = await WorkOf(request, places);
        return new Seen([.. places.Select(place => Candidate(request, place, work[place.Location.Id]))], work, default);
    }

    private RouteBeyond Beyond(Position point, double metres)
    {
        var map = directory.Map;
        return map.NearestBeyond(point, metres) is { } nearest && directory.TryGet(nearest, out var place)
            ? new RouteBeyond(map.Count - map.CountWithin(point, metres), nearest, point.DistanceMetres(place.Facts.Position))
            : default;
    }

    private static bool IsBeyond(RouteRequest request, LocationView location, double metres) =>
        metres < double.PositiveInfinity && request.Wish.Point is { } point && point.DistanceMetres(location.Facts.Position) > metres + LocationMap.SlackMetres;

    // Locations that the boards name, or the only one that the customer named, with the units of each line that may be taken there.
    private List<Place> Places(RouteRequest request, RouteGoods goods, double withinMetres)
    {
        var available = shelves.Available;
        var free = new Dictionary<LocationId, long[]>();
        for (var i = 0; i < request.Lines.Length; i++)
        {
            foreach (var id in available[goods.Parts[i][0].Sku].Keys)
            {
                var units = RouteGoods.Available(goods.Parts[i], id, available);
                if (units == 0 && goods.Parts[i].Length > 1)
                {
                    continue; // of a kit the first component alone is nothing
                }

                if (!free.TryGetValue(id, out var figures))
                {
                    free.Add(id, figures = new long[request.Lines.Length]);
                }

                figures[i] = units;
            }
        }

        if (request.Wish.Location is { } named)
        {
            free = new() { [named] = free.GetValueOrDefault(named) ?? new long[request.Lines.Length] };
        }

        var refusing = refused.Select(stock => (stock.Location, content.Lines[stock.Line].Sku)).ToHashSet();
        var refusers = refused.Select(stock => stock.Location).ToHashSet();
        var places = new List<Place>(free.Count);
        foreach (var (id, figures) in free)
        {
            if (!directory.TryGet(id, out var location) || IsBeyond(request, location, withinMetres))
            {
                continue;
            }

            var refusals = 0;
            for (var i = 0; i < figures.Length && refusers.Contains(id); i++)
            {
                if (refusing.Contains((id, content.Lines[request.Lines[i].Line].Sku)))
                {
                    figures[i] = 0;
                    refusals++;
                }
            }

            var isExcluded = refusals > 0 && !figures.AsSpan().ContainsAnyExcept(0);
            var units = Only is null ? figures : [.. request.Lines.Select((line, i) =>
                Math.Min(figures[i], Only.GetValueOrDefault(new StockKey(content.Lines[line.Line].Sku, id))))];
            places.Add(new Place(location, units, figures, goods.SharedAvailable(id, available), isExcluded));
        }

        return places;
    }

    // Only locations that state a capacity are asked: half of them because they have most of what is wanted, the others because they are near. One that
    // is not asked is not used.
    private async ValueTask<Dictionary<LocationId, OrderWork>> WorkOf(RouteRequest request, List<Place> places)
    {
        var stating = places.Where(place => HasUnits(place) && (place.Location.Facts.PicksPerHour > 0
            || (place.Location.Facts.ParcelsPerDay > 0 && !request.Wish.IsCollected))).ToList();
        var left = stating.ToHashSet();
        if (stating.Count > GrainLimits.WorkAskedMax)
        {
            var near = stating.OrderBy(place => request.Wish.Point is { } point ? point.DistanceMetres(place.Location.Facts.Position) : 0)
                .ThenBy(place => place.Location.Id.Value, StringComparer.Ordinal).ToList();
            left.ExceptWith(near.OrderByDescending(place => LinesOf(request, place)).Take(GrainLimits.WorkAskedMax / 2));
            left.ExceptWith([.. near.Where(left.Contains).Take(GrainLimits.WorkAskedMax - (GrainLimits.WorkAskedMax / 2))]);
        }
        else
        {
            left.Clear();
        }

        var found = await Task.WhenAll(places.Select(place => !HasUnits(place) || left.Contains(place)
            ? Task.FromResult(new OrderWork(null, null, null, 1))
            : OrderWork.Find(grains, directory, place.Location, request.Wish, request.Lines.Length, nowMs).AsTask()));
        return places.Zip(found).ToDictionary(pair => pair.First.Location.Id, pair => pair.Second);
    }

    // Those without are out, however busy they are.
    private static bool HasUnits(Place place) => place.Units.AsSpan().ContainsAnyExcept(0);

    private static int LinesOf(RouteRequest request, Place place)
    {
        var lines = 0;
        for (var i = 0; i < place.Units.Length; i++)
        {
            lines += place.Units[i] >= request.Lines[i].Units ? 1 : 0;
        }

        return lines;
    }

    private RouteCandidate Candidate(RouteRequest request, Place place, OrderWork work) => new(place.Location.Id, place.Location.Facts)
    {
        FoundProbability = Found.GetValueOrDefault(place.Location.Id, FoundBook.UnknownProbability),
        Available = place.Units,
        Cover = place.Cover,
        SharedAvailable = place.Shared,
        IsExcluded = place.IsExcluded,
        CapacityLeft = work.Load >= 1 && work.AtMs is null ? 0 : long.MaxValue,
        ParcelsLeft = work.ParcelsLeft,
        PicksLeft = work.PicksLeft,
        Load = work.Load,
        ReadyAtMs = request.Wish.IsCollected ? work.AtMs ?? FullAtMs(work) : null,
        LeavesAtMs = request.Wish.IsCollected ? null : work.AtMs ?? FullAtMs(work),
    };

    // A location without room is out for that reason, not for want of an hour at which it would be ready.
    private static long? FullAtMs(OrderWork work) => work.Load >= 1 ? long.MaxValue : null;

    private sealed record Place(LocationView Location, long[] Units, long[] Cover, long[] Shared, bool IsExcluded);
}
