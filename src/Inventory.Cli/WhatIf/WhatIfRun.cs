using System.Collections.Immutable;
using Inventory.Cli.Replay;
using Inventory.Domain;
using Inventory.Domain.Orders;
using Inventory.Domain.Routing;

namespace Inventory.Cli.WhatIf;

/// <summary>
/// Plays orders against one policy on a copy of the state: a function of its arguments. Orders come in the order of their times; each takes what
/// there is and gives nothing back. What a location does not find is routed anew, without it, as the service would; the units stay lost to all.
/// </summary>
internal sealed class WhatIfRun
{
    private readonly WhatIfState _state;
    private readonly RoutingPolicy _policy;
    private readonly RoutingPolicy? _fallback;
    private readonly WhatIfSettings _settings;
    private readonly WhatIfWork _work;
    private readonly WhatIfResult _result;
    private readonly Dictionary<Sku, DemandBook>? _demand;
    private Dictionary<Sku, Dictionary<int, long>> _stock;
    private long _refillAtMs = long.MinValue;

    private WhatIfRun(WhatIfState state, RoutingPolicy policy, RoutingPolicy? fallback, WhatIfSettings settings)
    {
        (_state, _policy, _fallback, _settings) = (state, policy, fallback, settings);
        (_stock, _work, _result) = (state.CopyStock(), new WhatIfWork(state.Locations), new WhatIfResult(policy.Name) { StockOuts = 0 });
        _demand = policy.ScarcityBy == ScarcityBy.Demand || fallback?.ScarcityBy == ScarcityBy.Demand ? [] : null;
    }

    /// <summary>Plays.</summary>
    /// <param name="state">The copy; not changed.</param>
    /// <param name="orders">In the order of times.</param>
    /// <param name="policy">Who chooses.</param>
    /// <param name="fallback">Asked where the first fills nothing; null for none.</param>
    /// <param name="settings">The rest.</param>
    /// <param name="played">Called for each order.</param>
    public static WhatIfResult Play(
        WhatIfState state, IReadOnlyList<WhatIfOrder> orders, RoutingPolicy policy, RoutingPolicy? fallback, WhatIfSettings settings, Action played)
    {
        var run = new WhatIfRun(state, policy, fallback, settings);
        foreach (var order in orders)
        {
            run.Refill(order.TimeMs);
            run.Play(order);
            played();
        }

        var (peak, full) = run._work.Peaks();
        (run._result.Peak, run._result.FullSlots) = (peak, full);
        return run._result;
    }

    private void Refill(long nowMs)
    {
        const long DayMs = 24L * 60 * 60 * 1000;
        if (_settings.RefillDays > 0 && nowMs >= _refillAtMs)
        {
            _stock = _refillAtMs == long.MinValue ? _stock : _state.CopyStock();
            _refillAtMs = nowMs + (_settings.RefillDays * DayMs);
        }
    }

    private void Play(WhatIfOrder order)
    {
        var score = new OrderScore();
        var left = order.Lines.Select(line => line.Units).ToArray();
        foreach (var way in order.Lines.Select((line, i) => (line.Wish, Line: i)).GroupBy(each => each.Wish, each => each.Line))
        {
            PlayWay(order, way.Key, [.. way], left, score);
        }

        score.Enter(_result, order, left, _settings.LateMs);
        Learn(order);
    }

    // As the service does: units that are wanted, at the place where they are wanted.
    private void Learn(WhatIfOrder order)
    {
        foreach (var line in order.Lines.Where(_ => _demand is not null))
        {
            var place = line.Wish.Point ?? _state.Locations.FirstOrDefault(location => location.Id == line.Wish.Location)?.Facts.Position;
            if (place is { } at)
            {
                if (!_demand!.TryGetValue(line.Sku, out var book))
                {
                    _demand.Add(line.Sku, book = new DemandBook());
                }

                book.Apply(new DemandNoted(order.TimeMs, DemandRegion.Of(at), line.Units));
            }
        }
    }

