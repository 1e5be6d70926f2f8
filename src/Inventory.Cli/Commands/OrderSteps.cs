using System.CommandLine;
using Google.Protobuf;
using Inventory.V1;

namespace Inventory.Cli.Commands;

/// <summary>Every step of an order after it was placed.</summary>
internal static class OrderSteps
{
    private delegate Task<(IMessage Answer, Decision Decision, Order? Order)> Call(OrderService.OrderServiceClient client, StepCall step);

    public static Command Confirm() => Step("confirm", "Make it firm, as after payment.", "Confirmed.", takes: Takes.None, async (client, step) =>
    {
        var request = new ConfirmOrderRequest { RequestId = step.Id, OrderId = step.Order, By = step.By };
        var answer = await client.ConfirmOrderAsync(request, null, step.Deadline, step.Stop);
        return (answer, answer.Decision, answer.Order);
    });

    public static Command Extend()
    {
        var ttl = Arguments.Ttl();
        return Step("extend", "Hold it for another time.", "Held on.", Takes.None, async (client, step) =>
        {
            var request = new ExtendOrderRequest
            {
                RequestId = step.Id, OrderId = step.Order, By = step.By,
                Ttl = Arguments.ToDuration(step.Parsed.GetValue(ttl) ?? TimeSpan.FromMinutes(15)),
            };
            var answer = await client.ExtendOrderAsync(request, null, step.Deadline, step.Stop);
            return (answer, answer.Decision, answer.Order);
        }, ttl);
    }

    public static Command Choose()
    {
        var delivery = new DeliveryInput(canDecideLater: false);
        var command = Step("choose", "Say how goods reach the customer of which that was left open.", "Chosen.", Takes.Part, async (client, step) =>
        {
            var request = new ChooseDeliveryRequest { RequestId = step.Id, OrderId = step.Order, By = step.By, Delivery = delivery.Read(step.Parsed) };
            if (step.Part is { } part)
            {
                request.Part = part;
            }

            var answer = await client.ChooseDeliveryAsync(request, null, step.Deadline, step.Stop);
            return (answer, answer.Decision, answer.Order);
        });
        delivery.AddTo(command);
        return command;
    }

    public static Command Pick() => Step("pick", "A location begins to pick its part.", "Being picked.", Takes.Part, async (client, step) =>
    {
        var request = new PickOrderRequest { RequestId = step.Id, OrderId = step.Order, By = step.By };
        if (step.Part is { } part)
        {
            request.Part = part;
        }

        var answer = await client.PickOrderAsync(request, null, step.Deadline, step.Stop);
        return (answer, answer.Decision, answer.Order);
    });

    public static Command Retry() => Step("retry", "Look again for locations of units that wait for one.", "Tried again.", Takes.None, async (client, step) =>
    {
        var request = new RetryOrderRequest { RequestId = step.Id, OrderId = step.Order, By = step.By };
        var answer = await client.RetryOrderAsync(request, null, step.Deadline, step.Stop);
        return (answer, answer.Decision, answer.Order);
    });

    public static Command Ready() => Step("ready", "A part is laid ready for the customer or the carrier.", "Ready.", Takes.Part, async (client, step) =>
    {
        var request = new ReadyOrderRequest { RequestId = step.Id, OrderId = step.Order, By = step.By };
        if (step.Part is { } part)
        {
            request.Part = part;
        }

        var answer = await client.ReadyOrderAsync(request, null, step.Deadline, step.Stop);
        return (answer, answer.Decision, answer.Order);
    });

    public static Command Collect() => Step("collect", "Hand units to the customer.", "Collected.", Takes.Units, async (client, step) =>
    {
        var request = new CollectOrderRequest { RequestId = step.Id, OrderId = step.Order, By = step.By, Lines = { step.Lines } };
        if (step.Part is { } part)
        {
            request.Part = part;
        }

        var answer = await client.CollectOrderAsync(request, null, step.Deadline, step.Stop);
        return (answer, answer.Decision, answer.Order);
    });

    public static Command Ship() => Step("ship", "Give units to the carrier.", "Shipped.", Takes.Units, async (client, step) =>
    {
        var request = new ShipOrderRequest { RequestId = step.Id, OrderId = step.Order, By = step.By, Lines = { step.Lines } };
        if (step.Part is { } part)
        {
            request.Part = part;
        }

        var answer = await client.ShipOrderAsync(request, null, step.Deadline, step.Stop);
        return (answer, answer.Decision, answer.Order);
    });

