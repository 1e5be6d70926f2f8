using System.CommandLine;
using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Inventory.V1;

namespace Inventory.Cli.Commands;

/// <summary>Which orders are meant, by the time at which they were placed and by their state.</summary>
internal sealed class PlacedInput
{
    private readonly Option<DateTimeOffset?> _from = Time("--placed-from", "Only orders placed then or later: a date or a time such as 2026-11-24T10:00:00Z.");
    private readonly Option<DateTimeOffset?> _until = Time("--placed-until", "Only orders placed before then; a date means its beginning, in UTC.");

    /// <summary>Names of states; may be repeated.</summary>
    public static Option<OrderState[]> States() => new("--state")
    {
        Description = $"Only in this state: {Names.List(Names.OrderStates)}; may be repeated.",
        HelpName = "state",
        CustomParser = result =>
        {
            foreach (var token in result.Tokens.Where(token => !Names.OrderStates.ContainsKey(token.Value)))
            {
                result.AddError($"--state '{token.Value}' must be {Names.List(Names.OrderStates)}.");
            }

            return [.. result.Tokens.Select(token => Names.OrderStates.GetValueOrDefault(token.Value))];
        },
    };

    public void AddTo(Command command)
    {
        command.Options.Add(_from);
        command.Options.Add(_until);
    }

    /// <summary>True if a time was given.</summary>
    public bool IsGiven(System.CommandLine.Parsing.SymbolResult result) => result.GetResult(_from) is not null || result.GetResult(_until) is not null;

    /// <summary>The times; null where none was given.</summary>
    public (Timestamp? From, Timestamp? Until) Read(ParseResult parsed) => (
        parsed.GetValue(_from) is { } from ? Timestamp.FromDateTimeOffset(from) : null,
        parsed.GetValue(_until) is { } until ? Timestamp.FromDateTimeOffset(until) : null);

    private static Option<DateTimeOffset?> Time(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "time",
        CustomParser = result =>
        {
            var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
            if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
            {
                return time;
            }

            result.AddError($"{name} '{text}' must be a date or a time such as 2026-11-24 or 2026-11-24T10:00:00Z.");
            return null;
        },
    };
}
