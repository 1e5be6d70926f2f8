using Orleans;

namespace Inventory.Domain.Supply;

/// <summary>A promise that belongs to an order, and what became of its units: sums since it was made.</summary>
/// <param name="Promise">The promise.</param>
/// <param name="Order">The order.</param>
/// <param name="Units">How many were promised.</param>
/// <param name="Arrived">How many have come in, held for the order.</param>
/// <param name="GivenUp">How many the order has given up.</param>
/// <param name="Seen">How many of those that arrived are on the order's record.</param>
[GenerateSerializer, Immutable, Alias("supply-claim")]
public sealed record SupplyClaim(
    [property: Id(0)] RequestId Promise,
    [property: Id(1)] RequestId Order,
    [property: Id(2)] long Units,
    [property: Id(3)] long Arrived,
    [property: Id(4)] long GivenUp,
    [property: Id(5)] long Seen)
{
    /// <summary>Units that are still to come.</summary>
    public long Left => Units - Arrived - GivenUp;

    /// <summary>True once nothing is to come and the order knows all: it may be forgotten.</summary>
    public bool IsOver => Left == 0 && Seen == Arrived;
}

/// <summary>
/// The promises of one stock's supply that belong to orders. One is kept until its order has said that it knows everything about it, so that no word that
/// is lost on its way loses a unit. Belongs to its <see cref="SupplyRecord"/>.
/// </summary>
public sealed class SupplyClaims
{
    private readonly Dictionary<RequestId, SupplyClaim> _claims = [];

    /// <summary>How many there are.</summary>
    public int Count => _claims.Count;

    /// <summary>All of them, in no order.</summary>
    public IReadOnlyCollection<SupplyClaim> All => _claims.Values;

    /// <summary>The one with this name; null if there is none (any more).</summary>
    public SupplyClaim? Find(RequestId promise) => _claims.GetValueOrDefault(promise);

    internal void Make(SupplyCommand command)
    {
        if (command.Order != default)
        {
            _claims.Add(command.Id, new SupplyClaim(command.Id, command.Order, command.Units, 0, 0, 0));
        }
    }

    internal void Arrive(RequestId promise, long units)
    {
        if (_claims.TryGetValue(promise, out var claim))
        {
            _claims[promise] = claim with { Arrived = claim.Arrived + units };
        }
    }

    /// <summary>Takes note of what an order says.</summary>
    /// <returns>Units that are given up with it.</returns>
    internal long Settle(SupplyCommand command)
    {
        var before = _claims[command.Promise];
        var after = before with { GivenUp = command.Units, Seen = command.Seen };
        Invariant.Holds(after.GivenUp >= before.GivenUp && after.Seen >= before.Seen && after.Seen <= after.Arrived && after.Left >= 0);
        _claims[command.Promise] = after;
        if (after.IsOver)
        {
            _claims.Remove(command.Promise);
        }

        return after.GivenUp - before.GivenUp;
    }
}
