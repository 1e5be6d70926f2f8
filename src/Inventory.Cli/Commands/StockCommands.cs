using System.CommandLine;
using Grpc.Core;
using Inventory.V1;

namespace Inventory.Cli.Commands;

/// <summary>stock: import, show, list, receive, adjust, count, move, policy.</summary>
internal static class StockCommands
{
    private const int RowsPerMessage = 5_000;
    private static readonly string[] s_columns = ["location_id", "sku", "on_hand"];

    public static Command Create() => new("stock", "What is on the shelves.")
    {
        Import(), Show(), List(), Receive(), Adjust(), Count(), Move(), Policy(),
    };

    private static Command Import()
    {
        var file = new Argument<string>("file") { Description = "CSV with the columns location_id, sku, on_hand. May be gzip." };
        var skipBad = new Option<bool>("--skip-bad") { Description = "Count bad lines instead of stopping at the first." };
        var requestId = Arguments.RequestId();
        var command = new Command("import", "Set on hand of many stocks from a CSV file.") { file, skipBad, requestId };
        command.SetAction(async (parsed, stop) =>
        {
            var (rows, skipped) = CsvTable.Read(parsed.GetValue(file)!, s_columns, Parse, parsed.GetValue(skipBad));
            using var channel = Connection.Open(parsed);
            var client = new StockService.StockServiceClient(channel);
            var counts = new long[4];
            await Progress.RunAsync("rows", rows.Count, tick => SendAsync(client, rows, parsed.GetValue(requestId)!, counts, tick, stop));
            Console.Error.WriteLine(
                $"{counts[1]:N0} changed, {counts[2]:N0} unchanged, {counts[3]:N0} refused, {skipped:N0} bad lines skipped.");
            return counts[3] > 0 ? ExitCode.Refused : ExitCode.Done;
        });
        return command;
    }

    private static async Task SendAsync(
        StockService.StockServiceClient client, List<ImportRow> rows, string id, long[] counts, Action<long> tick, CancellationToken stop)
    {
        using var call = client.ImportStock(cancellationToken: stop);
        var reading = Task.Run(
            async () =>
            {
                await foreach (var answer in call.ResponseStream.ReadAllAsync(stop))
                {
                    foreach (var result in answer.Results)
                    {
                        counts[(int)result]++;
                    }

                    foreach (var problem in answer.Problems)
                    {
                        Console.Error.WriteLine($"row {problem.Row}: {problem.Message}");
                    }

                    tick(answer.Results.Count);
                }
            },
            stop);
        foreach (var chunk in rows.Chunk(RowsPerMessage))
        {
            var message = new ImportStockRequest { RequestId = id };
            message.Rows.AddRange(chunk);
            await call.RequestStream.WriteAsync(message, stop);
        }

        await call.RequestStream.CompleteAsync();
        await reading;
    }

    private static ImportRow Parse(CsvRow row) => new()
    {
        Key = Arguments.Key(row.Text("sku"), row.Text("location_id")),
        OnHandUnits = row.Whole("on_hand", 0, 1_000_000_000),
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
            return Output.Show(parsed, answer, () => StockPrinter.Print(answer.Stock));
        });
        return command;
    }

    private static Command List()
    {
        var (location, channel) = (Arguments.Location(), Arguments.Channel());
        var limit = new Option<int>("--limit") { Description = "At most this many.", DefaultValueFactory = _ => 100 };
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
                StockPrinter.Print(stocks);
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
                RequestId = write.RequestId, Key = write.Key, Units = write.Units, Condition = write.Parsed.GetValue(condition),
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
            Description = "damage, shrink, found, expired, internaluse or correction.",
            Required = true,
        };
        return Write("adjust", "Add or take units for a reason (negative units take).", async (client, write) =>
        {
            var request = new AdjustStockRequest
            {
                RequestId = write.RequestId, Key = write.Key, Units = write.Units,
                Reason = write.Parsed.GetValue(reason), Condition = write.Parsed.GetValue(condition),
            };
            var answer = await client.AdjustStockAsync(request, null, write.Deadline, write.Stop);
            return Output.Decided(write.Parsed, answer, answer.Decision, $"Adjusted by {write.Units:N0}; version {answer.Decision.Version}.");
        }, condition, reason);
    }

    private static Command Count()
    {
        var condition = Arguments.Condition();
        var seen = new Option<long>("--seen-version") { Description = "Version of the stock when the counter looked; 0 means as of now." };
        return Write("count", "Set on hand to what was counted; sales since the count are kept.", async (client, write) =>
        {
            var request = new CountStockRequest
            {
                RequestId = write.RequestId, Key = write.Key, CountedUnits = write.Units,
                SeenVersion = write.Parsed.GetValue(seen), Condition = write.Parsed.GetValue(condition),
            };
            var answer = await client.CountStockAsync(request, null, write.Deadline, write.Stop);
            return Output.Decided(write.Parsed, answer, answer.Decision, $"On hand changed by {answer.ChangedUnits:+#,0;-#,0;0}.");
        }, condition, seen);
    }

    private static Command Move()
    {
        var from = Arguments.Condition("--from");
        var to = new Option<Condition>("--to") { Description = "sellable, damaged, quarantine or display.", Required = true };
        return Write("move", "Move units from one condition to another.", async (client, write) =>
        {
            var request = new MoveStockRequest
            {
                RequestId = write.RequestId, Key = write.Key, Units = write.Units,
                From = write.Parsed.GetValue(from), To = write.Parsed.GetValue(to),
            };
            var answer = await client.MoveStockAsync(request, null, write.Deadline, write.Stop);
            return Output.Decided(write.Parsed, answer, answer.Decision, $"Moved {write.Units:N0}.");
        }, from, to);
    }

    private static Command Policy()
    {
        var (sku, location, requestId) = (Arguments.Sku(), Arguments.Location(), Arguments.RequestId());
        var safety = new Option<long>("--safety") { Description = "Units never promised." };
        var oversell = new Option<long>("--oversell") { Description = "Units that may be promised beyond what is there." };
        var min = new Option<long>("--min") { Description = "Fewest units of a reservation; 0 means 1." };
        var max = new Option<long>("--max") { Description = "Most units of a reservation; 0 means no rule." };
        var fence = new Option<string[]>("--ring-fence") { Description = "Units kept for a channel, as CHANNEL=UNITS; may be repeated." };
        var command = new Command("policy", "Set the rules by which a stock may be promised.")
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
                RequestId = parsed.GetValue(requestId),
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
        var command = new Command(name, description) { sku, location, units, requestId };
        foreach (var option in more)
        {
            command.Options.Add(option);
        }

        command.SetAction(async (parsed, stop) =>
        {
            using var connection = Connection.Open(parsed);
            var write = new StockWrite(
                parsed,
                parsed.GetValue(requestId)!,
                Arguments.Key(parsed.GetValue(sku)!, parsed.GetValue(location)!),
                parsed.GetValue(units),
                Connection.Deadline(parsed),
                stop);
            return await call(new StockService.StockServiceClient(connection), write);
        });
        return command;
    }

    private sealed record StockWrite(
        ParseResult Parsed, string RequestId, StockKey Key, long Units, DateTime Deadline, CancellationToken Stop);
}
