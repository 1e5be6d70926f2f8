using System.Collections.Immutable;
using Google.Protobuf.WellKnownTypes;
using Inventory.Domain;
using Inventory.Domain.Orders;
using Inventory.Domain.Routing;
using Inventory.Grains;
using Inventory.Grpc.Errors;
using Inventory.V1;
using Actor = Inventory.Domain.Orders.Actor;
using OrderContent = Inventory.Domain.Orders.OrderContent;

namespace Inventory.Grpc.Mapping;

/// <summary>Requests of the order service. What is wrong goes to the violations; the result is then not to be used.</summary>
internal static class OrderRequests
{
    /// <summary>What is ordered.</summary>
    /// <param name="content">As it was sent.</param>
    /// <param name="used">The policies that are used.</param>
    /// <param name="violations">Takes what is wrong.</param>
    public static OrderContent Content(V1.OrderContent? content, PolicySet used, ref Violations violations)
    {
        content ??= new V1.OrderContent();
        if (content.Lines.Count is 0 or > Domain.Limits.OrderLinesMax)
        {
            violations.Add("content.lines", $"has {content.Lines.Count}; it must have 1 to {Domain.Limits.OrderLinesMax}.");
        }

        var lines = ImmutableArray.CreateBuilder<OrderedLine>(content.Lines.Count);
        for (var i = 0; i < content.Lines.Count && i < Domain.Limits.OrderLinesMax; i++)
        {
            lines.Add(Line(content.Lines[i], content.Delivery, i, ref violations));
        }

        if (content.Customer.Length > Limits.CustomerCharsMax || content.Customer.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            violations.Add("content.customer", $"must have 0 to {Limits.CustomerCharsMax} printable ASCII characters without spaces.");
        }

        if (content.Policy.Length > 0 && used.Named(content.Policy) is null)
        {
            violations.Add("content.policy", $"must be empty or one of {string.Join(", ", used.Active.Select(policy => policy.Name))}.");
        }

        Condition(content.Tier, "content.tier", ref violations);
        Condition(content.Region, "content.region", ref violations);

        return new OrderContent(
            lines.ToImmutable(),
            content.Customer,
            Fields.Channel(content.Channel, ref violations),
            Times.Ms(content.Ttl, "content.ttl", Domain.Limits.TtlMsMin, Domain.Limits.TtlMsMax, Limits.TtlMsDefault, ref violations),
            Ms(content.PromiseByTime),
            content.Policy,
            content.Partial,
            content.Tier,
            content.Region);
    }

    /// <summary>The locations that an order names, with the fields that name them.</summary>
    public static IEnumerable<(string Field, LocationId Location)> Places(V1.OrderContent content, OrderContent read)
    {
        for (var i = 0; i < read.Lines.Length; i++)
        {
            if (read.Lines[i].Wish.Location is { } location)
            {
                yield return (content.Lines[i].Delivery is null ? "content.delivery.location_id" : $"content.lines[{i}].delivery.location_id", location);
            }
        }
    }

    /// <summary>Who does it.</summary>
    public static Actor By(V1.Actor? by, ref Violations violations)
    {
        by ??= new V1.Actor();
        Note(by.Who, "by.who", ref violations);
        Note(by.Why, "by.why", ref violations);
        var channel = Channel.Web;
        if (by.Channel.Length > 0 && !Channel.TryParse(by.Channel, out channel, out var problem))
        {
            violations.Add("by.channel", problem);
        }

        return new Actor(channel, by.Who, by.Why);
    }

    /// <summary>Some units of some lines; empty means all that the step can concern.</summary>
    public static ImmutableArray<Domain.Orders.LineUnits> Lines(IList<OrderLineUnits> lines, ref Violations violations)
    {
        if (lines.Count > Domain.Limits.OrderLinesMax)
        {
            violations.Add("lines", $"has {lines.Count}; an order has at most {Domain.Limits.OrderLinesMax}.");
            return [];
        }

        var seen = new HashSet<int>();
        var read = ImmutableArray.CreateBuilder<Domain.Orders.LineUnits>(lines.Count);
        for (var i = 0; i < lines.Count; i++)
        {
            if (lines[i].Line < 0 || lines[i].Line >= Domain.Limits.OrderLinesMax)
            {
                violations.Add($"lines[{i}].line", $"is {lines[i].Line}; it must be 0 to {Domain.Limits.OrderLinesMax - 1}.");
            }
            else if (!seen.Add(lines[i].Line))
            {
                violations.Add($"lines[{i}].line", "must name each line once.");
            }

            read.Add(new Domain.Orders.LineUnits(lines[i].Line, Fields.Units(lines[i].Units, $"lines[{i}].units", 1, ref violations)));
        }

        return read.MoveToImmutable();
    }

    /// <summary>When orders were placed.</summary>
    public static PlacedBetween Placed(Timestamp? from, Timestamp? until, ref Violations violations)
    {
        var placed = new PlacedBetween(Ms(from), Ms(until));
        if (until is not null && placed.UntilMs <= placed.FromMs)
        {
            violations.Add("placed_until_time", "must be later than placed_from_time, and than the year 1970.");
        }

        return placed;
    }

