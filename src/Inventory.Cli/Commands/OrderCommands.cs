using System.CommandLine;
using Google.Protobuf;
using Inventory.V1;

namespace Inventory.Cli.Commands;

/// <summary>order: what a customer wants, promised, routed, fulfilled and taken back.</summary>
internal static class OrderCommands
{
    public static Command Create() => new("order", "Orders: promised, routed to locations, fulfilled and taken back.")
    {
        Quote(),
        Place(),
        OrderSteps.Confirm(),
        OrderSteps.Extend(),
        OrderSteps.Choose(),
        OrderSteps.Retry(),
        OrderSteps.Pick(),
        OrderSteps.Ready(),
        OrderSteps.Collect(),
        OrderSteps.Ship(),
        OrderSteps.Reject(),
        OrderSteps.Cancel(),
        OrderSteps.Return(),
        OrderSteps.Exchange(),
        Get("get", "Show an order."),
        Get("explain", "Show why an order's locations were chosen, what each term cost, and which others were looked at."),
        List(),
        Watch(),
        Reoptimize(),
    };

    internal static OrderService.OrderServiceClient Client(Grpc.Core.ChannelBase channel) => new(channel);

    internal static Argument<string> Order() => new("order") { Description = "The order's id, such as ORDER~TOKEN." };

    private static Command Quote()
    {
        var content = new OrderInput(isRequired: true);
        var hold = Arguments.Span("--hold", "Hold it so long, such as 90s or 15m, so that it can be redeemed as it stands. Nothing is held if not given.");
        var by = new ActorInput();
        var requestId = Arguments.RequestId();
        var command = new Command("quote", "What would be promised, by whom, when and at what cost.") { hold, requestId };
        content.AddTo(command);
        by.AddTo(command);
        command.SetAction(async (parsed, stop) =>
        {
            using var channel = Connection.Open(parsed);
            var request = new QuoteOrderRequest { Content = content.Read(parsed), Hold = Arguments.ToDuration(parsed.GetValue(hold)) };
            if (request.Hold is not null)
            {
                (request.RequestId, request.By) = (parsed.IdOf(requestId), by.Read(parsed));
            }

            var answer = await Client(channel).QuoteOrderAsync(request, null, Connection.Deadline(parsed), stop);
            var done = answer.QuoteId.Length > 0 ? $"Held as {answer.QuoteId} until {Output.Time(answer.ExpireTime)}." : "Nothing is held.";
            return Decided(parsed, answer, answer.Decision, done, () => OrderPrinter.Print(answer));
        });
        return command;
    }

    private static Command Place()
    {
        var content = new OrderInput(isRequired: false);
        var quote = new Option<string?>("--quote") { Description = "Redeem this quote as it stands; lines need not be repeated.", HelpName = "id" };
        var by = new ActorInput();
        var requestId = Arguments.RequestId();
        var command = new Command("place", "Choose locations and hold the units there, all or none, until the order is confirmed.") { quote, requestId };
        content.AddTo(command);
        by.AddTo(command);
        command.SetAction(async (parsed, stop) =>
        {
            using var channel = Connection.Open(parsed);
            var request = new PlaceOrderRequest
            {
                RequestId = parsed.IdOf(requestId),
                QuoteId = parsed.GetValue(quote) ?? "",
                Content = parsed.GetValue(quote) is not null && content.IsEmpty(parsed) ? null : content.Read(parsed),
                By = by.Read(parsed),
            };
            var answer = await Client(channel).PlaceOrderAsync(request, null, Connection.Deadline(parsed), stop);
            var code = Decided(parsed, answer, answer.Decision, $"Placed as {answer.Order?.Id}.", () => OrderPrinter.Print(answer.Order));
            if (code != ExitCode.Done)
            {
                OrderPrinter.PrintShort(answer.Order);
            }

            return code;
        });
        return command;
    }

    private static Command Get(string name, string description)
    {
        var order = Order();
        var command = new Command(name, description) { order };
        command.SetAction(async (parsed, stop) =>
        {
            using var channel = Connection.Open(parsed);
            var request = new GetOrderRequest { OrderId = parsed.GetValue(order), ExplainSupply = name == "explain" };
            var answer = await Client(channel).GetOrderAsync(request, null, Connection.Deadline(parsed), stop);
            return name == "explain"
                ? Output.Show(parsed, OrderExplainer.Json(answer.Order), () => OrderExplainer.Print(answer.Order))
                : Output.Show(parsed, answer, () =>
                {
                    OrderPrinter.Print(answer.Order);
                    OrderPrinter.PrintNotes(answer.Order);
                });
        });
        return command;
    }

