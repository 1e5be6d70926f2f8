using System.CommandLine;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Inventory.V1;
using Option = System.CommandLine.Option;

namespace Inventory.Cli.Commands;

/// <summary>supply: what is announced, and what of it is promised.</summary>
internal static class SupplyCommands
{
    public static Command Create() => new("supply", "Goods that are not there yet: announced by suppliers, promised to customers.")
    {
        Expect(), Receive(), Promise(), Release(), Show(), List(),
    };

    private static Command Expect()
    {
        var due = Arguments.Date("--due", "When they are due");
        var confidence = Arguments.Whole("--confidence", "How sure that is, in percent.", 100, 1, 100);
        return Write("expect", "Announce units, or another number or day of them; 0 units cancel.", true, [due, confidence], async (client, call) =>
        {
            if (call.Units > 0 && call.Parsed.GetValue(due) is null)
            {
                throw new BadInputException("--due is missing: when they are due, such as 2026-12-24; only 0 units, which cancel, need none.");
            }

            var answer = await client.ExpectSupplyAsync(new ExpectSupplyRequest
            {
                RequestId = call.RequestId,
                Key = call.Key,
                Name = call.Name,
                Units = call.Units,
                DueTime = call.Parsed.GetValue(due) is { } at ? Timestamp.FromDateTimeOffset(at) : null,
                ConfidencePercent = call.Parsed.GetValue(confidence),
            }, null, call.Deadline, call.Stop);
            var isOverdue = call.Units > 0 && call.Parsed.GetValue(due) <= TimeProvider.System.GetUtcNow();
            var noted = isOverdue ? "Noted. That time is over: nothing of it is promised until another is announced." : "Noted.";
            var code = Output.Decided(call.Parsed, answer, answer.Decision, noted);
            PrintConcerned(call.Parsed, answer.Concerned);
            return code;
        });
    }

    private static Command Receive()
    {
        var (lot, bestBefore) = (Arguments.Lot("Of a SKU with lots: the lot that came."), Arguments.BestBefore());
        return Write("receive", "Take announced units in; what is promised is held at once.", true, [lot, bestBefore], async (client, call) =>
        {
            var request = new ReceiveSupplyRequest
            {
                RequestId = call.RequestId, Key = call.Key, Name = call.Name, Units = call.Units,
                Lot = call.Parsed.GetValue(lot) ?? "", BestBefore = call.Parsed.GetValue(bestBefore) ?? "",
            };
            return await Receive(client, call, request);
        });
    }

    private static async Task<int> Receive(SupplyService.SupplyServiceClient client, WriteCall call, ReceiveSupplyRequest request)
    {
        var answer = await client.ReceiveSupplyAsync(request, null, call.Deadline, call.Stop);
        var code = Output.Decided(call.Parsed, answer, answer.Decision, $"Received; {answer.FreeUnits:N0} free.");
        SupplyPrinter.PrintFulfilled(call.Parsed, answer.Fulfilled);
        PrintConcerned(call.Parsed, answer.Concerned);
        return code;
    }

    private static Command Promise()
    {
        var by = Arguments.Date("--by", "By when");
        var confidence = Arguments.Whole("--confidence", "Only from supply at least so sure, in percent.", 0, 0, 100);
        var channel = Arguments.Channel();
        var reference = new Option<string?>("--reference") { Description = "The order or customer that waits.", HelpName = "text" };
        return Write("promise", "Promise units before they are there.", false, [by, confidence, channel, reference], async (client, call) =>
        {
            var answer = await client.PromiseSupplyAsync(new PromiseSupplyRequest
            {
                RequestId = call.RequestId,
                Key = call.Key,
                Units = call.Units,
                ByTime = call.Parsed.GetValue(by) is { } at ? Timestamp.FromDateTimeOffset(at) : null,
                MinConfidencePercent = call.Parsed.GetValue(confidence),
                Channel = call.Parsed.GetValue(channel),
                Reference = call.Parsed.GetValue(reference) ?? "",
            }, null, call.Deadline, call.Stop);
            return Output.Decided(call.Parsed, answer, answer.Decision, $"Promised as {answer.PromiseId}.");
        });
    }

    private static Command Release()
    {
        var (sku, location) = (Arguments.Sku(), Arguments.Location());
        var promise = new Argument<string>("promise") { Description = "The promise's id." };
        var units = Arguments.Long("--units", "Only so many; all that wait if not given.");
        var requestId = Arguments.RequestId();
        var command = new Command("release", "Give a promise back.") { sku, location, promise, units, requestId };
        command.SetAction(async (parsed, stop) =>
        {
            using var channel = Connection.Open(parsed);
            var answer = await Client(channel).ReleaseSupplyAsync(new ReleaseSupplyRequest
            {
                RequestId = parsed.IdOf(requestId),
                Key = Arguments.Key(parsed.GetValue(sku)!, parsed.GetValue(location)!),
                PromiseId = parsed.GetValue(promise),
                Units = parsed.GetValue(units),
            }, null, Connection.Deadline(parsed), stop);
            var code = Output.Decided(parsed, answer, answer.Decision, "Released.");
            PrintConcerned(parsed, answer.Concerned);
            return code;
        });
        return command;
    }

