using Inventory.Domain.Codec;
using Inventory.Domain.Supply;
using Inventory.Domain.Tests.Codec;

namespace Inventory.Domain.Tests.Supply;

/// <summary>Promises that belong to orders: kept until the order knows what became of them.</summary>
public sealed class SupplyClaimTests
{
    private static readonly RequestId s_promise = RequestId.Parse("promise");
    private static readonly RequestId s_order = RequestId.Parse("order");
    private readonly SupplyRecord _supply = new();
    private readonly List<SupplyEvent> _events = [];
    private int _ids;

    [Fact]
    public void A_promise_of_an_order_is_kept_until_the_order_knows_what_arrived()
    {
        Begin();
        Assert.Equal(SupplyOutcome.AlreadyAccepted, Do(Promise()));
        Arrive(3);
        Assert.Equal((3L, 0L, 1L), Standing());
        Assert.Equal(SupplyOutcome.Accepted, Settle(givenUp: 0, seen: 3));
        Assert.Equal(SupplyOutcome.AlreadyAccepted, Settle(givenUp: 0, seen: 3));
        Arrive(1);
        Assert.Empty(_supply.Promises);
        Assert.Equal((4L, 0L, 0L), Standing());
        Assert.Equal(SupplyOutcome.Accepted, Settle(givenUp: 0, seen: 9)); // no more than came
        Assert.Equal(SupplyOutcome.NoSuchPromise, Settle(givenUp: 0, seen: 4));
        Assert.Equal(0, _supply.Claims.Count);
    }

    [Fact]
    public void Units_are_given_up_once_however_often_it_is_said_and_no_more_than_are_left()
    {
        Begin();
        Assert.Equal(SupplyOutcome.BelongsToOrder, Do(new SupplyCommand(SupplyVerb.Release, NewId(), default, 1, Promise: s_promise)));
        Assert.Equal(SupplyOutcome.NoSuchPromise, Do(new SupplyCommand(SupplyVerb.Settle, default, default, 1, Promise: s_promise) { Order = s_promise }));
        Assert.Equal(SupplyOutcome.Accepted, Settle(givenUp: 1, seen: 0));
        Assert.Equal(SupplyOutcome.AlreadyAccepted, Settle(givenUp: 1, seen: 0));
        Assert.Equal(SupplyOutcome.AlreadyAccepted, Settle(givenUp: 0, seen: 0)); // an older word that comes late
        Assert.Equal((0L, 1L, 3L), Standing());
        Arrive(2);
        Assert.Equal(SupplyOutcome.Accepted, Settle(givenUp: 4, seen: 0)); // two of these have come
        Assert.Equal((2L, 2L, 0L), Standing());
        Assert.Empty(_supply.Promises);
        Assert.Equal(8, SupplyAllotment.Of(_supply).Free(0).Sum(static each => each.Left));
    }

    [Fact]
    public void Bytes_of_promises_of_orders_are_pinned_and_read_back()
    {
        Begin();
        Arrive(2);
        Settle(givenUp: 1, seen: 2);
        Golden.Check("supply-claim-events", _events.Select(change => (change.GetType().Name, SupplyCodec.Encode(change))));
        Assert.All(Golden.Read("supply-claim-events"), sample => Assert.Equal(sample.Bytes, SupplyCodec.Encode(SupplyCodec.Decode(sample.Bytes))));
    }

    // Ten are expected, four of them promised to an order.
    private void Begin()
    {
        Assert.Equal(SupplyOutcome.Accepted, Do(new SupplyCommand(SupplyVerb.Expect, NewId(), default, 10, "PO-1", 5_000, 90)));
        Assert.Equal(SupplyOutcome.Accepted, Do(Promise()));
    }

    private static SupplyCommand Promise() =>
        new(SupplyVerb.Promise, s_promise, default, 4, AtMs: 5_000, Channel: Channel.Web, Reference: "ORDER~1") { Order = s_order };

    private void Arrive(long units)
    {
        Assert.Equal(SupplyOutcome.Accepted, Do(new SupplyCommand(SupplyVerb.Receive, NewId(), default, units, "PO-1")));
        Apply(new ArrivalDecided(1_000, []));
    }

    private SupplyOutcome Settle(long givenUp, long seen) =>
        Do(new SupplyCommand(SupplyVerb.Settle, default, default, givenUp, Promise: s_promise) { Order = s_order, Seen = seen });

    private (long Arrived, long GivenUp, long Left) Standing() =>
        _supply.Claims.Find(s_promise) is { } claim ? (claim.Arrived, claim.GivenUp, claim.Left) : default;

    private SupplyOutcome Do(SupplyCommand command)
    {
        var outcome = SupplyRules.Judge(_supply, command, SupplyCodec.HashOf(command), 1_000, out var change);
        if (change is not null)
        {
            Apply(change);
        }

        return outcome;
    }

    private void Apply(SupplyEvent change)
    {
        _events.Add(change);
        _supply.Apply(SupplyCodec.Decode(SupplyCodec.Encode(change)));
    }

    private RequestId NewId() => RequestId.Parse($"write-{_ids++}");
}
