using Inventory.Domain;
using Orleans.Concurrency;

namespace Inventory.Grains;

/// <summary>Sees to it that orders leave locations that are out of business. One of them; key <see cref="OnlyKey"/>.</summary>
[Alias("evacuator")]
public interface IEvacuatorGrain : IGrainWithStringKey
{
    /// <summary>Its only key.</summary>
    const string OnlyKey = "all";

    /// <summary>
    /// A location was switched off: every order with something there, or with a promise from what is to come there, is asked to leave, soon after. See
    /// <see cref="IOrderGrain.Evacuate"/>. Asked again, it goes over them again.
    /// </summary>
    [Alias("closed"), OneWay]
    ValueTask Closed(LocationId location);

    /// <summary>A silo has started: from now on it looks at all locations, goes on with what a crash cut off, and watches for those whose life ends.</summary>
    [Alias("resume")]
    ValueTask Resume();
}