    private static Command Show()
    {
        var (sku, location) = (Arguments.Sku(), Arguments.Location());
        var (by, confidence, channel) = (By(), Confidence(), Arguments.Channel());
        var command = new Command("show", "What can be promised of a stock by a day, and what that stands on.") { sku, location, by, confidence, channel };
        command.SetAction(async (parsed, stop) =>
        {
            using var open = Connection.Open(parsed);
            var answer = await Client(open).GetSupplyAsync(new GetSupplyRequest
            {
                Key = Arguments.Key(parsed.GetValue(sku)!, parsed.GetValue(location)!),
                ByTime = parsed.GetValue(by) is { } at ? Timestamp.FromDateTimeOffset(at) : null,
                MinConfidencePercent = parsed.GetValue(confidence),
                Channel = parsed.GetValue(channel),
            }, null, Connection.Deadline(parsed), stop);
            return Output.Show(parsed, answer, () => SupplyPrinter.Print(answer.Supply));
        });
        return command;
    }

    private static Command List()
    {
        var sku = new Option<string?>("--sku") { Description = "Of this SKU.", HelpName = "sku" };
        var location = new Option<string?>("--location", "-l") { Description = "At this location.", HelpName = "id" };
        var (by, confidence, channel) = (By(), Confidence(), Arguments.Channel());
        var command = new Command("list", "The stocks of a SKU or a location for which anything is expected or promised.")
        {
            sku, location, by, confidence, channel,
        };
        command.SetAction(async (parsed, stop) =>
        {
            using var open = Connection.Open(parsed);
            var request = new ListSupplyRequest
            {
                Sku = parsed.GetValue(sku) ?? "",
                LocationId = parsed.GetValue(location) ?? "",
                ByTime = parsed.GetValue(by) is { } at ? Timestamp.FromDateTimeOffset(at) : null,
                MinConfidencePercent = parsed.GetValue(confidence),
                Channel = parsed.GetValue(channel),
                PageSize = 50,
            };
            var found = new List<Supply>();
            do
            {
                var page = await Client(open).ListSupplyAsync(request, null, Connection.Deadline(parsed), stop);
                found.AddRange(page.Supplies);
                request.PageToken = page.NextPageToken;
            }
            while (request.PageToken.Length > 0);
            if (parsed.GetValue(Connection.Json))
            {
                found.ForEach(Output.Json);
                return ExitCode.Done;
            }

            SupplyPrinter.Print(found);
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Write(
        string name, string description, bool isNamed, Option[] more, Func<SupplyService.SupplyServiceClient, WriteCall, Task<int>> call)
    {
        var (sku, location, units, requestId) = (Arguments.Sku(), Arguments.Location(), Arguments.Units(), Arguments.RequestId());
        var receipt = new Argument<string>("name") { Description = "Your name of the announcement, such as an order number." };
        var command = new Command(name, description) { sku, location };
        if (isNamed)
        {
            command.Arguments.Add(receipt);
        }

        command.Arguments.Add(units);
        foreach (var option in more.Append(requestId))
        {
            command.Options.Add(option);
        }

        command.SetAction(async (parsed, stop) =>
        {
            using var channel = Connection.Open(parsed);
            var key = Arguments.Key(parsed.GetValue(sku)!, parsed.GetValue(location)!);
            var announced = isNamed ? parsed.GetValue(receipt)! : "";
            return await call(
                Client(channel), new WriteCall(parsed, parsed.IdOf(requestId), key, announced, parsed.GetValue(units), Connection.Deadline(parsed), stop));
        });
        return command;
    }

    private static void PrintConcerned(ParseResult parsed, IEnumerable<SupplyPromise> concerned)
    {
        if (!parsed.GetValue(Connection.Json))
        {
            foreach (var each in concerned)
            {
                Console.Out.WriteLine($"  concerned: {SupplyPrinter.Line(each)}");
            }
        }
    }

    private static Option<DateTimeOffset?> By() => Arguments.Date("--by", "Count what is due by then; all that is expected if not given");

    private static Option<int> Confidence() => Arguments.Whole("--confidence", "Count only supply at least so sure, in percent.", 0, 0, 100);

    private static SupplyService.SupplyServiceClient Client(ChannelBase channel) => new(channel);

    private sealed record WriteCall(
        ParseResult Parsed, string RequestId, StockKey Key, string Name, long Units, DateTime Deadline, CancellationToken Stop);
}
