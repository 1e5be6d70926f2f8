using System.Diagnostics;

namespace Inventory.RouteQuality.Seasons;

/// <summary>What one way of routing did over seasons.</summary>
internal sealed class SeasonBooks(string name)
{
    private long _ticks;

    /// <summary>The way.</summary>
    public string Name { get; } = name;

    /// <summary>Paid, with what is not sent, in thousandths of a dollar.</summary>
    public double Cost { get; private set; }

    /// <summary>Orders that asked for something.</summary>
    public long Orders { get; private set; }

    /// <summary>Parcels sent.</summary>
    public long Parcels { get; private set; }

    /// <summary>Units sent.</summary>
    public long Sent { get; private set; }

    /// <summary>Units that nobody sent.</summary>
    public long Unsent { get; private set; }

    /// <summary>Microseconds that an order's choice took.</summary>
    public double MicrosecondsPerOrder => Stopwatch.GetElapsedTime(0, _ticks).TotalMicroseconds / Math.Max(1, Orders);

    /// <summary>Plays one season with one way.</summary>
    /// <param name="network">Kinds of orders, and the stock at the beginning.</param>
    /// <param name="arrivals">Who comes.</param>
    /// <param name="way">Chooses a facility for each line.</param>
    /// <returns>What the season cost.</returns>
    /// <exception cref="InvalidOperationException">The way gave what is not there.</exception>
    public double Play(SeasonNetwork network, IEnumerable<(int Kind, int City)> arrivals, SeasonWay way)
    {
        var before = Cost;
        long[][] stock = [.. network.Stock.Select(units => units.ToArray())];
        foreach (var (kind, city) in arrivals)
        {
            var skus = network.Kinds[kind].Skus;
            if (skus.Length > 0)
            {
                var begun = Stopwatch.GetTimestamp();
                var by = way(kind, city, skus, stock);
                _ticks += Stopwatch.GetTimestamp() - begun;
                Count(skus, city, by, stock);
            }
        }

        return Cost - before;
    }

    private void Count(int[] skus, int city, int[] by, long[][] stock)
    {
        var none = SeasonSetting.Facilities.Length;
        var used = 0;
        for (var line = 0; line < skus.Length; line++)
        {
            if (by[line] < none && --stock[skus[line]][by[line]] < 0)
            {
                throw new InvalidOperationException($"{Name} gave more than there was.");
            }

            used |= 1 << by[line];
            Cost += by[line] < none ? SeasonSetting.UnitCost(by[line], city) : SeasonSetting.UnsentUnitCost(city);
            (Sent, Unsent) = by[line] < none ? (Sent + 1, Unsent) : (Sent, Unsent + 1);
        }

        var parcels = int.PopCount(used & ~(1 << none));
        Cost += SeasonSetting.Parcel * (parcels + ((used >> none) * SeasonSetting.Unsent));
        (Orders, Parcels) = (Orders + 1, Parcels + parcels);
    }
}

/// <summary>A way of routing: the facility of each line, or the number of facilities where nobody sends it.</summary>
/// <param name="kind">Which kind of order.</param>
/// <param name="city">Where it goes.</param>
/// <param name="skus">Its lines, one unit each.</param>
/// <param name="stock">What there is now, by SKU and facility; not to be changed.</param>
internal delegate int[] SeasonWay(int kind, int city, int[] skus, long[][] stock);
