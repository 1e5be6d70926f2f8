using System.CommandLine;
using Google.Protobuf;
using Inventory.V1;

namespace Inventory.Cli.Commands;

/// <summary>reserve and every step after it.</summary>
internal static class ReservationCommands
{
    public static Command Reserve()
    {
        var lines = new Argument<string[]>("lines")
        {
            Description = "What to hold, as SKU@LOCATION or SKU@LOCATION=UNITS; several are all held or none.",
            Arity = ArgumentArity.OneOrMore,
        };
        var channel = Arguments.Channel();
        var ttl = Arguments.Ttl();
        var partial = new Option<bool>("--partial") { Description = "Hold what can be held instead of all or nothing." };
        var requestId = Arguments.RequestId();
        var command = new Command("reserve", "Hold units until they are confirmed, released or their time has passed.")
        {
            lines, channel, ttl, partial, requestId,
        };
        command.SetAction(async (parsed, stop) =>
        {
            var request = new ReserveRequest
            {
                RequestId = parsed.IdOf(requestId),
                Channel = parsed.GetValue(channel),
                Ttl = Arguments.ToDuration(parsed.GetValue(ttl)),
                Partial = parsed.GetValue(partial),
            };
            request.Lines.AddRange(parsed.GetValue(lines)!.Select(ParseLine));
            using var channelToService = Connection.Open(parsed);
            var answer = await Client(channelToService)
                .ReserveAsync(request, deadline: Connection.Deadline(parsed), cancellationToken: stop);
            var done = $"Held as {answer.ReservationId} until {Output.Time(answer.ExpireTime)}.";
            var refused = RefusedLines(answer).ToArray();
            var code = Output.Decided(parsed, answer, answer.Decision, done, refused);
            foreach (var line in refused)
            {
                Errors.Line($"  {line.Field}: {line.Description}");
            }

            return code;
        });
        return command;
    }

    public static Command Confirm() => Step("confirm", "Make a reservation firm.", async (client, step) =>
    {
        var answer = await client.ConfirmReservationAsync(
            new ConfirmReservationRequest { RequestId = step.RequestId, ReservationId = step.Reservation }, null, step.Deadline, step.Stop);
        return (answer, answer.Decision, "Confirmed.");
    });

    public static Command Extend()
    {
        var ttl = Arguments.Ttl();
        return Step("extend", "Move the expiry of a reservation that is not firm.", async (client, step) =>
        {
            var request = new ExtendReservationRequest
            {
                RequestId = step.RequestId,
                ReservationId = step.Reservation,
                Ttl = Arguments.ToDuration(step.Parsed.GetValue(ttl) ?? TimeSpan.FromMinutes(15)),
            };
            var answer = await client.ExtendReservationAsync(request, null, step.Deadline, step.Stop);
            return (answer, answer.Decision, $"Held until {Output.Time(answer.ExpireTime)}.");
        }, ttl);
    }

    public static Command Release() => Step("release", "Give held units back to the shelf.", async (client, step) =>
    {
        var request = new ReleaseReservationRequest { RequestId = step.RequestId, ReservationId = step.Reservation };
        request.Lines.AddRange(Arguments.LineUnits(step.Lines));
        var answer = await client.ReleaseReservationAsync(request, null, step.Deadline, step.Stop);
        return (answer, answer.Decision, "Released.");
    });

    public static Command Collect() => Step("collect", "Hand held units to the customer.", async (client, step) =>
    {
        var request = new CollectReservationRequest { RequestId = step.RequestId, ReservationId = step.Reservation, Lot = step.Lot };
        request.Lines.AddRange(Arguments.LineUnits(step.Lines));
        var answer = await client.CollectReservationAsync(request, null, step.Deadline, step.Stop);
        return (answer, answer.Decision, "Collected.");
    });

    public static Command Ship() => Step("ship", "Send held units.", async (client, step) =>
    {
        var request = new ShipReservationRequest { RequestId = step.RequestId, ReservationId = step.Reservation, Lot = step.Lot };
        request.Lines.AddRange(Arguments.LineUnits(step.Lines));
        var answer = await client.ShipReservationAsync(request, null, step.Deadline, step.Stop);
        return (answer, answer.Decision, "Shipped.");
    });

    public static Command Return()
    {
        var sku = Arguments.Sku();
        var location = Arguments.Location();
        var units = Arguments.Units();
        var condition = Arguments.Condition();
        var reservation = new Option<string?>("--reservation") { Description = "The reservation that sold them, if known.", HelpName = "id" };
        var requestId = Arguments.RequestId();
        var (lot, bestBefore, lots) = (Arguments.Lot(), Arguments.BestBefore(), Arguments.LotsOf());
        var command = new Command("return", "Take goods back, at any location.")
        {
            sku, location, units, condition, lot, bestBefore, lots, reservation, requestId,
        };
        command.SetAction(async (parsed, stop) =>
        {
            using var channelToService = Connection.Open(parsed);
            var request = new ReturnItemsRequest
            {
                RequestId = parsed.IdOf(requestId),
                Key = Arguments.Key(parsed.GetValue(sku)!, parsed.GetValue(location)!),
                Units = parsed.GetValue(units),
                Condition = parsed.ConditionOf(condition),
                ReservationId = parsed.GetValue(reservation) ?? "",
                Lot = parsed.GetValue(lot) ?? "",
                BestBefore = parsed.GetValue(bestBefore) ?? "",
                Lots = { Arguments.ReturnedLots(parsed.GetValue(lots)) },
            };
            var answer = await Client(channelToService).ReturnItemsAsync(request, null, Connection.Deadline(parsed), stop);
            return Output.Decided(parsed, answer, answer.Decision, "Taken back.");
        });
        return command;
    }

