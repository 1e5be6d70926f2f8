using System.CommandLine;
using System.CommandLine.Parsing;

namespace Inventory.Cli;

/// <summary>What is wrong with a command line, in words that say what would be right.</summary>
internal static class UsageProblems
{
    private const int NearlyTheSame = 3;

    /// <summary>One line for each problem, and one that says where to read on.</summary>
    public static List<string> Of(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var path = PathOf(parsed.CommandResult);
        var unknown = parsed.UnmatchedTokens;
        var missing = unknown.Count > 0 ? [] : Missing(parsed.CommandResult).ToArray();
        var lines = new List<string>();
        lines.AddRange(unknown.Select(token => $"'{token}' is unknown to {path}.{Guess(token, command)}"));
        lines.AddRange(missing.Select(argument => $"<{argument.Name}> is missing: {argument.Description}"));
        if (unknown.Count == 0 && command.Subcommands.Count > 0)
        {
            lines.Add($"{path} needs one of: {string.Join(", ", command.Subcommands.Select(each => each.Name))}.");
        }

        if (lines.Count == 0)
        {
            lines.AddRange(parsed.Errors.Select(error => Words(error)).Distinct());
        }

        lines.Add($"'{path} --help' tells more.");
        return lines;
    }

    private static string Words(ParseError error) => error.SymbolResult is OptionResult { Option: var option } && error.SymbolResult.Tokens.Count == 0
        ? $"{option.Name} needs a value: {option.Description}"
        : error.Message;

    private static IEnumerable<Argument> Missing(CommandResult result) =>
        result.Command.Arguments.Where(argument => (result.GetResult(argument)?.Tokens.Count ?? 0) < argument.Arity.MinimumNumberOfValues);

    private static string PathOf(CommandResult result) =>
        result.Parent is CommandResult parent ? $"{PathOf(parent)} {result.Command.Name}" : "inventory";

    private static string Guess(string token, Command command)
    {
        var names = token.StartsWith('-')
            ? command.Options.Select(option => option.Name).Append("--address").Append("--json").Append("--timeout")
            : command.Subcommands.Select(each => each.Name);
        var best = names.Where(name => Distance(name, token) <= NearlyTheSame).MinBy(name => Distance(name, token));
        return best is null ? "" : $" Did you mean {best}?";
    }

    // The number of letters to change, add or drop to make one of the other.
    private static int Distance(string left, string right)
    {
        int[] row = [.. Enumerable.Range(0, right.Length + 1)];
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(above, row[j - 1]) + 1, diagonal + (left[i - 1] == right[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[^1];
    }
}