    /// <summary>Which orders are to be moved for the better.</summary>
    public static ImproveOnly Only(ReoptimizeOrdersRequest request, ref Violations violations)
    {
        var (orders, locations) = (ImmutableArray.CreateBuilder<RequestId>(), ImmutableArray.CreateBuilder<LocationId>());
        if (request.OrderIds.Count > Domain.Limits.ImprovedMax)
        {
            violations.Add("order_ids", $"has {request.OrderIds.Count}; it must have at most {Domain.Limits.ImprovedMax}.");
        }

        if (request.LocationIds.Count > Limits.ImprovedLocationsMax)
        {
            violations.Add("location_ids", $"has {request.LocationIds.Count}; it must have at most {Limits.ImprovedLocationsMax}.");
        }

        if (request.Policies.Count > Domain.Limits.PoliciesMax)
        {
            violations.Add("policies", $"has {request.Policies.Count}; it must have at most {Domain.Limits.PoliciesMax}.");
        }

        for (var i = 0; i < request.OrderIds.Count && i < Domain.Limits.ImprovedMax; i++)
        {
            orders.Add(Fields.Order(request.OrderIds[i], ref violations, $"order_ids[{i}]").Request);
        }

        for (var i = 0; i < request.LocationIds.Count && i < Limits.ImprovedLocationsMax; i++)
        {
            locations.Add(Fields.Location(request.LocationIds[i], $"location_ids[{i}]", ref violations));
        }

        return new ImproveOnly
        {
            Orders = orders.ToImmutable(),
            Locations = locations.ToImmutable(),
            Policies = [.. request.Policies],
            Placed = Placed(request.PlacedFromTime, request.PlacedUntilTime, ref violations),
        };
    }

    private static long Ms(Timestamp? time) => time is null ? 0 : (time.Seconds * 1_000) + (time.Nanos / 1_000_000);

    private static OrderedLine Line(V1.OrderLine line, Delivery? usual, int i, ref Violations violations)
    {
        var field = $"content.lines[{i}]";
        var sku = Fields.Sku(line.Sku, $"{field}.sku", ref violations);
        var units = Fields.Units(line.Units, $"{field}.units", 1, ref violations);
        var value = Fields.Units(line.UnitValueMinor, $"{field}.unit_value_minor", 0, ref violations);
        if (line.UnitGrams is < 0 or > 1_000_000_000)
        {
            violations.Add($"{field}.unit_grams", $"is {line.UnitGrams}; it must be 0 to 1000000000.");
        }

        var goods = (line.Hazardous ? Handling.Hazardous : 0) | (line.Oversized ? Handling.Oversized : 0);
        var wish = Wish(line.Delivery ?? usual, line.Delivery is null ? "content.delivery" : $"{field}.delivery", ref violations);
        return new OrderedLine(sku, units, wish, value, line.UnitGrams, goods);
    }

    /// <summary>How units reach the customer after all: DECIDE_LATER is no choice.</summary>
    public static Wish Choice(Delivery? delivery, ref Violations violations)
    {
        if (delivery is { Kind: DeliveryKind.DecideLater })
        {
            violations.Add("delivery.kind", "must be COLLECT_AT, COLLECT_NEAR, SHIP or FITTING: the choice was left open before.");
            return default;
        }

        return Wish(delivery, "delivery", ref violations);
    }

    private static Wish Wish(Delivery? delivery, string field, ref Violations violations)
    {
        switch (delivery?.Kind)
        {
            case DeliveryKind.CollectAt or DeliveryKind.Fitting:
                return new Wish(
                    delivery.Kind == DeliveryKind.CollectAt ? WishKind.CollectAt : WishKind.Fitting,
                    Fields.Location(delivery.LocationId, $"{field}.location_id", ref violations));
            case DeliveryKind.CollectNear:
                return new Wish(WishKind.CollectNear, Point: Fields.Point(delivery.Point, $"{field}.point", ref violations));
            case DeliveryKind.Ship:
                return new Wish(WishKind.Ship, Point: Fields.Point(delivery.Point, $"{field}.point", ref violations));
            case DeliveryKind.DecideLater:
                return new Wish(
                    WishKind.DecideLater, Point: delivery.Point is null ? null : Fields.Point(delivery.Point, $"{field}.point", ref violations));
            default:
                violations.Add($"{field}.kind", "must say how the line reaches the customer: COLLECT_AT, COLLECT_NEAR, SHIP, FITTING or DECIDE_LATER.");
                return default;
        }
    }

    private static void Condition(string text, string field, ref Violations violations)
    {
        if (text.Length > Domain.Limits.TierCharactersMax || !Text.IsPlain(text))
        {
            violations.Add(field, $"must have at most {Domain.Limits.TierCharactersMax} characters without control characters.");
        }
    }

    private static void Note(string note, string field, ref Violations violations)
    {
        if (note.Length > Domain.Limits.NoteCharactersMax || !Text.IsPlain(note))
        {
            violations.Add(field, $"must have at most {Domain.Limits.NoteCharactersMax} characters without control characters.");
        }
    }
}