    private void PlayWay(WhatIfOrder order, Wish wish, int[] lines, long[] left, OrderScore score)
    {
        var refused = new HashSet<(int Location, Sku Sku)>();
        for (var attempt = 0; attempt < Limits.OrderAttemptsMax && lines.Any(line => left[line] > 0); attempt++)
        {
            // Lines of one SKU are one line to the router, for they share its units.
            var same = lines.Where(line => left[line] > 0).GroupBy(line => order.Lines[line].Sku).Select(group => group.ToArray()).ToArray();
            var request = new RouteRequest(
                [.. same.Select(group => RouteLineOf(order, group, left))], wish, order.TimeMs, order.PromiseByMs)
            {
                Demand = _demand is null ? default : [.. same.Select(group => _demand.GetValueOrDefault(order.Lines[group[0]].Sku)?.At(order.TimeMs) ?? [])],
            };
            var (candidates, places, services) = Candidates(request, same.Select(group => order.Lines[group[0]].Sku).ToArray(), refused);
            var plan = Router.Route(request, candidates, _policy, _fallback, out var by);
            if (plan.Parts.IsEmpty || !Take(order, plan, by, places, services, left, refused, score))
            {
                return; // all of it was found, or nothing more can be
            }
        }
    }

    private static RouteLine RouteLineOf(WhatIfOrder order, int[] lines, long[] left) => new(
        lines[0], lines.Sum(line => left[line]), lines.Max(line => order.Lines[line].UnitGrams), lines.Max(line => order.Lines[line].UnitValueMinor),
        lines.Aggregate(Handling.None, (all, line) => all | order.Lines[line].Goods));

    private (List<RouteCandidate> Candidates, Dictionary<LocationId, int> Places, Dictionary<LocationId, Service> Services) Candidates(
        RouteRequest request, Sku[] skus, HashSet<(int Location, Sku Sku)> refused)
    {
        var units = new Dictionary<int, long[]>();
        for (var i = 0; i < skus.Length; i++)
        {
            foreach (var (place, available) in _stock.GetValueOrDefault(skus[i]) ?? [])
            {
                if (refused.Count > 0 && refused.Contains((place, skus[i])))
                {
                    continue;
                }

                if (!units.TryGetValue(place, out var figures))
                {
                    units.Add(place, figures = new long[skus.Length]);
                }

                figures[i] = available;
            }
        }

        var candidates = new List<RouteCandidate>(units.Count);
        var (places, services) = (new Dictionary<LocationId, int>(units.Count), new Dictionary<LocationId, Service>(units.Count));
        foreach (var (place, figures) in units)
        {
            var location = _state.Locations[place];
            if (request.Wish.Location is { } only && only != location.Id)
            {
                continue;
            }

            var service = _work.Find(place, request.Wish.IsCollected, skus.Length, request.NowMs);
            (places[location.Id], services[location.Id]) = (place, service);
            candidates.Add(CandidateOf(location, figures, service, request.Wish.IsCollected));
        }

        return (candidates, places, services);
    }

    private RouteCandidate CandidateOf(WhatIfLocation location, long[] units, in Service service, bool isCollected)
    {
        var atMs = service.IsFull ? long.MaxValue : service.AtMs;
        return new RouteCandidate(location.Id, location.Facts)
        {
            Available = units,
            CapacityLeft = service.IsFull ? 0 : long.MaxValue,
            ParcelsLeft = service.DayLeft,
            PicksLeft = service.HourLeft,
            Load = service.Load,
            ReadyAtMs = isCollected ? atMs : null,
            LeavesAtMs = isCollected ? null : atMs,
            FoundProbability = _settings.FindShare,
        };
    }

