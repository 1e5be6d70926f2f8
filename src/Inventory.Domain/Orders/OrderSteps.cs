using Orleans;

namespace Inventory.Domain.Orders;

/// <summary>What can be done with an order once it is placed. Numbers are on disk.</summary>
[GenerateSerializer, Alias("order-verb")]
public enum OrderVerb : byte
{
    /// <summary>It is paid for: what was held for a time is held for good.</summary>
    Confirm = 1,

    /// <summary>Hold it for another time.</summary>
    Extend = 2,

    /// <summary>A location begins to pick: from here on the part stays where it is.</summary>
    Pick = 3,

    /// <summary>Picked and laid ready for the customer or the carrier.</summary>
    Ready = 4,

    /// <summary>Handed over at the location.</summary>
    Collect = 5,

    /// <summary>Given to the carrier.</summary>
    Ship = 6,

    /// <summary>A location cannot find it or will not pick it: it is routed anew, elsewhere.</summary>
    Reject = 7,

    /// <summary>The customer does not want it any more.</summary>
    Cancel = 8,

    /// <summary>Brought back, to any location.</summary>
    Return = 9,

    /// <summary>A quote becomes an order, as it stands.</summary>
    Redeem = 10,

    /// <summary>The customer says how units are to come of which that was left open.</summary>
    Choose = 11,

    /// <summary>Goods are brought back, and others wanted instead: an order of its own, that begins with this step.</summary>
    Exchange = 12,

    /// <summary>A better location does it: the units change places in one outcome.</summary>
    Move = 13,

    /// <summary>Units that wait for a location are tried again. It concerns no part.</summary>
    Retry = 20,

    /// <summary>Units were promised from what is to come. In an order's history alone; nobody asks for it.</summary>
    Promise = 21,

    /// <summary>What is to come does so on another day. In an order's history alone.</summary>
    Repromise = 22,

    /// <summary>Promised units came and are held. In an order's history alone.</summary>
    Arrive = 23,

    /// <summary>A promise was given up. In an order's history alone.</summary>
    Lapse = 24,
}

/// <summary>Where a part of an order stands. Numbers are on disk.</summary>
[GenerateSerializer, Alias("part-state")]
public enum PartState : byte
{
    /// <summary>Held for a time, until the order is confirmed.</summary>
    Held = 1,

    /// <summary>Held for good; nobody picks it yet.</summary>
    Open = 2,

    /// <summary>Being picked.</summary>
    Picking = 3,

    /// <summary>Laid ready.</summary>
    Ready = 4,

    /// <summary>Nothing of it is left at the location: its counters say where it went.</summary>
    Ended = 5,

    /// <summary>Its time passed before it was confirmed.</summary>
    Expired = 6,
}

/// <summary>The table of steps: which verb a part of an order takes in which state, and where that leads. docs/orders.md shows it.</summary>
public static class OrderSteps
{
    /// <summary>The state that a verb leads to while units are left; null if a part in that state does not take it.</summary>
    /// <param name="state">The state now.</param>
    /// <param name="verb">The verb.</param>
    /// <param name="kind">How the part is to reach its customer.</param>
    public static PartState? Next(PartState state, OrderVerb verb, WishKind kind) => (state, verb) switch
    {
        (PartState.Held, OrderVerb.Confirm) => PartState.Open,
        (PartState.Held, OrderVerb.Extend or OrderVerb.Redeem) => PartState.Held,
        (PartState.Held or PartState.Open, OrderVerb.Choose) when kind == WishKind.DecideLater => state,
        (PartState.Open, OrderVerb.Move) when kind is WishKind.Ship or WishKind.DecideLater => state,
        (PartState.Open, OrderVerb.Pick) => PartState.Picking,
        (PartState.Open or PartState.Picking, OrderVerb.Ready) => PartState.Ready,
        (PartState.Open or PartState.Picking or PartState.Ready, OrderVerb.Collect) when kind != WishKind.Ship => state,
        (PartState.Open or PartState.Picking or PartState.Ready, OrderVerb.Ship) when kind is WishKind.Ship or WishKind.DecideLater => state,
        (PartState.Held or PartState.Open or PartState.Picking or PartState.Ready, OrderVerb.Reject or OrderVerb.Cancel) => state,
        _ => null,
    };

    /// <summary>True if somebody asks for it; false of what an order's history alone tells.</summary>
    public static bool IsAsked(this OrderVerb verb) => verb <= OrderVerb.Retry;

    /// <summary>True if goods come back with it: it concerns what the customer has, whatever the state of the part.</summary>
    public static bool BringsBack(this OrderVerb verb) => verb is OrderVerb.Return or OrderVerb.Exchange;

    /// <summary>True if the verb takes units from what is left at the location.</summary>
    public static bool TakesUnits(this OrderVerb verb) => verb is OrderVerb.Collect or OrderVerb.Ship or OrderVerb.Reject or OrderVerb.Cancel;
}
