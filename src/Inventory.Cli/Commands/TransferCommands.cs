using System.CommandLine;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Inventory.V1;
using Option = System.CommandLine.Option;

namespace Inventory.Cli.Commands;

/// <summary>transfer: moves units between locations.</summary>
internal static class TransferCommands
{
    private static readonly IReadOnlyDictionary<string, LossReason> s_reasons = new Dictionary<string, LossReason>(StringComparer.OrdinalIgnoreCase)
    {
        ["lost"] = LossReason.Lost, ["damaged"] = LossReason.Damaged,
    };

    public static Command Create() => new("transfer", "Move units from one location to another; none is ever lost without a reason on record.")
    {
        Draft(), Change(), Ship(), Receive(), Close(), Reschedule(), Cancel(), Show(), List(),
    };

    private static Command Draft()
    {
        var from = new Argument<string>("from") { Description = "The location that sends." };
        var to = new Argument<string>("to") { Description = "The location that receives." };
        var lines = Lines("What to move, as SKU=UNITS, each SKU once.", ArgumentArity.OneOrMore);
        var hold = new Option<bool>("--hold") { Description = "Hold the units at the source, so that they are not sold meanwhile: all or none." };
        var expected = Arguments.Date("--expected", "When they are expected to arrive");
        var reference = new Option<string?>("--reference") { Description = "Your own reference.", HelpName = "text" };
        var (requestId, who, why) = (Arguments.RequestId(), Who(), Why());
        var command = new Command("create", "Make a draft.") { from, to, lines, hold, expected, reference, requestId, who, why };
        command.SetAction(async (parsed, stop) =>
        {
            var request = new CreateTransferRequest
            {
                RequestId = parsed.IdOf(requestId),
                FromLocationId = parsed.GetValue(from),
                ToLocationId = parsed.GetValue(to),
                Lines = { parsed.GetValue(lines)!.Select(ParseUnits) },
                Hold = parsed.GetValue(hold),
                ExpectedTime = parsed.GetValue(expected) is { } at ? Timestamp.FromDateTimeOffset(at) : null,
                Reference = parsed.GetValue(reference) ?? "",
                By = By(parsed, who, why),
            };
            using var channel = Connection.Open(parsed);
            var answer = await Client(channel).CreateTransferAsync(request, null, Connection.Deadline(parsed), stop);
            return Told(parsed, answer, answer.Decision, $"Drafted as {answer.Transfer?.Id}.", answer.Refused);
        });
        return command;
    }

    private static Command Change() => Step("change", "Replace the lines of a draft.", ArgumentArity.OneOrMore, async (client, call) =>
    {
        var request = new ChangeTransferRequest
        {
            RequestId = call.RequestId, TransferId = call.Transfer, Lines = { call.Lines.Select(ParseUnits) }, By = call.By,
        };
        var answer = await client.ChangeTransferAsync(request, null, call.Deadline, call.Stop);
        return Told(call.Parsed, answer, answer.Decision, "Changed.", answer.Refused);
    });

    private static Command Ship()
    {
        var expected = Arguments.Date("--expected", "When they are expected to arrive");
        return Step("ship", "Send units off: all that are planned, or those named.", ArgumentArity.ZeroOrMore, async (client, call) =>
        {
            var request = new ShipTransferRequest
            {
                RequestId = call.RequestId,
                TransferId = call.Transfer,
                Lines = { call.Lines.Select(ParseUnits) },
                ExpectedTime = call.Parsed.GetValue(expected) is { } at ? Timestamp.FromDateTimeOffset(at) : null,
                By = call.By,
            };
            var answer = await client.ShipTransferAsync(request, null, call.Deadline, call.Stop);
            var code = Told(call.Parsed, answer, answer.Decision, $"Shipped; {Stands(answer.Transfer)}.", answer.Refused);
            TransferPrinter.PrintConcerned(call.Parsed, answer.Concerned);
            return code;
        }, expected);
    }

    private static Command Receive()
    {
        var surplus = new Option<bool>("--accept-surplus") { Description = "Also take what is beyond that in transit; it is noted as over-delivered." };
        return Step(
            "receive", "Take units in: all that are in transit, or those named as SKU=UNITS or SKU=UNITS:CONDITION.", ArgumentArity.ZeroOrMore,
            async (client, call) =>
            {
                var request = new ReceiveTransferRequest
                {
                    RequestId = call.RequestId,
                    TransferId = call.Transfer,
                    Lines = { call.Lines.Select(ParseReceived) },
                    AcceptSurplus = call.Parsed.GetValue(surplus),
                    By = call.By,
                };
                var answer = await client.ReceiveTransferAsync(request, null, call.Deadline, call.Stop);
                var code = Told(call.Parsed, answer, answer.Decision, $"Received; {Stands(answer.Transfer)}.", answer.Refused);
                SupplyPrinter.PrintFulfilled(call.Parsed, answer.Fulfilled);
                TransferPrinter.PrintConcerned(call.Parsed, answer.Concerned);
                return code;
            },
            surplus);
    }

