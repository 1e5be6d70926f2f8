namespace Inventory.Domain.Routing;

/// <summary>What became of the units that a location was asked for: the ground of <see cref="RouteCandidate.FoundProbability"/>.</summary>
/// <remarks>
/// The probability has a Beta prior of <see cref="PriorFound"/> and <see cref="PriorMissed"/>: a location of which nothing is known is taken to find 19 of 20,
/// and the word of the prior weighs as much as 20 units. What was seen is added to it, and the estimate is the mean of the posterior. Old experience
/// fades: <see cref="Fade"/> halves it, as often as its caller thinks right, so that a store that was put in order is trusted again.
/// </remarks>
/// <param name="Found">Units that were picked, not below 0; fractions come from fading.</param>
/// <param name="Missed">Units that were rejected because they were not there, not below 0.</param>
public readonly record struct FoundRecord(double Found, double Missed)
{
    /// <summary>Units found that a location is credited with before anything is known.</summary>
    public const double PriorFound = 19;

    /// <summary>Units missed that it is charged with before anything is known.</summary>
    public const double PriorMissed = 1;

    /// <summary>How likely the next unit is found: above 0 and below 1.</summary>
    public double Probability => (PriorFound + Found) / (PriorFound + PriorMissed + Found + Missed);

    /// <summary>With one more pick.</summary>
    /// <param name="units">Units that were there, 0 to <see cref="Limits.UnitsMax"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The figure is out of its range.</exception>
    public FoundRecord Picked(long units) => this with { Found = Found + Checked(units) };

    /// <summary>With one more reject for want of the units.</summary>
    /// <param name="units">Units that were not there, 0 to <see cref="Limits.UnitsMax"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The figure is out of its range.</exception>
    public FoundRecord Rejected(long units) => this with { Missed = Missed + Checked(units) };

    /// <summary>Half of it: the prior keeps its weight.</summary>
    public FoundRecord Fade() => new(Found / 2, Missed / 2);

    private static long Checked(long units)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(units);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(units, Limits.UnitsMax);
        return units;
    }
}
