using System.CommandLine;
using Grpc.Net.Client;

namespace Inventory.Cli;

/// <summary>The options that every command shares, and the channel made from them.</summary>
internal static class Connection
{
    /// <summary>Where the service listens; an absolute http or https address.</summary>
    public static readonly Option<Uri> Address = new("--address", "-a")
    {
        Description = "Where the service listens.",
        HelpName = "url",
        DefaultValueFactory = _ => new Uri("http://127.0.0.1:5280"),
        Recursive = true,
        CustomParser = result =>
        {
            var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
            if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https")
            {
                return uri;
            }

            result.AddError($"--address '{text}' is no http address; write it like http://127.0.0.1:5280.");
            return null!;
        },
    };

    /// <summary>Answers as JSON, one object a line, for programs.</summary>
    public static readonly Option<bool> Json = new("--json")
    {
        Description = "Print answers as JSON, one object a line.",
        Recursive = true,
    };

    /// <summary>Longest time that one call may take, in seconds. Streams are not limited by it.</summary>
    public static readonly Option<int> Timeout = MakeTimeout();

    private static Option<int> MakeTimeout()
    {
        var timeout = Arguments.Whole("--timeout", "Longest time for one call, in seconds (1 to 3600).", 30, 1, 3600);
        timeout.Recursive = true;
        return timeout;
    }

    /// <summary>Opens the channel that the command line asks for. The caller disposes it.</summary>
    public static GrpcChannel Open(ParseResult parsed) => GrpcChannel.ForAddress(parsed.GetValue(Address)!);

    /// <summary>The deadline of a call begun now.</summary>
    public static DateTime Deadline(ParseResult parsed) =>
        TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(parsed.GetValue(Timeout));
}
