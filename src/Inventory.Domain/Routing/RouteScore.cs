namespace Inventory.Domain.Routing;

/// <summary>What a set of locations comes to: units it leaves unfilled first, then what it scores.</summary>
internal readonly record struct RouteScore(long Unfilled, long Cost) : IComparable<RouteScore>
{
    /// <summary>Of a set that cannot be.</summary>
    public static readonly RouteScore None = new(long.MaxValue, long.MaxValue);

    public int CompareTo(RouteScore other) => Unfilled != other.Unfilled ? Unfilled.CompareTo(other.Unfilled) : Cost.CompareTo(other.Cost);
}
