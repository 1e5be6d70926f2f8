using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Inventory.V1;

namespace Inventory.Cli;

/// <summary>Prints answers: tables for people, JSON for programs.</summary>
internal static class Output
{
    private static readonly JsonFormatter s_json = new(JsonFormatter.Settings.Default.WithFormatDefaultValues(true));

    /// <summary>Prints the message as one line of JSON.</summary>
    public static void Json(IMessage message) => Console.Out.WriteLine(s_json.Format(message));

    /// <summary>Prints either the message as JSON or what <paramref name="forPeople"/> prints.</summary>
    public static int Show(ParseResult parsed, IMessage message, Action forPeople)
    {
        if (parsed.GetValue(Connection.Json))
        {
            Json(message);
        }
        else
        {
            forPeople();
        }

        return ExitCode.Done;
    }

    /// <summary>Prints a decision; a refusal goes to standard error and ends in <see cref="ExitCode.Refused"/>.</summary>
    /// <param name="parsed">The command line, for <c>--json</c>.</param>
    /// <param name="message">The whole answer.</param>
    /// <param name="decision">The decision in it.</param>
    /// <param name="done">What to say when it was accepted.</param>
    /// <param name="details">Of a refusal, for programs: what of it was refused.</param>
    public static int Decided(ParseResult parsed, IMessage message, Decision decision, string done, params IEnumerable<ErrorDetail> details)
    {
        if (parsed.GetValue(Connection.Json))
        {
            Json(message);
        }
        else if (decision.Accepted)
        {
            Console.Out.WriteLine(decision.Repeated ? $"{done} (as answered before)" : done);
        }

        if (!decision.Accepted)
        {
            Errors.Tell(Names.Of(decision.RefusalReason), Errors.AsJson ? decision.RefusalMessage : Refusal(decision), details);
        }

        return decision.Accepted ? ExitCode.Done : ExitCode.Refused;
    }

    /// <summary>A refusal in words.</summary>
    public static string Refusal(Decision decision)
    {
        var later = decision.MayPassLater ? " It may be accepted later." : "";
        return $"Refused ({Names.Of(decision.RefusalReason)}): {decision.RefusalMessage}{later}";
    }

    /// <summary>Prints an answer's figures as one line of JSON, for commands whose answer is no message of the API.</summary>
    public static void Figures<T>(T figures) => Console.Out.WriteLine(JsonSerializer.Serialize(figures, JsonText.Written));

    /// <summary>Prints what was done: a sentence, or with <c>--json</c> its figures as one line.</summary>
    public static int Told<T>(ParseResult parsed, T figures, string sentence)
    {
        if (parsed.GetValue(Connection.Json))
        {
            Figures(figures);
        }
        else
        {
            Console.Out.WriteLine(sentence);
        }

        return ExitCode.Done;
    }

    /// <summary>A count with its noun: <c>1 location</c>, <c>2 locations</c>.</summary>
    public static string Count(long count, string noun) => $"{count:N0} {noun}{(count == 1 ? "" : "s")}";

    /// <summary>A distance for people: metres below a kilometre, else kilometres.</summary>
    public static string Distance(double metres) => metres < 1000 ? $"{metres:0} m" : $"{metres / 1000:0.0} km";

    /// <summary>A time for people, in UTC.</summary>
    public static string Time(Timestamp? time, string format = "yyyy-MM-dd HH:mm:ss'Z'") =>
        time is null ? "-" : time.ToDateTime().ToString(format, CultureInfo.InvariantCulture);
}
