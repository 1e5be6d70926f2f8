using System.CommandLine;
using System.Globalization;
using Inventory.V1;
using Timestamp = Google.Protobuf.WellKnownTypes.Timestamp;

namespace Inventory.Cli.Commands;

/// <summary>How goods reach the customer, as options.</summary>
internal sealed class DeliveryInput(bool canDecideLater)
{
    private readonly Option<string?> _collect = new("--collect") { Description = "Collected at this location.", HelpName = "id" };
    private readonly Option<string?> _near = new("--collect-near") { Description = "Collected near this point.", HelpName = "lat,lon" };
    private readonly Option<string?> _ship = new("--ship") { Description = "Sent to this point.", HelpName = "lat,lon" };
    private readonly Option<string?> _fitting = new("--fitting") { Description = "Laid aside at this location to be tried on.", HelpName = "id" };
    private readonly Option<bool> _later = new("--decide-later") { Description = "Held now; collected or sent as the customer says later." };

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _collect, _near, _ship, _fitting }.Concat(canDecideLater ? [_later] : []))
        {
            command.Options.Add(option);
        }
    }

    public bool IsEmpty(ParseResult parsed) => Given(parsed) == 0;

    public Delivery Read(ParseResult parsed)
    {
        if (Given(parsed) != 1)
        {
            throw new BadInputException("Say how the goods reach the customer, in one way: --collect ID, --collect-near LAT,LON, --ship LAT,LON"
                + (canDecideLater ? ", --fitting ID or --decide-later." : " or --fitting ID."));
        }

        return parsed.GetValue(_collect) is { } place ? new Delivery { Kind = DeliveryKind.CollectAt, LocationId = place }
            : parsed.GetValue(_fitting) is { } fitting ? new Delivery { Kind = DeliveryKind.Fitting, LocationId = fitting }
            : parsed.GetValue(_near) is { } near ? new Delivery { Kind = DeliveryKind.CollectNear, Point = Arguments.Point(near, "--collect-near") }
            : parsed.GetValue(_ship) is { } to ? new Delivery { Kind = DeliveryKind.Ship, Point = Arguments.Point(to, "--ship") }
            : new Delivery { Kind = DeliveryKind.DecideLater };
    }

    private int Given(ParseResult parsed) =>
        new[] { _collect, _near, _ship, _fitting }.Count(option => parsed.GetValue(option) is not null)
        + (canDecideLater && parsed.GetValue(_later) ? 1 : 0);
}

/// <summary>What is ordered, as arguments and options.</summary>
internal sealed class OrderInput(bool isRequired)
{
    private readonly DeliveryInput _delivery = new(canDecideLater: true);
    private readonly Argument<string[]> _lines = new("lines")
    {
        Description = "What is ordered, as SKU or SKU=UNITS.",
        Arity = isRequired ? ArgumentArity.OneOrMore : ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string?> _customer = new("--customer") { Description = "Your reference to the customer.", HelpName = "reference" };
    private readonly Option<string> _channel = Arguments.Channel();
    private readonly Option<TimeSpan?> _ttl = Arguments.Ttl();
    private readonly Option<string?> _policy = new("--policy") { Description = "The routing policy, such as nearest.", HelpName = "name" };
    private readonly Option<bool> _partial = new("--partial") { Description = "Take what can be had instead of all or nothing." };
    private readonly Option<string?> _promiseBy = new("--promise-by")
    {
        Description = "The latest promise that will do, such as 2026-03-09T17:00Z.", HelpName = "time",
    };

    public void AddTo(Command command)
    {
        command.Arguments.Add(_lines);
        _delivery.AddTo(command);
        foreach (var option in new Option[] { _customer, _channel, _ttl, _policy, _partial, _promiseBy })
        {
            command.Options.Add(option);
        }
    }

    public bool IsEmpty(ParseResult parsed) => (parsed.GetValue(_lines) ?? []).Length == 0 && _delivery.IsEmpty(parsed);

    public OrderContent Read(ParseResult parsed)
    {
        var lines = parsed.GetValue(_lines) ?? [];
        if (lines.Length == 0)
        {
            throw new BadInputException("<lines> is missing: what is ordered, as SKU or SKU=UNITS, or --quote ID.");
        }

        var content = new OrderContent
        {
            Delivery = _delivery.Read(parsed),
            Customer = parsed.GetValue(_customer) ?? "",
            Channel = parsed.GetValue(_channel),
            Ttl = Arguments.ToDuration(parsed.GetValue(_ttl)),
            Policy = parsed.GetValue(_policy) ?? "",
            Partial = parsed.GetValue(_partial),
            PromiseByTime = Time(parsed.GetValue(_promiseBy)),
        };
        content.Lines.AddRange(lines.Select(Line));
        return content;
    }

    private static OrderLine Line(string text)
    {
        var (equals, units) = (text.LastIndexOf('='), 1L);
        if (text.StartsWith('-') || text.Length == 0 || equals == 0 || (equals > 0 && !long.TryParse(text.AsSpan(equals + 1), out units)))
        {
            throw new BadInputException($"'{text}' is wrong; write it as SKU or SKU=UNITS, such as MUG-001=2.");
        }

        return new OrderLine { Sku = equals < 0 ? text : text[..equals], Units = units };
    }

    private static Timestamp? Time(string? text) =>
        text is null ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? Timestamp.FromDateTimeOffset(time)
        : throw new BadInputException($"--promise-by '{text}' is no time; write it like 2026-03-09T17:00Z.");
}

/// <summary>Who does something and why, as options.</summary>
internal sealed class ActorInput
{
    private readonly Option<string?> _who = new("--who") { Description = "Who does it, for the audit.", HelpName = "name" };
    private readonly Option<string?> _why = new("--why") { Description = "Why, for the audit.", HelpName = "words" };
    private readonly Option<string?> _via = new("--via") { Description = "Through which channel, for the audit. Default web.", HelpName = "channel" };

    public void AddTo(Command command)
    {
        command.Options.Add(_who);
        command.Options.Add(_why);
        command.Options.Add(_via);
    }

    public Actor Read(ParseResult parsed) =>
        new() { Who = parsed.GetValue(_who) ?? "", Why = parsed.GetValue(_why) ?? "", Channel = parsed.GetValue(_via) ?? "" };
}