    public static Command Show()
    {
        var reservation = Arguments.Reservation();
        var command = new Command("reservation", "Show a reservation.") { reservation };
        command.SetAction(async (parsed, stop) =>
        {
            using var channelToService = Connection.Open(parsed);
            var answer = await Client(channelToService).GetReservationAsync(
                new GetReservationRequest { ReservationId = parsed.GetValue(reservation) }, null, Connection.Deadline(parsed), stop);
            return Output.Show(parsed, answer, () => ReservationPrinter.Print(answer.Reservation));
        });
        return command;
    }

    public static Command List()
    {
        var sku = Arguments.Sku();
        var location = Arguments.Location();
        var limit = Arguments.Whole("--limit", "At most this many.", 100, 1, 1000);
        var command = new Command("reservations", "List what is held of a SKU at a location.") { sku, location, limit };
        command.SetAction(async (parsed, stop) =>
        {
            using var channelToService = Connection.Open(parsed);
            var request = new ListReservationsRequest
            {
                Key = Arguments.Key(parsed.GetValue(sku)!, parsed.GetValue(location)!),
                PageSize = parsed.GetValue(limit),
            };
            var answer = await Client(channelToService).ListReservationsAsync(request, null, Connection.Deadline(parsed), stop);
            return Output.Show(parsed, answer, () => ReservationPrinter.Print(answer));
        });
        return command;
    }

    private static Command Step(
        string name,
        string description,
        Func<ReservationService.ReservationServiceClient, StepCall, Task<(IMessage Answer, Decision Decision, string Done)>> call,
        params Option[] more)
    {
        var reservation = Arguments.Reservation();
        var requestId = Arguments.RequestId();
        var lines = new Option<string[]>("--line") 
        {
            Description = "Only these units, as LINE=UNITS with lines from 0; may be repeated.",
            HelpName = "line=units",
        };
        var lot = Arguments.Lot("The lot that was taken, of a reservation with one line; else the earliest is.");
        var command = new Command(name, description) { reservation, requestId };
        if (name is "release" or "collect" or "ship")
        {
            command.Options.Add(lines);
        }

        if (name is "collect" or "ship")
        {
            command.Options.Add(lot);
        }

        foreach (var option in more)
        {
            command.Options.Add(option);
        }

        command.SetAction(async (parsed, stop) =>
        {
            using var channelToService = Connection.Open(parsed);
            var step = new StepCall(
                parsed,
                parsed.IdOf(requestId),
                parsed.GetValue(reservation)!,
                command.Options.Contains(lines) ? parsed.GetValue(lines) ?? [] : [],
                command.Options.Contains(lot) ? parsed.GetValue(lot) ?? "" : "",
                Connection.Deadline(parsed),
                stop);
            var (answer, decision, done) = await call(Client(channelToService), step);
            return Output.Decided(parsed, answer, decision, done);
        });
        return command;
    }

    private static ReservationService.ReservationServiceClient Client(Grpc.Core.ChannelBase channel) => new(channel);

    private static ReservationLine ParseLine(string text)
    {
        var at = text.IndexOf('@');
        var equals = text.LastIndexOf('=');
        var units = 1L;
        if (text.StartsWith('-'))
        {
            throw new BadInputException($"'{text}' is no option of reserve; inventory reserve --help lists them.");
        }

        if (at <= 0 || (equals >= 0 && (equals < at || !long.TryParse(text.AsSpan(equals + 1), out units))))
        {
            throw new BadInputException($"'{text}' is wrong; write it as SKU@LOCATION or SKU@LOCATION=UNITS, such as MUG-001@store-01=2.");
        }

        var location = equals < 0 ? text[(at + 1)..] : text[(at + 1)..equals];
        return new ReservationLine { Key = Arguments.Key(text[..at], location), Units = units };
    }

    private static IEnumerable<ErrorDetail> RefusedLines(ReserveResponse answer)
    {
        for (var i = 0; i < answer.Lines.Count; i++)
        {
            if (!answer.Lines[i].Decision.Accepted)
            {
                var component = answer.Lines[i].RefusedComponent;
                yield return new ErrorDetail(
                    $"line {i}{(component.Length > 0 ? $", component {component}" : "")}", Output.Refusal(answer.Lines[i].Decision));
            }
        }
    }

    private sealed record StepCall(
        ParseResult Parsed, string RequestId, string Reservation, string[] Lines, string Lot, DateTime Deadline, CancellationToken Stop);
}
