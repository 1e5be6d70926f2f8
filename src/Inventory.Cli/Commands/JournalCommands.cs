using System.CommandLine;
using Inventory.Journal;
using Inventory.Journal.Files;

namespace Inventory.Cli.Commands;

/// <summary>journal: looks at the data directory of a service that is stopped, and mends it when a person insists.</summary>
internal static class JournalCommands
{
    private const string Promise = "lose-what-follows";
    private const int ShownRecordsMax = 1_000_000;

    public static Command Create() => new("journal", "The data directory of a service that is stopped: look, check, mend.") { Inspect(), Verify(), Repair() };

    private static Command Inspect()
    {
        var directory = Folder();
        var from = Arguments.Long("--from", "First position to show; from the oldest if not given.");
        var stream = new Option<string?>("--stream") { Description = "Only records of this stream, such as stock/MUG-001@store-01.", HelpName = "name" };
        var limit = Arguments.Whole("--limit", "At most this many.", 20, 1, ShownRecordsMax);
        var command = new Command("inspect", "Show the records of a journal, in order of the log.") { directory, from, stream, limit };
        command.SetAction(parsed => With(parsed.GetValue(directory)!, inspector =>
        {
            var wanted = parsed.GetValue(stream);
            var records = inspector.Records(parsed.GetValue(from)).Where(record => wanted is null || record.Entry.Stream == wanted)
                .Take(parsed.GetValue(limit)).Select(Shown.Of);
            if (parsed.GetValue(Connection.Json))
            {
                foreach (var record in records)
                {
                    Output.Figures(record);
                }

                return ExitCode.Done;
            }

            var table = new TextTable(
                ("Position", true), ("Version", true), ("Kind", false), ("Bytes", true), ("File", false), ("Offset", true), ("Stream", false));
            foreach (var each in records)
            {
                table.Row(
                    $"{each.Position}", $"{each.Version}", each.Copy ? $"{each.Kind} (moved)" : each.Kind, $"{each.Bytes:N0}", Path.GetFileName(each.File),
                    $"{each.Offset}", each.Stream);
            }

            table.Write(Console.Out);
            return ExitCode.Done;
        }));
        return command;
    }

    private static Command Verify()
    {
        var directory = Folder();
        var command = new Command("verify", "Read every byte of a journal and name each damaged place.") { directory };
        command.SetAction(parsed => With(parsed.GetValue(directory)!, inspector =>
        {
            var report = inspector.Verify();
            if (parsed.GetValue(Connection.Json))
            {
                Output.Figures(Verdict.Of(report));
            }
            else
            {
                Print(report);
            }

            if (!report.WouldStart)
            {
                Errors.TellPrograms("DAMAGED", "A service would refuse to start.", Details(report));
            }

            return report.WouldStart ? ExitCode.Done : ExitCode.Refused;
        }));
        return command;
    }

    private static Command Repair()
    {
        var directory = Folder();
        var cut = new Option<bool>("--cut") { Description = "Cut the journal off at its first damaged place." };
        var promise = new Option<string?>("--yes")
        {
            Description = $"Write {Promise} here: everything behind the damage is gone for good, also what callers were told of.",
            HelpName = Promise,
        };
        var command = new Command("repair", "Make a damaged journal start again, by cutting it. Copy the directory first.") { directory, cut, promise };
        command.SetAction(parsed => With(parsed.GetValue(directory)!, inspector =>
        {
            var report = inspector.Verify();
            if (report.Damages.Count == 0)
            {
                var nothing = $"Nothing is damaged; {Output.Count(report.LastPosition, "record")} stay as they are.";
                return Output.Told(parsed, new JournalCut(report.LastPosition, 0), nothing);
            }

            if (!parsed.GetValue(cut) || parsed.GetValue(promise) != Promise)
            {
                report.Damages.ToList().ForEach(damage => Errors.Line(Words(damage)));
                return ExitCode.Fail(
                    "DAMAGED", $"Nothing was changed. To cut the journal off there, copy the directory and add: --cut --yes {Promise}", ExitCode.Usage,
                    Details(report));
            }

            var done = inspector.Cut();
            var gone = $"{Output.Count(done.Records, "whole record")} that stood behind the damage {Are(done.Records)} gone";
            return Output.Told(parsed, done, $"Cut behind record {done.LastPosition}; {gone}.");
        }));
        return command;
    }

    private static Argument<string> Folder() => new("directory") { Description = "The service's --data. No process may serve from it." };

    private static int With(string directory, Func<JournalInspector, int> look)
    {
        try
        {
            using var inspector = JournalInspector.Open(directory);
            return look(inspector);
        }
        catch (JournalLockedException e)
        {
            return ExitCode.Fail("LOCKED", e.Message, ExitCode.Usage);
        }
    }

    private static void Print(JournalReport report)
    {
        var table = new TextTable(("File", false), ("First", true), ("Records", true), ("Bytes", true));
        foreach (var segment in report.Segments)
        {
            table.Row(Path.GetFileName(segment.File), $"{segment.FirstPosition}", $"{segment.Records:N0}", $"{segment.Bytes:N0}");
        }

        table.Write(Console.Out);
        foreach (var damage in report.Damages)
        {
            Errors.Line(Words(damage));
        }

        var verdict = report.Damages.Count == 0 ? "nothing is damaged"
            : report.WouldStart ? "a service would start, and cut off the torn end that nobody was told of"
            : "a service would refuse to start";
        Console.Out.WriteLine($"The last record is {report.LastPosition}, synced up to {report.SyncedPosition}; {verdict}.");
    }

    private static string Words(JournalDamage damage) =>
        $"{damage.File}: offset {damage.Offset}: {damage.What}{(damage.IsTornTail ? " (a torn end; nobody was told of it)" : "")}";

    private static IEnumerable<ErrorDetail> Details(JournalReport report) =>
        report.Damages.Select(damage => new ErrorDetail($"{damage.File}:{damage.Offset}", damage.What));

    private static string Are(long count) => count == 1 ? "is" : "are";

    /// <summary>A record as it is printed.</summary>
    private sealed record Shown(long Position, string Stream, long Version, string Kind, bool Copy, int Bytes, string File, long Offset, string Payload)
    {
        public static Shown Of(InspectedRecord record) => new(
            record.Entry.Position, record.Entry.Stream, record.Entry.Version, record.Entry.IsSnapshot ? "snapshot" : "event", record.IsCopy,
            record.Bytes, record.File, record.Offset, Convert.ToHexString(record.Entry.Payload.Span));
    }

    /// <summary>What verify found, as it is printed for programs.</summary>
    private sealed record Verdict(
        bool WouldStart, long LastPosition, long SyncedPosition, IReadOnlyList<SegmentReport> Segments, IReadOnlyList<JournalDamage> Damages)
    {
        public static Verdict Of(JournalReport report) =>
            new(report.WouldStart, report.LastPosition, report.SyncedPosition, report.Segments, report.Damages);
    }
}