    private static Command Close()
    {
        var reason = new Option<LossReason>("--reason")
        {
            Description = $"Why what is in transit does not come in: {Names.List(s_reasons)}.",
            HelpName = "reason",
            Required = true,
            CustomParser = result => Names.Parse(result, "--reason", s_reasons),
        };
        return Step("close", "Write off what is in transit and end the transfer; with units named, only those.", ArgumentArity.ZeroOrMore,
            async (client, call) =>
            {
                var request = new CloseTransferRequest
                {
                    RequestId = call.RequestId,
                    TransferId = call.Transfer,
                    Reason = call.Parsed.GetValue(reason),
                    Lines = { call.Lines.Select(ParseUnits) },
                    By = call.By,
                };
                var answer = await client.CloseTransferAsync(request, null, call.Deadline, call.Stop);
                var code = Told(call.Parsed, answer, answer.Decision, $"Closed; {Stands(answer.Transfer)}.", []);
                TransferPrinter.PrintConcerned(call.Parsed, answer.Concerned);
                return code;
            },
            reason);
    }

    private static Command Reschedule()
    {
        var expected = Arguments.Date("--expected", "When they are expected to arrive now; without it, nobody knows");
        return Step("reschedule", "Name another time of arrival: what the destination expects follows.", ArgumentArity.Zero, async (client, call) =>
        {
            var at = call.Parsed.GetValue(expected);
            var request = new RescheduleTransferRequest
            {
                RequestId = call.RequestId,
                TransferId = call.Transfer,
                ExpectedTime = at is { } time ? Timestamp.FromDateTimeOffset(time) : null,
                By = call.By,
            };
            var answer = await client.RescheduleTransferAsync(request, null, call.Deadline, call.Stop);
            var now = at is null ? "nobody knows when" : "expected " + Output.Time(request.ExpectedTime);
            var code = Told(call.Parsed, answer, answer.Decision, $"Rescheduled; {now}.", []);
            TransferPrinter.PrintConcerned(call.Parsed, answer.Concerned);
            return code;
        }, expected);
    }

    private static Command Cancel() => Step("cancel", "Give a draft up.", ArgumentArity.Zero, async (client, call) =>
    {
        var request = new CancelTransferRequest { RequestId = call.RequestId, TransferId = call.Transfer, By = call.By };
        var answer = await client.CancelTransferAsync(request, null, call.Deadline, call.Stop);
        return Told(call.Parsed, answer, answer.Decision, "Cancelled.", []);
    });

    private static Command Show()
    {
        var transfer = Transfer();
        var command = new Command("show", "Show a transfer.") { transfer };
        command.SetAction(async (parsed, stop) =>
        {
            using var channel = Connection.Open(parsed);
            var request = new GetTransferRequest { TransferId = parsed.GetValue(transfer) };
            var answer = await Client(channel).GetTransferAsync(request, null, Connection.Deadline(parsed), stop);
            return Output.Show(parsed, answer, () => TransferPrinter.Print(answer.Transfer));
        });
        return command;
    }

