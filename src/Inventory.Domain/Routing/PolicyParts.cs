using System.Collections.Immutable;
using Orleans;

namespace Inventory.Domain.Routing;

/// <summary>The price of a parcel up to a weight, beside what its zone asks for every parcel.</summary>
/// <param name="MaxGrams">Up to this weight, 1 or more; the last step is the greatest weight of a parcel: what weighs more goes in several.</param>
/// <param name="Minor">Minor units, beside <see cref="ShippingZone.ParcelMinor"/>.</param>
[GenerateSerializer, Immutable, Alias("weight-step")]
public readonly record struct WeightStep([property: Id(0)] long MaxGrams, [property: Id(1)] long Minor);

/// <summary>What a carrier asks up to a distance.</summary>
/// <param name="MaxMetres">Up to this distance; the last zone must reach everywhere.</param>
/// <param name="ParcelMinor">For a parcel, minor units.</param>
/// <param name="KilogramMinor">For each kilogram of it.</param>
/// <param name="TransitMs">Time under way, in milliseconds.</param>
[GenerateSerializer, Immutable, Alias("shipping-zone")]
public readonly record struct ShippingZone(
    [property: Id(0)] double MaxMetres, [property: Id(1)] long ParcelMinor, [property: Id(2)] long KilogramMinor, [property: Id(3)] long TransitMs)
{
    /// <summary>Classes of weight, by rising weight and price; none means that a parcel may weigh anything.</summary>
    [Id(4)] public ImmutableArray<WeightStep> Steps { get; init; } = [];

    /// <summary>Parcels of a part of so many grams: 1 or more. They are filled by weight, without regard to single units.</summary>
    public long ParcelsOf(long grams)
    {
        if (Steps.IsDefaultOrEmpty || grams <= Steps[^1].MaxGrams)
        {
            return 1;
        }

        var greatest = Steps[^1].MaxGrams;
        return (grams / greatest) + (grams % greatest == 0 ? 0 : 1);
    }

    /// <summary>Price of the parcels of so many grams, without that of kilograms: full ones, and one for the rest.</summary>
    public long ParcelsMinor(long grams, long percent = 100)
    {
        if (Steps.IsDefaultOrEmpty)
        {
            return ParcelMinor * percent / 100;
        }

        var parcels = ParcelsOf(grams);
        var rest = grams - ((parcels - 1) * Steps[^1].MaxGrams);
        return ((parcels - 1) * ((ParcelMinor + Steps[^1].Minor) * percent / 100)) + ((ParcelMinor + StepMinor(rest)) * percent / 100);
    }

    private long StepMinor(long grams)
    {
        foreach (var step in Steps)
        {
            if (grams <= step.MaxGrams)
            {
                return step.Minor;
            }
        }

        return Steps[^1].Minor;
    }
}

/// <summary>What a policy asks first, second and so on. Each is a sum over the parts of a route; less is better. Numbers are on disk.</summary>
[GenerateSerializer, Alias("route-criterion")]
public enum RouteCriterion : byte
{
    /// <summary>Locations that take part.</summary>
    Parts = 1,

    /// <summary>Paid to carriers and for handling.</summary>
    Money = 2,

    /// <summary>Metres from the customer.</summary>
    Distance = 3,

    /// <summary>Whole minutes until the promise.</summary>
    Promise = 4,

    /// <summary>Thousandths of capacity that are taken already.</summary>
    Load = 5,

    /// <summary>Thousandths of the chance that a part is not found.</summary>
    NotFound = 6,

    /// <summary>Shadow price of the units.</summary>
    Scarcity = 7,

    /// <summary>All terms with their weights, as a policy without criteria minimises them.</summary>
    Cost = 8,
}

/// <summary>What becomes of units that no location has. Numbers are on disk.</summary>
[GenerateSerializer, Alias("unfillable")]
public enum Unfillable : byte
{
    /// <summary>All or nothing: the order is refused.</summary>
    Cancel = 0,

    /// <summary>What there is is taken; the rest is told.</summary>
    Partial = 1,

    /// <summary>What there is is taken; the rest stays wanted and is tried again when units come, or when that is asked for.</summary>
    Wait = 2,

    /// <summary>As <see cref="Wait"/>, and the rest is promised from what locations expect, as far as that goes.</summary>
    BackOrder = 3,
}

/// <summary>What follows from <see cref="Unfillable"/>.</summary>
public static class Unfillables
{
    /// <summary>True if units that no location has stay wanted.</summary>
    public static bool Waits(this Unfillable action) => action is Unfillable.Wait or Unfillable.BackOrder;
}

/// <summary>By what scarcity is judged. Numbers are never reused.</summary>
[GenerateSerializer, Alias("scarcity-by")]
public enum ScarcityBy : byte
{
    /// <summary>By the units that lie at the location: <see cref="RoutingPolicy.ScarcityOf"/>.</summary>
    Shelf = 0,

    /// <summary>By the demand of the location's region, as it was learned, and the units that its locations have: <see cref="ScarcityPrice"/>.</summary>
    Demand = 1,
}
