namespace Inventory.Domain.Orders;

/// <summary>What one location does of an order. Changed only through its <see cref="OrderRecord"/>.</summary>
public sealed class OrderPart
{
    internal OrderPart(int number, int leg, LegPart plan, int firstSlot, int firstWorkSlot, bool firm, long expiresAtMs)
    {
        (Number, Leg, Plan, FirstSlot, FirstWorkSlot) = (number, leg, plan, firstSlot, firstWorkSlot);
        (State, ExpiresAtMs) = firm ? (PartState.Open, 0) : (PartState.Held, expiresAtMs);
        Lines = [.. plan.Lines.Select(line => new OrderPartLine(line.Line, line.Units))];
    }

    /// <summary>Place in the order, from 0.</summary>
    public int Number { get; }

    /// <summary>The leg that it came with, from 1: it names the reservation that holds it; 0 if it came from supply.</summary>
    public int Leg { get; }

    /// <summary>Of a part that came from supply: the number of the promise that it fulfils, whose hold it is; null of those that came with a leg.</summary>
    public int? Promise { get; internal init; }

    /// <summary>Of a part that came from supply: true once its units went back to the shelf because it was not confirmed in its time.</summary>
    public bool HasLapsed { get; internal set; }

    /// <summary>True if its hold, which has no end of its own, is to be given back when its time has passed.</summary>
    public bool IsSoftFromSupply => Promise is not null && !HasLapsed && State == PartState.Held && Left > 0;

    /// <summary>What was decided for it; another way if the customer chose one since.</summary>
    public LegPart Plan { get; internal set; }

    /// <summary>The first of its lines within the leg's reservation.</summary>
    public int FirstSlot { get; }

    /// <summary>The first line of its work within the leg's reservation.</summary>
    public int FirstWorkSlot { get; }

    /// <summary>Where it stands, as of the latest event: time alone may have ended it since, see <see cref="StateAt"/>.</summary>
    public PartState State { get; internal set; }

    /// <summary>When it falls back, Unix milliseconds; 0 if it does not.</summary>
    public long ExpiresAtMs { get; internal set; }

    /// <summary>Its lines.</summary>
    public OrderPartLine[] Lines { get; }

    /// <summary>Units that are still to leave the location, as of the latest event.</summary>
    public long Left => Lines.Sum(line => line.Left);

    internal void CheckInvariants() => Invariant.Holds(Lines.All(line => line.Left >= 0 && line.Delivered >= 0));

    /// <summary>Where it stands at a time.</summary>
    public PartState StateAt(long nowMs) => State == PartState.Held && nowMs >= ExpiresAtMs ? PartState.Expired : State;

    /// <summary>Place of an order's line within the leg's reservation; below 0 if it is not in this part.</summary>
    public int SlotOf(int line)
    {
        var at = Array.FindIndex(Lines, each => each.Line == line);
        return at < 0 ? -1 : FirstSlot + at;
    }
}

/// <summary>Units of one line of an order within a part: where each of them went.</summary>
/// <param name="line">The order's line.</param>
/// <param name="units">Units that were held.</param>
public sealed class OrderPartLine(int line, long units)
{
    /// <summary>The order's line.</summary>
    public int Line => line;

    /// <summary>Units that were held.</summary>
    public long Units => units;

    /// <summary>Units that the location did not deliver; they were routed anew.</summary>
    public long Rejected { get; internal set; }

    /// <summary>Units that another location does since: they are in a later part.</summary>
    public long Moved { get; internal set; }

    /// <summary>Units that the customer did not want any more.</summary>
    public long Cancelled { get; internal set; }

    /// <summary>Units handed over.</summary>
    public long Collected { get; internal set; }

    /// <summary>Units given to a carrier.</summary>
    public long Shipped { get; internal set; }

    /// <summary>Of those handed over or sent: units brought back.</summary>
    public long Returned { get; internal set; }

    /// <summary>Units that are still to leave the location.</summary>
    public long Left => Units - Rejected - Moved - Cancelled - Collected - Shipped;

    /// <summary>Units that the customer has.</summary>
    public long Delivered => Collected + Shipped - Returned;

    internal void Take(OrderVerb verb, long taken)
    {
        switch (verb)
        {
            case OrderVerb.Collect: Collected += taken; break;
            case OrderVerb.Ship: Shipped += taken; break;
            case OrderVerb.Reject: Rejected += taken; break;
            case OrderVerb.Cancel: Cancelled += taken; break;
            case OrderVerb.Return or OrderVerb.Exchange: Returned += taken; break;
        }

        Invariant.Holds(Left >= 0 && Delivered >= 0);
    }
}
