using System.Collections.Immutable;

namespace Inventory.Domain.Orders;

/// <summary>What an order's owner is in the middle of.</summary>
public enum OrderPhase
{
    /// <summary>Nothing happened yet.</summary>
    None = 0,

    /// <summary>Units have no location yet: one must be found, or given up.</summary>
    Routing = 1,

    /// <summary>A leg is being held; whether it is, is not on record.</summary>
    Holding = 2,

    /// <summary>A step is being taken; what became of it is not on record.</summary>
    Stepping = 3,

    /// <summary>Nothing is in doubt.</summary>
    Idle = 4,

    /// <summary>Promises from what is to come are asked for or given up; what became of that is not on record.</summary>
    Supplying = 5,
}

/// <summary>How an order stands as a whole. Numbers are never reused.</summary>
[Orleans.GenerateSerializer, Orleans.Alias("order-state")]
public enum OrderState : byte
{
    /// <summary>Being routed.</summary>
    Routing = 1,

    /// <summary>Held for a time, until it is confirmed.</summary>
    Held = 2,

    /// <summary>Confirmed: locations are at work, or will be.</summary>
    Confirmed = 3,

    /// <summary>All that is to leave has left.</summary>
    Fulfilled = 4,

    /// <summary>Everything was cancelled.</summary>
    Cancelled = 5,

    /// <summary>Its time passed before it was confirmed.</summary>
    Expired = 6,

    /// <summary>Nothing of it could be had.</summary>
    Refused = 7,

    /// <summary>Everything that left came back.</summary>
    Returned = 8,

    /// <summary>A quote that is held and not redeemed yet.</summary>
    Quoted = 9,

    /// <summary>Nothing is at a location, but units wait for one or are promised from what is to come.</summary>
    Waiting = 10,
}

/// <summary>A step that was decided: the audit of an order is the list of these.</summary>
/// <param name="Step">What was asked.</param>
/// <param name="Outcome">What was decided.</param>
/// <param name="Version">Version of the order afterwards.</param>
/// <param name="Took">The parts at which it took effect.</param>
/// <param name="NewOrder">Of Exchange: the order that the customer gets instead.</param>
public sealed record DecidedOrderStep(
    OrderStepIntended Step, OrderOutcome Outcome, long Version, ImmutableArray<int> Took, RequestId? NewOrder = null);
