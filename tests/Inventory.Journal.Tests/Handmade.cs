using System.Text;
using Inventory.Journal.Files;
using Inventory.Journal.Testing;

namespace Inventory.Journal.Tests;

/// <summary>Journals on a simulated disk whose crank a test turns by hand.</summary>
internal static class Handmade
{
    public static FileJournalOptions SmallSegments { get; } = new() { SegmentBytes = FileJournalOptions.SegmentBytesMin, BatchBytesMax = 4 * 1024 };

    public static string Segment(long number) => Files.Segment.NameOf(number);

    public static FileJournal Open(SimulatedDisk disk, FileJournalOptions? options = null) =>
        FileJournal.Open(options ?? SmallSegments, disk.Mount(), JournalPump.ByHand());

    /// <summary>Opens a stream of a journal in which nothing is pending.</summary>
    public static async Task<IJournalStream> StreamAsync(this FileJournal journal, string name = "stock/A@1") => await journal.OpenAsync(name, new Tape());

    /// <summary>Appends an event and makes it durable in a batch of its own.</summary>
    public static void Write(this FileJournal journal, IJournalStream stream, string payload)
    {
        stream.Append(Encoding.UTF8.GetBytes(payload));
        Assert.True(journal.Pump());
    }

    public static async Task<string> TextAsync(this FileJournal journal, string name = "stock/A@1")
    {
        var tape = new Tape();
        await journal.ReadAsync(name, tape);
        return tape.Text;
    }

    /// <summary>A disk with a journal of so many events, <c>e1</c> to <c>eN</c>, each synced and told of, and closed in order or killed.</summary>
    public static async Task<SimulatedDisk> DiskWithAsync(int events, bool closed = false, FileJournalOptions? options = null)
    {
        var disk = new SimulatedDisk(1);
        var journal = Open(disk, options);
        var stream = await journal.StreamAsync();
        for (var number = 1; number <= events; number++)
        {
            journal.Write(stream, $"e{number}");
        }

        if (closed)
        {
            await journal.DisposeAsync();
        }
        else
        {
            disk.Kill();
        }

        return disk;
    }

    /// <summary>The text of a stream with so many events.</summary>
    public static string Events(int count) => string.Join(' ', Enumerable.Range(1, count).Select(number => $"{number}:e{number}"));
}
