using Inventory.Domain;
using Inventory.Domain.Orders;
using Inventory.Grains;
using Inventory.V1;
using Actor = Inventory.Domain.Orders.Actor;
using OrderContent = Inventory.Domain.Orders.OrderContent;

namespace Inventory.Grpc.Mapping;

/// <summary>Orders as callers see them.</summary>
internal static class OrderMapping
{
    /// <summary>One order.</summary>
    /// <param name="view">The order; null gives null.</param>
    /// <param name="isListed">In a list: without notes and explanation.</param>
    public static Order? Proto(OrderView? view, bool isListed = false)
    {
        if (view is null)
        {
            return null;
        }

        var order = new Order
        {
            Id = new OrderId(view.Id).ToString(),
            Content = Proto(view.Content),
            State = (V1.OrderState)view.State,
            Version = view.Version,
            UpdateTime = Times.Timestamp(view.ChangedAtMs),
            Policy = view.Policy,
            ExchangedOrderId = NameOf(view.Exchanges),
            PolicyVersion = view.PolicyVersion,
            Unfillable = (UnfillableAction)((int)view.Unfillable + 1),
        };
        order.Parts.AddRange(view.Parts.Select(Proto));
        order.Unfilled.AddRange(view.Unfilled.Select(Proto));
        order.Expected.AddRange(view.Expected.Select(Proto));
        if (!isListed)
        {
            order.Notes.Add(Proto(view.Placed));
            order.Notes.AddRange(view.Steps.Select(Proto));
            order.Explanation.AddRange(view.Why);
            order.Routes.AddRange(view.Routes.Select(RouteMapping.Proto));
        }

        return order;
    }

    /// <summary>What would be promised.</summary>
    public static QuoteOrderResponse Proto(OrderQuote quote)
    {
        var response = new QuoteOrderResponse { Decision = Decisions.Of(quote.Outcome, 0), Policy = quote.Policy };
        foreach (var part in quote.Parts)
        {
            var promised = new V1.OrderPart
            {
                Number = response.Parts.Count,
                LocationId = part.Location.Value,
                Kind = (DeliveryKind)part.Kind,
                PromiseTime = Times.Timestamp(part.PromisedAtMs),
                CostMinor = part.CostMinor,
            };
            promised.Lines.AddRange(part.Lines.Select(line => new V1.OrderPartLine { Line = line.Line, Units = line.Units }));
            response.Parts.Add(promised);
        }

        response.Unfilled.AddRange(quote.Unfilled.Select(Proto));
        response.Expected.AddRange(quote.Expected.Select(Proto));
        response.Explanation.AddRange(quote.Why);
        response.PolicyVersion = quote.PolicyVersion;
        response.Unfillable = (UnfillableAction)((int)quote.Unfillable + 1);
        response.Routes.AddRange(quote.Routes.Select(RouteMapping.Proto));
        return response;
    }

    /// <summary>What is promised and held: of an order that is one already, as it is now.</summary>
    public static QuoteOrderResponse Proto(OrderAnswer answer)
    {
        var response = new QuoteOrderResponse { Decision = Decisions.Of(answer.Outcome, answer.Version) };
        if (answer.Order is { } order && answer.Outcome != OrderOutcome.IdReused)
        {
            response.Parts.AddRange(order.Parts.Select(Proto));
            response.Unfilled.AddRange(order.Unfilled.Select(Proto));
            response.Policy = order.Policy;
            response.Explanation.AddRange(order.Why);
            response.QuoteId = order.Parts.IsEmpty ? "" : NameOf(order.Id);
            response.ExpireTime = Times.Timestamp(order.Parts.Select(part => part.ExpiresAtMs).DefaultIfEmpty().Max());
        }

        return response;
    }

    private static V1.OrderContent Proto(OrderContent content)
    {
        var proto = new V1.OrderContent
        {
            Customer = content.Customer,
            Channel = content.Channel.Value,
            Ttl = Times.Duration(content.TtlMs),
            PromiseByTime = Times.Timestamp(content.PromiseByMs),
            Policy = content.Policy,
            Partial = content.Partial,
            Tier = content.Tier,
            Region = content.Region,
        };
        foreach (var line in content.Lines)
        {
            proto.Lines.Add(new V1.OrderLine
            {
                Sku = line.Sku.Value,
                Units = line.Units,
                Delivery = new Delivery
                {
                    Kind = (DeliveryKind)line.Wish.Kind,
                    LocationId = line.Wish.Location?.Value ?? "",
                    Point = line.Wish.Point is { } point ? new GeoPoint { Latitude = point.Latitude, Longitude = point.Longitude } : null,
                },
                UnitValueMinor = line.UnitValueMinor,
                UnitGrams = line.UnitGrams,
                Hazardous = line.Goods.HasFlag(Handling.Hazardous),
                Oversized = line.Goods.HasFlag(Handling.Oversized),
            });
        }

        return proto;
    }