    // True if something was not found, and is to be routed anew.
    private bool Take(
        WhatIfOrder order, RoutePlan plan, RoutingPolicy by, Dictionary<LocationId, int> places, Dictionary<LocationId, Service> services,
        long[] left, HashSet<(int Location, Sku Sku)> refused, OrderScore score)
    {
        var again = false;
        foreach (var part in plan.Parts)
        {
            var (place, found) = (places[part.Location], 0L);
            foreach (var line in part.Units)
            {
                var sku = order.Lines[line.Line].Sku;
                Use(sku, place, line.Units);
                if (!IsFound(order, line.Line, part.Location))
                {
                    refused.Add((place, sku));
                    continue;
                }

                found += line.Units;
                Deliver(order, line, left);
            }

            var isMissing = found < part.Units.Sum(line => line.Units);
            _result.Rejects += isMissing ? 1 : 0;
            again |= isMissing;
            if (found > 0)
            {
                _work.Take(place, services[part.Location], part.Parcels, part.Units.Length);
                score.Add(part.PromisedAtMs, part.Metres, PaidMinor(part, by, _state.Locations[place].Facts), found);
            }
        }

        return again;
    }

    private void Use(Sku sku, int place, long units)
    {
        var stock = _stock[sku];
        stock[place] -= units;
        if (stock[place] <= 0)
        {
            stock.Remove(place);
            _result.StockOuts++;
        }
    }

    private static void Deliver(WhatIfOrder order, LineUnits found, long[] left)
    {
        var (sku, wish, units) = (order.Lines[found.Line].Sku, order.Lines[found.Line].Wish, found.Units);
        for (var i = 0; i < left.Length && units > 0; i++)
        {
            if (left[i] > 0 && order.Lines[i].Sku == sku && order.Lines[i].Wish == wish)
            {
                var take = Math.Min(units, left[i]);
                left[i] -= take;
                units -= take;
            }
        }
    }

    // The same luck for every policy: what counts is the order, the line and the location.
    private bool IsFound(WhatIfOrder order, int line, LocationId location) =>
        _settings.FindShare >= 1 || Seeded.For(_settings.Seed, "found", $"{order.Id}/{line}/{location}").Chance(_settings.FindShare);

    // A policy may weigh money lightly or not at all; what is paid is paid all the same.
    private static long PaidMinor(RoutePart part, RoutingPolicy by, LocationFacts facts) =>
        part.Parcels == 0 ? 0
        : by.MoneyPercent == 100 ? part.Cost.Shipping + part.Cost.Handling
        : (by.ZoneOf(part.Metres).ParcelMinor + facts.ParcelCostMinor) * part.Parcels;
}

/// <summary>What became of one order.</summary>
internal sealed class OrderScore
{
    private readonly List<(long PromisedAtMs, double Metres, long PaidMinor)> _parts = [];

    /// <summary>A part that delivered something.</summary>
    public void Add(long promisedAtMs, double metres, long paidMinor, long units) => _parts.Add((promisedAtMs, metres, units > 0 ? paidMinor : 0));

    /// <summary>Enters it into the sums of a policy.</summary>
    public void Enter(WhatIfResult result, WhatIfOrder order, long[] left, long lateMs)
    {
        var (wanted, missing) = (order.Lines.Sum(line => line.Units), left.Sum());
        result.Orders++;
        result.Served += _parts.Count > 0 ? 1 : 0;
        result.Whole += missing == 0 ? 1 : 0;
        result.UnitsWanted += wanted;
        result.UnitsServed += wanted - missing;
        result.Parts += _parts.Count;
        result.PaidMinor += _parts.Sum(part => part.PaidMinor);
        result.Metres += _parts.Sum(part => part.Metres);
        var latest = order.PromiseByMs > 0 ? order.PromiseByMs : order.TimeMs + lateMs;
        result.Late += _parts.Exists(part => part.PromisedAtMs > latest) ? 1 : 0;
        var time = DateTimeOffset.FromUnixTimeMilliseconds(order.TimeMs);
        var month = (time.Year * 12) + time.Month - 1;
        var sum = result.Months.GetValueOrDefault(month);
        result.Months[month] = (sum.Wanted + wanted, sum.Served + wanted - missing);
    }
}