    public static Command Reject() => Step("reject", "A location cannot find units: they are routed to others at once.", "Routed anew.", Takes.Units,
        async (client, step) =>
        {
            var request = new RejectOrderRequest { RequestId = step.Id, OrderId = step.Order, By = step.By, Lines = { step.Lines } };
            request.Part = step.Part ?? throw new BadInputException("--part is missing: which part the location rejects; inventory order get shows them.");
            var answer = await client.RejectOrderAsync(request, null, step.Deadline, step.Stop);
            return (answer, answer.Decision, answer.Order);
        });

    public static Command Cancel() => Step("cancel", "Give back what has not left its location yet.", "Cancelled.", Takes.Units, async (client, step) =>
    {
        var request = new CancelOrderRequest { RequestId = step.Id, OrderId = step.Order, By = step.By, Lines = { step.Lines } };
        if (step.Part is { } part)
        {
            request.Part = part;
        }

        var answer = await client.CancelOrderAsync(request, null, step.Deadline, step.Stop);
        return (answer, answer.Decision, answer.Order);
    });

    public static Command Return()
    {
        var (to, condition, lots) = (To(), Arguments.Condition(), Arguments.LotsOf());
        return Step("return", "Take goods back, at any location.", "Taken back.", Takes.Lines, async (client, step) =>
        {
            var request = new ReturnOrderRequest
            {
                RequestId = step.Id, OrderId = step.Order, By = step.By, Lines = { step.Lines },
                LocationId = step.Parsed.GetValue(to), Condition = step.Parsed.ConditionOf(condition),
                Lots = { Arguments.ReturnedLots(step.Parsed.GetValue(lots)) },
            };
            var answer = await client.ReturnOrderAsync(request, null, step.Deadline, step.Stop);
            return (answer, answer.Decision, answer.Order);
        }, to, condition, lots);
    }

    public static Command Exchange()
    {
        var (to, condition, lots, content) = (To(), Arguments.Condition(), Arguments.LotsOf(), new OrderInput(isRequired: true));
        var command = Step(
            "exchange", "Take goods back and place an order for others: both or neither.", "Exchanged.", Takes.Lines, async (client, step) =>
            {
                var request = new ExchangeOrderRequest
                {
                    RequestId = step.Id, OrderId = step.Order, By = step.By, Lines = { step.Lines }, Content = content.Read(step.Parsed),
                    LocationId = step.Parsed.GetValue(to), Condition = step.Parsed.ConditionOf(condition),
                    Lots = { Arguments.ReturnedLots(step.Parsed.GetValue(lots)) },
                };
                var answer = await client.ExchangeOrderAsync(request, null, step.Deadline, step.Stop);
                return (answer, answer.Decision, answer.NewOrder);
            }, to, condition, lots);
        content.AddTo(command);
        return command;
    }

    private static Option<string> To() => new("--to") { Description = "The location that takes the goods; any.", HelpName = "id", Required = true };

    private static Command Step(string name, string description, string done, Takes takes, Call call, params Option[] more)
    {
        var order = OrderCommands.Order();
        var requestId = Arguments.RequestId();
        var by = new ActorInput();
        var part = new Option<int?>("--part") { Description = "Only this part, from 0.", HelpName = "n" };
        var lines = new Option<string[]>("--line")
        {
            Description = "Only these units, as LINE=UNITS with lines from 0; may be repeated.",
            HelpName = "line=units",
        };
        var command = new Command(name, description) { order, requestId };
        foreach (var option in more.Concat(takes is Takes.Part or Takes.Units ? [part] : []).Concat(takes is Takes.Lines or Takes.Units ? [lines] : []))
        {
            command.Options.Add(option);
        }

        by.AddTo(command);
        command.SetAction(async (parsed, stop) =>
        {
            using var channel = Connection.Open(parsed);
            var units = command.Options.Contains(lines) ? parsed.GetValue(lines) ?? [] : [];
            var step = new StepCall(
                parsed,
                parsed.IdOf(requestId),
                parsed.GetValue(order)!,
                command.Options.Contains(part) ? parsed.GetValue(part) : null,
                [.. Arguments.LineUnits(units).Select(each => new OrderLineUnits { Line = each.Line, Units = each.Units })],
                by.Read(parsed),
                Connection.Deadline(parsed),
                stop);
            var (answer, decision, changed) = await call(OrderCommands.Client(channel), step);
            return OrderCommands.Decided(parsed, answer, decision, done, () => OrderPrinter.Print(changed));
        });
        return command;
    }

    /// <summary>What of an order a step can be told to concern.</summary>
    private enum Takes
    {
        None = 0,
        Part = 1,
        Lines = 2,
        Units = 3,
    }

    private sealed record StepCall(
        ParseResult Parsed,
        string Id,
        string Order,
        int? Part,
        OrderLineUnits[] Lines,
        Actor By,
        DateTime Deadline,
        CancellationToken Stop);
}