    private static V1.OrderPart Proto(OrderPartView part)
    {
        var proto = new V1.OrderPart
        {
            Number = part.Number,
            LocationId = part.Location.Value,
            Kind = (DeliveryKind)part.Kind,
            State = (OrderPartState)part.State,
            PromiseTime = Times.Timestamp(part.PromisedAtMs),
            ExpireTime = Times.Timestamp(part.ExpiresAtMs),
            CostMinor = part.CostMinor,
        };
        proto.Lines.AddRange(part.Lines.Select(line => new V1.OrderPartLine
        {
            Line = line.Line,
            Units = line.Units,
            LeftUnits = line.Left,
            CollectedUnits = line.Collected,
            ShippedUnits = line.Shipped,
            RejectedUnits = line.Rejected,
            CancelledUnits = line.Cancelled,
            ReturnedUnits = line.Returned,
            MovedUnits = line.Moved,
        }));
        proto.Work.AddRange(part.Work.Select(Proto));
        return proto;
    }

    private static OrderPartWork Proto(PartWork work) => new()
    {
        Kind = (V1.WorkKind)work.Slot.Kind,
        StartTime = Times.Timestamp(work.Slot.StartMs),
        Units = work.Units,
    };

    private static V1.ExpectedPart Proto(ExpectedPartView part)
    {
        var asked = new SupplyAsk(part.Location, part.Kind, part.Line, part.Units, part.Receipt, part.DueMs, part.PromisedAtMs, 0);
        var proto = Proto(asked);
        (proto.FirstPromiseTime, proto.Late) = (Times.Timestamp(part.FirstPromisedAtMs), part.IsLate);
        proto.EndTime = part.EndsAtMs == 0 ? null : Times.Timestamp(part.EndsAtMs);
        proto.Work.AddRange(part.Work.Select(Proto));
        proto.PromiseId = part.Components.IsEmpty ? SupplyMapping.NameOf(part.Promise) : "";
        proto.Components.AddRange(part.Components.Select(static component => new V1.ExpectedComponent
        {
            Sku = component.Sku.Value,
            UnitsPerKit = component.PerKit,
            Units = component.Units,
            KeptUnits = component.Kept,
            PromiseId = component.Promise == default ? "" : SupplyMapping.NameOf(component.Promise),
        }));
        return proto;
    }

    private static V1.ExpectedPart Proto(SupplyAsk ask) => new()
    {
        Components =
        {
            (ask.Kit.IsDefault ? [] : ask.Kit).Select((component, place) => new V1.ExpectedComponent
            {
                Sku = component.Sku.Value,
                UnitsPerKit = component.Units,
                Units = (ask.Units * component.Units) - ask.ShelfOf(place),
                KeptUnits = ask.ShelfOf(place),
            }),
        },
        Line = ask.Line,
        Units = ask.Units,
        LocationId = ask.Location.Value,
        Kind = (DeliveryKind)ask.Kind,
        Receipt = ask.Receipt,
        DueTime = Times.Timestamp(ask.DueMs),
        PromiseTime = Times.Timestamp(ask.PromisedAtMs),
        FirstPromiseTime = Times.Timestamp(ask.PromisedAtMs),
        CostMinor = ask.CostMinor,
        Work = { (ask.Work.IsDefault ? [] : ask.Work).Select(Proto) },
    };

    /// <summary>An announcement that is not promised.</summary>
    public static V1.UnusedSupply Proto(Grains.UnusedSupply unused) => new()
    {
        Line = unused.Line,
        LocationId = unused.Location.Value,
        Name = unused.Receipt,
        Units = unused.Units,
        FreeUnits = unused.Free,
        DueTime = Times.Timestamp(unused.DueMs),
        Overdue = unused.IsOverdue,
        Verdict = (V1.RouteVerdict)(unused.Verdict + 1),
        PromiseTime = unused.PromisedAtMs == 0 ? null : Times.Timestamp(unused.PromisedAtMs),
    };

    private static OrderLineUnits Proto(Domain.Orders.LineUnits line) => new() { Line = line.Line, Units = line.Units };

    private static V1.OrderNote Proto(Grains.OrderNote note) => new()
    {
        Step = note.Verb?.ToString().ToLowerInvariant() ?? "place",
        Time = Times.Timestamp(note.AtMs),
        By = Proto(note.By),
        Accepted = note.Outcome.IsAccepted(),
        NewOrderId = NameOf(note.NewOrder),
    };

    private static string NameOf(RequestId? order) => order is { } id ? new OrderId(id).ToString() : "";

    /// <summary>Who did something.</summary>
    public static V1.Actor Proto(Actor by) => new() { Who = by.Who, Why = by.Why, Channel = by.Channel.Value };
}
