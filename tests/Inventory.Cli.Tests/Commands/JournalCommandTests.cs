using System.Text;
using Inventory.Journal;
using Inventory.Journal.Files;
using Inventory.Silo.Tests;

namespace Inventory.Cli.Tests.Commands;

/// <summary>The data directory of a stopped service: healthy, damaged, torn, mended, in use.</summary>
public sealed class JournalCommandTests
{
    private const int Records = 20;
    private const int Flipped = 12;
    private const string Stream = "stock/MUG-1@leeds";

    [Fact]
    public async Task A_healthy_journal_is_shown_and_found_whole()
    {
        using var directory = await JournalOfTwenty();
        (await CliProcess.RunAsync("journal", "verify", directory.Path)).Ends(0)
            .Prints("File", "First", "Records", "Bytes").Prints("000000000001.log", "1", "20")
            .Prints("The last record is 20, synced up to 20; nothing is damaged.");
        var verdict = (await CliProcess.RunAsync("journal", "verify", directory.Path, "--json")).Ends(0).Object;
        Assert.True(verdict.GetProperty("wouldStart").GetBoolean());
        Assert.Equal(20, verdict.GetProperty("lastPosition").GetInt64());
        (await CliProcess.RunAsync("journal", "inspect", directory.Path, "--limit", "2")).Ends(0)
            .Prints("Position", "Version", "Kind", "Bytes", "File", "Offset", "Stream").Prints("1", "1", "event", "000000000001.log", "64", Stream);
        var last = (await CliProcess.RunAsync("journal", "inspect", directory.Path, "--from", "20", "--stream", Stream, "--json")).Ends(0).Object;
        Assert.Equal(Convert.ToHexString(Payload(20)), last.GetProperty("payload").GetString());
        (await CliProcess.RunAsync("journal", "repair", directory.Path, "--cut", "--yes", "lose-what-follows")).Ends(0)
            .Prints("Nothing is damaged; 20 records stay");
        Assert.Equal(Records, (await Read(directory)).Count);
    }

    [Fact]
    public async Task A_flipped_byte_is_named_by_file_and_offset_and_cutting_keeps_what_stands_before_it()
    {
        using var directory = await JournalOfTwenty();
        var place = Flip(directory, Flipped);
        (await CliProcess.RunAsync("journal", "verify", directory.Path)).Ends(1)
            .Says(place.File, $"offset {place.Offset}", "no whole record stands here").Prints("a service would refuse to start");

        foreach (var tooLittle in new[] { "", "--cut", "--yes lose-what-follows", "--cut --yes yes" })
        {
            string[] args = ["journal", "repair", directory.Path, .. tooLittle.Split(' ', StringSplitOptions.RemoveEmptyEntries)];
            (await CliProcess.RunAsync(args)).Ends(2).Says(place.File, $"offset {place.Offset}").Says("Nothing was changed", "--cut --yes lose-what-follows");
        }

        (await CliProcess.RunAsync("journal", "verify", directory.Path)).Ends(1);
        (await CliProcess.RunAsync("journal", "repair", directory.Path, "--cut", "--yes", "lose-what-follows")).Ends(0)
            .Prints("Cut behind record 11; 8 whole records that stood behind the damage are gone.");
        (await CliProcess.RunAsync("journal", "verify", directory.Path)).Ends(0).Prints("The last record is 11");
        Assert.Equal(Enumerable.Range(1, Flipped - 1).Select(Text), await Read(directory));
    }

    [Fact]
    public async Task A_torn_end_is_no_damage_for_a_service_would_cut_it()
    {
        using var directory = await JournalOfTwenty();
        var end = Segments(directory).Bytes;
        using (var file = File.OpenWrite(Segments(directory).File))
        {
            file.Position = end;
            file.Write(Encoding.UTF8.GetBytes("half a record that the power went out on"));
        }

        (await CliProcess.RunAsync("journal", "verify", directory.Path)).Ends(0)
            .Says($"offset {end}", "a torn end; nobody was told of it").Prints("a service would start, and cut off the torn end");
        Assert.Equal(Records, (await Read(directory)).Count);
    }

    [Fact]
    public async Task A_directory_that_a_service_uses_is_left_alone()
    {
        using var directory = new TemporaryDirectory();
        await using var silo = await SiloProcess.StartAsync("--data", directory.Path);
        foreach (var command in new[] { "verify", "inspect", "repair" })
        {
            (await CliProcess.RunAsync("journal", command, directory.Path)).Ends(2).Says("Another process uses the journal in " + directory.Path, "stop it");
        }
    }

    [Fact]
    public async Task What_is_no_journal_is_said_to_be_none()
    {
        using var directory = new TemporaryDirectory();
        foreach (var verb in new[] { "inspect", "verify", "repair" })
        {
            (await CliProcess.RunAsync("journal", verb, directory.Path)).Ends(2).Says($"{directory.Path} holds no journal");
        }

        Assert.Empty(Directory.GetFileSystemEntries(directory.Path));
        (await CliProcess.RunAsync("journal", "verify", directory.Path + "-not")).Ends(2).Says($"no directory {directory.Path}-not");
        (await CliProcess.RunAsync("journal")).Ends(2).Says("inventory journal needs one of: inspect, verify, repair");
    }

    private static async Task<TemporaryDirectory> JournalOfTwenty()
    {
        var directory = new TemporaryDirectory();
        await using var journal = FileJournal.Open(new FileJournalOptions { Directory = directory.Path, SegmentBytes = 64 * 1024 });
        var stream = await journal.OpenAsync(Stream, new Collector());
        for (var i = 1; i <= Records; i++)
        {
            await stream.WhenDurable(stream.Append(Payload(i)));
        }

        return directory;
    }

    private static async Task<List<string>> Read(TemporaryDirectory directory)
    {
        var collector = new Collector();
        await using var journal = FileJournal.Open(new FileJournalOptions { Directory = directory.Path, SegmentBytes = 64 * 1024 });
        await journal.ReadAsync(Stream, collector);
        return collector.Events;
    }

    // In the middle of the record's payload.
    private static InspectedRecord Flip(TemporaryDirectory directory, long position)
    {
        InspectedRecord record;
        using (var inspector = JournalInspector.Open(directory.Path))
        {
            record = inspector.Records(position).First();
        }

        using var file = File.Open(record.File, FileMode.Open, FileAccess.ReadWrite);
        file.Position = record.Offset + record.Bytes - 3;
        var value = file.ReadByte();
        file.Position--;
        file.WriteByte((byte)(value ^ 0x10));
        return record;
    }

    private static SegmentReport Segments(TemporaryDirectory directory)
    {
        using var inspector = JournalInspector.Open(directory.Path);
        return inspector.Verify().Segments[0];
    }

    private static string Text(int number) => $"event {number} of the stream";

    private static byte[] Payload(int number) => Encoding.UTF8.GetBytes(Text(number));

    private sealed class Collector : IStreamReader
    {
        public List<string> Events { get; } = [];

        public void Snapshot(long version, ReadOnlySpan<byte> state) => Events.Clear();

        public void Event(long version, ReadOnlySpan<byte> payload) => Events.Add(Encoding.UTF8.GetString(payload));
    }
}
