using System.CommandLine;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Inventory.V1;
using Spectre.Console;

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
    public static int Decided(ParseResult parsed, IMessage message, Decision decision, string done)
    {
        if (parsed.GetValue(Connection.Json))
        {
            Json(message);
        }
        else if (decision.Accepted)
        {
            Console.Out.WriteLine(decision.Repeated ? $"{done} (as answered before)" : done);
        }
        else
        {
            Console.Error.WriteLine(Refusal(decision));
        }

        return decision.Accepted ? ExitCode.Done : ExitCode.Refused;
    }

    /// <summary>A refusal in words.</summary>
    public static string Refusal(Decision decision)
    {
        var later = decision.MayPassLater ? " It may be accepted later." : "";
        var words = decision.RefusalMessage.Length > 0 ? decision.RefusalMessage : decision.RefusalReason.ToString();
        return $"Refused ({decision.RefusalReason}): {words}{later}";
    }

    /// <summary>A table with the house's looks.</summary>
    public static Table Table(params (string Title, bool Right)[] columns)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var (title, right) in columns)
        {
            var column = new TableColumn(Markup.Escape(title)).NoWrap();
            table.AddColumn(right ? column.RightAligned() : column);
        }

        return table;
    }

    /// <summary>Adds a row of plain text.</summary>
    public static void Row(this Table table, params string[] cells) =>
        table.AddRow(cells.Select(cell => new Text(cell)).ToArray<Spectre.Console.Rendering.IRenderable>());

    /// <summary>A distance for people: metres below a kilometre, else kilometres.</summary>
    public static string Distance(double metres) => metres < 1000 ? $"{metres:0} m" : $"{metres / 1000:0.0} km";

    /// <summary>A time for people, in UTC.</summary>
    public static string Time(Timestamp? time) => time is null ? "-" : time.ToDateTime().ToString("yyyy-MM-dd HH:mm:ss'Z'");
}
