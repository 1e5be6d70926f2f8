using System.CommandLine;
using Inventory.V1;

namespace Inventory.Cli.Commands;

/// <summary>stock: import, show, list, expiring, receive, adjust, count, move, policy.</summary>
internal static class StockCommands
{
    public static Command Create() => new("stock", "What is on the shelves.")
    {
        StockImport.Create(), Show(), List(), ExpiringLots.Create(), Receive(), Adjust(), Count(), Move(), Policy(),
    };

    private static Command Show()
    {
        var (sku, location, channel) = (Arguments.Sku(), Arguments.Location(), Arguments.Channel());
        var command = new Command("show", "Show one stock with its ledger.") { sku, location, channel };
        command.SetAction(async (parsed, stop) =>
        {
            using var connection = Connection.Open(parsed);
            var request = new GetStockRequest
            {
                Key = Arguments.Key(parsed.GetValue(sku)!, parsed.GetValue(location)!),
                Channel = parsed.GetValue(channel),
            };
            var answer = await new StockService.StockServiceClient(connection)
                .GetStockAsync(request, null, Connection.Deadline(parsed), stop);
            return Output.Show(parsed, answer, () => StockPrinter.Print(answer.Stock, parsed.GetValue(channel)!));
        });
        return command;
    }

    private static Command List()
    {
        var (location, channel) = (Arguments.Location(), Arguments.Channel());
        var limit = Arguments.Whole("--limit", "At most this many.", 100, 1, 10_000_000);
        var command = new Command("list", "List the stocks of a location.") { location, channel, limit };
        command.SetAction(async (parsed, stop) =>
        {
            using var connection = Connection.Open(parsed);
            var client = new StockService.StockServiceClient(connection);
            var request = new ListStocksRequest { LocationId = parsed.GetValue(location), Channel = parsed.GetValue(channel), PageSize = 1000 };
            var left = parsed.GetValue(limit);
            var stocks = new List<Stock>();
            do
            {
                var page = await client.ListStocksAsync(request, null, Connection.Deadline(parsed), stop);
                stocks.AddRange(page.Stocks.Take(left - stocks.Count));
                request.PageToken = page.NextPageToken;
            }
            while (request.PageToken.Length > 0 && stocks.Count < left);
            if (parsed.GetValue(Connection.Json))
            {
                stocks.ForEach(Output.Json);
            }
            else
            {
                StockPrinter.Print(stocks, parsed.GetValue(location)!);
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static Command Receive()
    {
        var condition = Arguments.Condition();
        return Write("receive", "Add units that came in.", async (client, write) =>
        {
            var request = new ReceiveStockRequest
            {
                Lot = write.Lot, BestBefore = write.BestBefore, RequestId = write.RequestId, Key = write.Key, Units = write.Units,
                Condition = write.Parsed.ConditionOf(condition),
            };
            var answer = await client.ReceiveStockAsync(request, null, write.Deadline, write.Stop);
            return Output.Decided(write.Parsed, answer, answer.Decision, $"Received {write.Units:N0}; version {answer.Decision.Version}.");
        }, condition);
    }

    private static Command Adjust()
    {
        var condition = Arguments.Condition();
        var reason = new Option<AdjustReason>("--reason")
        {
            Description = $"Why: {Names.List(Names.Reasons)}.",
            HelpName = "reason",
            Required = true,
            CustomParser = result => Names.Parse(result, "--reason", Names.Reasons),
        };
        return Write("adjust", "Add or take units for a reason (negative units take).", async (client, write) =>
        {
            var request = new AdjustStockRequest
            {
                Lot = write.Lot, BestBefore = write.BestBefore, RequestId = write.RequestId, Key = write.Key, Units = write.Units,
                Reason = write.Parsed.GetValue(reason), Condition = write.Parsed.ConditionOf(condition),
            };
            var answer = await client.AdjustStockAsync(request, null, write.Deadline, write.Stop);
            return Output.Decided(write.Parsed, answer, answer.Decision, $"Adjusted by {write.Units:N0}; version {answer.Decision.Version}.");
        }, condition, reason);
    }

    private static Command Count()
    {
        var condition = Arguments.Condition();
        var seen = Arguments.Long("--seen-version", "Version of the stock when the counter looked; as of now if not given.");
        return Write("count", "Set on hand to what was counted; sales since the count are kept.", async (client, write) =>
        {
            var request = new CountStockRequest
            {
                Lot = write.Lot, BestBefore = write.BestBefore, RequestId = write.RequestId, Key = write.Key, CountedUnits = write.Units,
                SeenVersion = write.Parsed.GetValue(seen), Condition = write.Parsed.ConditionOf(condition),
            };
            var answer = await client.CountStockAsync(request, null, write.Deadline, write.Stop);
            return Output.Decided(write.Parsed, answer, answer.Decision, $"On hand changed by {answer.ChangedUnits:+#,0;-#,0;0}.");
        }, condition, seen);
    }

    private static Command Move()
    {
        var from = Arguments.Condition("--from", "Condition now");
        var to = Arguments.Condition("--to", "Condition from now on", required: true);
        return Write("move", "Move units from one condition to another.", async (client, write) =>
        {
            var (before, after) = (write.Parsed.ConditionOf(from), write.Parsed.GetValue(to));
            var request = new MoveStockRequest
            {
                RequestId = write.RequestId, Key = write.Key, Units = write.Units, From = before, To = after, Lot = write.Lot, BestBefore = write.BestBefore,
            };
            var answer = await client.MoveStockAsync(request, null, write.Deadline, write.Stop);
            return Output.Decided(write.Parsed, answer, answer.Decision, 
                $"Moved {write.Units:N0} from {Names.Of(Names.Conditions, before)} to {Names.Of(Names.Conditions, after)}.");
        }, from, to);
    }

    private static Command Policy()
    {
        var (sku, location, requestId) = (Arguments.Sku(), Arguments.Location(), Arguments.RequestId());
        var safety = Arguments.Long("--safety", "Units never promised.");
        var oversell = Arguments.Long("--oversell", "Units that may be promised beyond what is there.");
        var min = Arguments.Long("--min", "Fewest units of a reservation; 0 means 1.");
        var max = Arguments.Long("--max", "Most units of a reservation; 0 means no rule.");
        var fence = new Option<string[]>("--ring-fence") 
        {
            Description = "Units kept for a channel, as CHANNEL=UNITS; may be repeated.",
            HelpName = "channel=units",
        };
        var command = new Command("policy", "Set the rules by which a stock may be promised, all of them: what is not given is 0.")
        {
            sku, location, safety, oversell, min, max, fence, requestId,
        };
        command.SetAction(async (parsed, stop) =>
        {
            var policy = new StockPolicy
            {
                SafetyStockUnits = parsed.GetValue(safety),
                OversellUnits = parsed.GetValue(oversell),
                MinUnitsPerReservation = parsed.GetValue(min),
                MaxUnitsPerReservation = parsed.GetValue(max),
            };
            policy.RingFences.AddRange((parsed.GetValue(fence) ?? []).Select(ParseFence));
            using var connection = Connection.Open(parsed);
            var request = new SetStockPolicyRequest
            {
                RequestId = parsed.IdOf(requestId),
                Key = Arguments.Key(parsed.GetValue(sku)!, parsed.GetValue(location)!),
                Policy = policy,
            };
            var answer = await new StockService.StockServiceClient(connection)
                .SetStockPolicyAsync(request, null, Connection.Deadline(parsed), stop);
            return Output.Decided(parsed, answer, answer.Decision, "Policy set.");
        });
        return command;
    }

    private static RingFence ParseFence(string text)
    {
        var parts = text.Split('=');
        return parts.Length == 2 && long.TryParse(parts[1], out var units)
            ? new RingFence { Channel = parts[0], Units = units }
            : throw new BadInputException($"--ring-fence '{text}' is wrong; write it as CHANNEL=UNITS, such as app=20.");
    }

    private static Command Write(
        string name, string description, Func<StockService.StockServiceClient, StockWrite, Task<int>> call, params Option[] more)
    {
        var (sku, location, units, requestId) = (Arguments.Sku(), Arguments.Location(), Arguments.Units(), Arguments.RequestId());
        var (lot, bestBefore) = (Arguments.Lot(), Arguments.BestBefore());
        var command = new Command(name, description) { sku, location, units, lot, bestBefore, requestId };
        foreach (var option in more)
        {
            command.Options.Add(option);
        }

        command.SetAction(async (parsed, stop) =>
        {
            using var connection = Connection.Open(parsed);
            var write = new StockWrite(
                parsed,
                parsed.IdOf(requestId),
                Arguments.Key(parsed.GetValue(sku)!, parsed.GetValue(location)!),
                parsed.GetValue(units),
                parsed.GetValue(lot) ?? "",
                parsed.GetValue(bestBefore) ?? "",
                Connection.Deadline(parsed),
                stop);
            return await call(new StockService.StockServiceClient(connection), write);
        });
        return command;
    }

    private sealed record StockWrite(
        ParseResult Parsed, string RequestId, StockKey Key, long Units, string Lot, string BestBefore, DateTime Deadline, CancellationToken Stop);
}
