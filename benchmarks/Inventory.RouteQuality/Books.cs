using System.Diagnostics;
using Inventory.Domain.Routing;

namespace Inventory.RouteQuality;

/// <summary>What one way of routing did over a year, counted the same for every way: money that is really paid, not what a policy weighs.</summary>
internal sealed class Books(string name)
{
    /// <summary>Of the price of a unit that nobody could send, so much is lost, in percent.</summary>
    public const int MarginPercent = 40;

    private readonly List<double> _ms = [];

    /// <summary>The way of routing.</summary>
    public string Name { get; } = name;

    /// <summary>Paid to carriers and for handling.</summary>
    public long MoneyMinor { get; private set; }

    /// <summary>Parcels sent.</summary>
    public long Parts { get; private set; }

    /// <summary>Orders of which anything was sent.</summary>
    public long Sent { get; private set; }

    /// <summary>Orders of which a part comes after the promise.</summary>
    public long Late { get; private set; }

    /// <summary>Units that nobody could send.</summary>
    public long UnfilledUnits { get; private set; }

    /// <summary>Margin lost with them.</summary>
    public long LostMinor { get; private set; }

    /// <summary>Units that were sent.</summary>
    public long FilledUnits { get; private set; }

    /// <summary>Money and lost margin.</summary>
    public long CostMinor => MoneyMinor + LostMinor;

    /// <summary>Milliseconds of which the share of all calls took no longer.</summary>
    public double Ms(double share)
    {
        var sorted = _ms.Order().ToArray();
        return sorted.Length == 0 ? 0 : sorted[Math.Min(sorted.Length - 1, (int)(share * sorted.Length))];
    }

    /// <summary>The carrier's price and the handling of one parcel, without any weight or penalty.</summary>
    public static long PaidMinor(RouteRequest request, RouteCandidate candidate, ReadOnlySpan<long> units, RoutingPolicy policy)
    {
        var grams = 0L;
        for (var i = 0; i < units.Length; i++)
        {
            grams += units[i] * request.Lines[i].UnitGrams;
        }

        var zone = policy.ZoneOf(candidate.Position.DistanceMetres(request.Wish.Point!.Value));
        return zone.ParcelMinor + candidate.HandlingMinor + (long)Math.Round(zone.KilogramMinor * grams / 1_000.0);
    }

    /// <summary>Routes, and writes down what came of it.</summary>
    public long[][] Count(RouteRequest request, RouteCandidate[] candidates, RoutingPolicy policy, Way way)
    {
        var begun = Stopwatch.GetTimestamp();
        var given = way(request, candidates, policy);
        _ms.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
        var (parts, late) = (0, false);
        for (var i = 0; i < given.Length; i++)
        {
            if (!given[i].AsSpan().ContainsAnyExcept(0))
            {
                continue;
            }

            parts++;
            MoneyMinor += PaidMinor(request, candidates[i], given[i], policy);
            var metres = candidates[i].Position.DistanceMetres(request.Wish.Point!.Value);
            late |= candidates[i].LeavesAtMs + policy.ZoneOf(metres).TransitMs > request.PromiseByMs;
        }

        if (parts > policy.MaxParts && way != Rules.NearestWhole)
        {
            throw new InvalidOperationException($"{Name} used {parts} locations; {policy.MaxParts} are allowed.");
        }

        (Parts, Sent, Late) = (Parts + parts, Sent + (parts > 0 ? 1 : 0), Late + (late ? 1 : 0));
        for (var line = 0; line < request.Lines.Length; line++)
        {
            var filled = given.Sum(units => units[line]);
            FilledUnits += filled;
            UnfilledUnits += request.Lines[line].Units - filled;
            LostMinor += (request.Lines[line].Units - filled) * request.Lines[line].UnitValueMinor * MarginPercent / 100;
        }

        return given;
    }
}

/// <summary>A way of routing: units by candidate, then by line.</summary>
internal delegate long[][] Way(RouteRequest request, RouteCandidate[] candidates, RoutingPolicy policy);
