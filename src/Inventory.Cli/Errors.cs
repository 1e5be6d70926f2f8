using System.Text.Json;
using Grpc.Core;

namespace Inventory.Cli;

/// <summary>What goes to standard error: lines for people, or with <c>--json</c> an object a line and nothing else.</summary>
internal static class Errors
{
    private static readonly Lock s_one = new();

    /// <summary>True if objects are wanted; set once, before any command runs.</summary>
    public static bool AsJson { get; set; }

    /// <summary>Tells what is wrong.</summary>
    /// <param name="code">What sort of thing: upper case, in words that docs/api.md lists.</param>
    /// <param name="message">What, and what would be right.</param>
    /// <param name="details">The single things that are wrong; for people they must be in the message, or follow by <see cref="Line"/>.</param>
    public static void Tell(string code, string message, params IEnumerable<ErrorDetail> details)
    {
        Write(AsJson ? JsonSerializer.Serialize(new { Code = code, Message = message, Details = details }, JsonText.Written) : message);
    }

    /// <summary>Tells programs alone what people see on standard output, or have seen already.</summary>
    public static void TellPrograms(string code, string message, params IEnumerable<ErrorDetail> details)
    {
        if (AsJson)
        {
            Tell(code, message, details);
        }
    }

    /// <summary>A line beside the answer, for people alone: programs find it in the answer.</summary>
    public static void Line(string text)
    {
        if (!AsJson)
        {
            Write(text);
        }
    }

    /// <summary>The name of a status, as gRPC spells it: <c>NOT_FOUND</c>.</summary>
    public static string CodeOf(StatusCode code) =>
        string.Concat(code.ToString().Select((each, i) => i > 0 && char.IsUpper(each) ? "_" + each : $"{char.ToUpperInvariant(each)}"));

    private static void Write(string line)
    {
        lock (s_one)
        {
            Console.Error.WriteLine(line);
        }
    }
}

/// <summary>One thing that is wrong.</summary>
/// <param name="Field">Where: a field of the API, a SKU at a location, a file; may be empty.</param>
/// <param name="Description">What, and what would be right.</param>
internal sealed record ErrorDetail(string Field, string Description);