    private static Command List()
    {
        var location = new Option<string?>("--location", "-l")
        {
            Description = "From or to this location; without it, all that are not over.",
            HelpName = "id",
        };
        var states = new Option<TransferState[]>("--state")
        {
            Description = $"Only in this state, may be repeated: {Names.List(TransferPrinter.States)}.",
            HelpName = "state",
            CustomParser = static result =>
            {
                var wrong = result.Tokens.FirstOrDefault(token => !TransferPrinter.States.ContainsKey(token.Value));
                if (wrong is not null)
                {
                    result.AddError($"--state '{wrong.Value}' must be {Names.List(TransferPrinter.States)}.");
                    return [];
                }

                return [.. result.Tokens.Select(static token => TransferPrinter.States[token.Value])];
            },
        };
        var command = new Command("list", "List transfers.") { location, states };
        command.SetAction(async (parsed, stop) =>
        {
            using var channel = Connection.Open(parsed);
            var request = new ListTransfersRequest { LocationId = parsed.GetValue(location) ?? "", PageSize = 50 };
            request.States.AddRange(parsed.GetValue(states) ?? []);
            var found = new List<Transfer>();
            do
            {
                var page = await Client(channel).ListTransfersAsync(request, null, Connection.Deadline(parsed), stop);
                found.AddRange(page.Transfers);
                request.PageToken = page.NextPageToken;
            }
            while (request.PageToken.Length > 0);
            if (parsed.GetValue(Connection.Json))
            {
                found.ForEach(Output.Json);
                return ExitCode.Done;
            }

            TransferPrinter.Print(found);
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Step(
        string name, string description, ArgumentArity arity, Func<TransferService.TransferServiceClient, StepCall, Task<int>> call, params Option[] more)
    {
        var transfer = Transfer();
        var lines = Lines("Only these units, as SKU=UNITS.", arity);
        var (requestId, who, why) = (Arguments.RequestId(), Who(), Why());
        var command = new Command(name, description) { transfer };
        if (arity.MaximumNumberOfValues > 0)
        {
            command.Arguments.Add(lines);
        }

        foreach (var option in more.Append(requestId).Append(who).Append(why))
        {
            command.Options.Add(option);
        }

        command.SetAction(async (parsed, stop) =>
        {
            using var channel = Connection.Open(parsed);
            var texts = command.Arguments.Contains(lines) ? parsed.GetValue(lines) ?? [] : [];
            var step = new StepCall(
                parsed, parsed.IdOf(requestId), parsed.GetValue(transfer)!, texts, By(parsed, who, why), Connection.Deadline(parsed), stop);
            return await call(Client(channel), step);
        });
        return command;
    }

    private static int Told(ParseResult parsed, IMessage answer, Decision decision, string done, IEnumerable<RefusedTransferLine> refused)
    {
        var lines = refused.Select(line => new ErrorDetail(
            line.Sku, $"{line.Units:N0} refused ({Names.Of(line.RefusalReason)}): {line.RefusalMessage}")).ToArray();
        var code = Output.Decided(parsed, answer, decision, done, lines);
        foreach (var line in lines)
        {
            Errors.Line($"  {line.Field}: {line.Description}");
        }

        return code;
    }

    private static string Stands(Transfer? transfer) => transfer is null ? "gone" : "now " + Names.Of(TransferPrinter.States, transfer.State);

    private static Argument<string> Transfer() => new("transfer") { Description = "The transfer's id." };

    private static Argument<string[]> Lines(string description, ArgumentArity arity) => new("lines") { Description = description, Arity = arity };

    private static Option<string?> Who() => new("--who") { Description = "Who does it, for the record.", HelpName = "name" };

    private static Option<string?> Why() => new("--why") { Description = "Why, for the record.", HelpName = "text" };

    private static Actor By(ParseResult parsed, Option<string?> who, Option<string?> why) =>
        new() { Who = parsed.GetValue(who) ?? "", Why = parsed.GetValue(why) ?? "" };

    private static TransferUnits ParseUnits(string text)
    {
        var (sku, units, lot, rest) = Split(text);
        return rest.Length == 0
            ? new TransferUnits { Sku = sku, Units = units, Lot = lot }
            : throw Wrong(text, "SKU=UNITS, such as MUG-001=12, or to ship or close a lot as SKU=UNITS@LOT");
    }

    private static ReceivedUnits ParseReceived(string text)
    {
        var (sku, units, lot, rest) = Split(text);
        var condition = Condition.Sellable;
        return rest.Length == 0 || Names.Conditions.TryGetValue(rest, out condition)
            ? new ReceivedUnits { Sku = sku, Units = units, Condition = condition, Lot = lot }
            : throw Wrong(text, $"SKU=UNITS, SKU=UNITS@LOT or SKU=UNITS:CONDITION with {Names.List(Names.Conditions)}, such as MUG-001=2:damaged");
    }

    private static (string Sku, long Units, string Lot, string After) Split(string text)
    {
        var equals = text.LastIndexOf('=');
        var colon = equals < 0 ? -1 : text.IndexOf(':', equals);
        var end = colon < 0 ? text.Length : colon;
        var at = equals < 0 ? -1 : text.IndexOf('@', equals, end - equals);
        var units = 0L;
        if (equals <= 0 || !long.TryParse(text.AsSpan((equals + 1)..(at < 0 ? end : at)), out units))
        {
            throw Wrong(text, "SKU=UNITS, such as MUG-001=12");
        }

        return (text[..equals], units, at < 0 ? "" : text[(at + 1)..end], colon < 0 ? "" : text[(colon + 1)..]);
    }

    private static BadInputException Wrong(string text, string right) => new($"'{text}' is wrong; write it as {right}.");

    private static TransferService.TransferServiceClient Client(ChannelBase channel) => new(channel);

    private sealed record StepCall(
        ParseResult Parsed, string RequestId, string Transfer, string[] Lines, Actor By, DateTime Deadline, CancellationToken Stop);
}
