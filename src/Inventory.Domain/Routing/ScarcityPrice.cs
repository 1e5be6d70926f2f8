namespace Inventory.Domain.Routing;

/// <summary>Shadow price of a unit where the rate of demand is known, in place of a fixed shelf size.</summary>
/// <remarks>
/// Taking a unit here costs the chance that it is missed before supply comes, times what its want would cost then. Demand until supply is taken to be
/// Poisson, so the price is cost x P(demand >= available): the marginal value of the last unit, as the dual prices of Acimovic and Graves (2015) are, there
/// from a linear program over expected demand and here from each location by itself. It lies between 0 and the cost, falls as units rise, and rises
/// with demand: what the price function of a primal-dual method (Andrews, Farias, Khojandi, Yan 2019) needs.
/// </remarks>
public static class ScarcityPrice
{
    // Beyond it the Poisson law is so close to the normal one that summing its terms says nothing more.
    private const double SummedMeanMax = 500;

    /// <summary>Price of one of the units.</summary>
    /// <param name="available">Units here; below 0 counts as 0.</param>
    /// <param name="unitsPerDay">Demand that only these units meet, 0 or more.</param>
    /// <param name="daysToSupply">Days until more come, 0 or more.</param>
    /// <param name="wantMinor">What a unit costs that is not there when it is asked for, minor units: the dearer route, or the lost margin.</param>
    /// <returns>Minor units, rounded half away from zero.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A figure is below 0 or no number.</exception>
    public static long Of(long available, double unitsPerDay, double daysToSupply, long wantMinor) =>
        Price(available, unitsPerDay, daysToSupply, wantMinor);

    /// <summary>Price of one of the units that a region has.</summary>
    /// <remarks>
    /// Orders come by chance, each as large as the usual one: wanted by the dozen, a dozen units cover one order, and what the want of that order costs is
    /// shared by its units.
    /// </remarks>
    /// <param name="cover">Units at all its locations; below 0 counts as 0.</param>
    /// <param name="demand">Its demand.</param>
    /// <param name="daysToSupply">Days until more come, 0 or more.</param>
    /// <param name="wantMinor">What an order costs that finds none here, minor units.</param>
    /// <returns>Minor units, rounded half away from zero.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A figure is below 0 or no number.</exception>
    public static long Of(long cover, in RegionDemand demand, double daysToSupply, long wantMinor)
    {
        var size = Math.Max(1, demand.UnitsPerOrder);
        return Price((long)Math.Ceiling(Math.Max(0, cover) / size), demand.UnitsPerDay / size, daysToSupply, wantMinor / size);
    }

    private static long Price(long available, double perDay, double days, double wantMinor)
    {
        var mean = perDay * days;
        if (!(perDay >= 0) || !(days >= 0) || !double.IsFinite(mean))
        {
            throw new ArgumentOutOfRangeException(nameof(perDay), "demand and days must be numbers, 0 or more");
        }

        ArgumentOutOfRangeException.ThrowIfNegative(wantMinor);
        return (long)Math.Round(wantMinor * Missed(Math.Max(0, available), mean), MidpointRounding.AwayFromZero);
    }

    // P(N >= available), N Poisson.
    private static double Missed(long available, double mean)
    {
        if (available == 0)
        {
            return 1;
        }

        if (mean > SummedMeanMax)
        {
            // Abramowitz and Stegun 7.1.25, error below 2.5e-5, with the half unit that a whole number needs.
            var z = (available - 0.5 - mean) / Math.Sqrt(mean);
            var t = 1 / (1 + (0.47047 * Math.Abs(z) / Math.Sqrt(2)));
            var tail = 0.5 * t * (0.3480242 + (t * (-0.0958798 + (t * 0.7478556)))) * Math.Exp(-z * z / 2);
            return z >= 0 ? tail : 1 - tail;
        }

        var (term, below) = (Math.Exp(-mean), 0.0);
        for (var n = 0L; n < available && (n <= mean || term > 1e-12); n++)
        {
            below += term;
            term *= mean / (n + 1);
        }

        return Math.Clamp(1 - below, 0, 1);
    }
}