    private static Command List()
    {
        var customer = new Option<string?>("--customer") { Description = "Only of this customer.", HelpName = "reference" };
        var location = new Option<string?>("--location", "-l") { Description = "Only with something left to do at this location.", HelpName = "id" };
        var states = PlacedInput.States();
        var placed = new PlacedInput();
        var limit = Arguments.Whole("--limit", "At most this many.", 100, 1, 10_000);
        var command = new Command("list", "List orders: of a customer, of a location, in a state, or all.") { customer, location, states, limit };
        placed.AddTo(command);
        command.SetAction(async (parsed, stop) =>
        {
            using var channel = Connection.Open(parsed);
            var request = new ListOrdersRequest
            {
                Customer = parsed.GetValue(customer) ?? "", LocationId = parsed.GetValue(location) ?? "", PageSize = Math.Min(50, parsed.GetValue(limit)),
            };
            request.States.AddRange(parsed.GetValue(states) ?? []);
            (request.PlacedFromTime, request.PlacedUntilTime) = placed.Read(parsed);
            var all = new ListOrdersResponse();
            do
            {
                var page = await Client(channel).ListOrdersAsync(request, null, Connection.Deadline(parsed), stop);
                all.Orders.AddRange(page.Orders.Take(parsed.GetValue(limit) - all.Orders.Count));
                request.PageToken = all.NextPageToken = page.NextPageToken;
            }
            while (request.PageToken.Length > 0 && all.Orders.Count < parsed.GetValue(limit));
            return Output.Show(parsed, all, () => OrderPrinter.Print(all));
        });
        return command;
    }

    private static Command Watch()
    {
        var order = Order();
        var command = new Command("watch", "Show an order as it is, then again after each change, until Ctrl-C.") { order };
        command.SetAction(async (parsed, stop) =>
        {
            using var channel = Connection.Open(parsed);
            using var watch = Client(channel).WatchOrder(new WatchOrderRequest { OrderId = parsed.GetValue(order) }, cancellationToken: stop);
            while (await watch.ResponseStream.MoveNext(stop))
            {
                Output.Show(parsed, watch.ResponseStream.Current, () => OrderPrinter.Print(watch.ResponseStream.Current.Order));
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static Command Reoptimize()
    {
        var least = Arguments.Long("--least-saving", "Leave orders alone of which less is saved, in minor units of the currency. Default 1.");
        var ids = new Option<string[]>("--order", "-o") { Description = "Only this order; may be repeated.", HelpName = "id" };
        var locations = Arguments.Locations("Only orders with something left to do at this location; may be repeated.");
        var policies = new Option<string[]>("--policy") { Description = "Only orders that this policy routed last; may be repeated.", HelpName = "name" };
        var placed = new PlacedInput();
        var command = new Command("reoptimize", "Move what nobody picks yet of confirmed orders to locations that do it cheaper and no later.")
        {
            least, ids, locations, policies,
        };
        placed.AddTo(command);
        command.SetAction(async (parsed, stop) =>
        {
            using var channel = Connection.Open(parsed);
            var (from, until) = placed.Read(parsed);
            var request = new ReoptimizeOrdersRequest
            {
                RequestId = Guid.NewGuid().ToString(), LeastSavingMinor = parsed.GetValue(least), PlacedFromTime = from, PlacedUntilTime = until,
            };
            request.OrderIds.AddRange(parsed.GetValue(ids) ?? []);
            request.LocationIds.AddRange(parsed.GetValue(locations) ?? []);
            request.Policies.AddRange(parsed.GetValue(policies) ?? []);
            var all = new ReoptimizeOrdersResponse();
            do
            {
                var round = await Client(channel).ReoptimizeOrdersAsync(request, null, Connection.Deadline(parsed), stop);
                all.LookedOrders += round.LookedOrders;
                all.SavedMinor += round.SavedMinor;
                all.Moved.AddRange(round.Moved);
                request.PageToken = round.NextPageToken;
            }
            while (request.PageToken.Length > 0);
            return Output.Show(parsed, all, () => OrderPrinter.Print(all));
        });
        return command;
    }

    /// <summary>As <see cref="Output.Decided"/>, with a table after what was done.</summary>
    internal static int Decided(ParseResult parsed, IMessage answer, Decision decision, string done, Action table)
    {
        var code = Output.Decided(parsed, answer, decision, done);
        if (code == ExitCode.Done && !parsed.GetValue(Connection.Json))
        {
            table();
        }

        return code;
    }
}
