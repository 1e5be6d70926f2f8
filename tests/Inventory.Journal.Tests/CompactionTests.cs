using System.Text;
using Inventory.Journal.Files;
using Inventory.Journal.Testing;

namespace Inventory.Journal.Tests;

/// <summary>What compaction moves, and what it leaves alone.</summary>
public sealed class CompactionTests
{
    private static readonly FileJournalOptions s_eager = new() { SegmentBytes = FileJournalOptions.SegmentBytesMin, CompactAtDeadPercent = 10 };

    [Fact]
    public async Task What_begins_in_the_oldest_segment_is_moved_before_and_after_a_start_and_nothing_else_is()
    {
        var disk = new SimulatedDisk(1);
        var journal = Handmade.Open(disk, s_eager);
        var (cold, shown, hot) = (await journal.StreamAsync("cold"), await journal.StreamAsync("shown"), await journal.StreamAsync("hot"));
        journal.Write(cold, "c1");
        journal.Write(cold, "c2");
        journal.Write(shown, "s1");
        shown.AppendSnapshot("all"u8);
        journal.Write(shown, "s2");
        await ChurnAsync(journal, hot, 200);
        Assert.DoesNotContain(Handmade.Segment(1), disk.Names);
        for (var start = 0; start < 3; start++)
        {
            await journal.DisposeAsync();
            var oldest = disk.Names.Order().First();
            journal = Handmade.Open(disk, s_eager);
            Assert.Equal(("1:c1 2:c2", "s1:all 2:s2"), (await journal.TextAsync("cold"), await journal.TextAsync("shown")));
            await ChurnAsync(journal, await journal.StreamAsync("hot"), 200);
            Assert.DoesNotContain(oldest, disk.Names);
        }

        Assert.Equal(("1:c1 2:c2", "s1:all 2:s2"), (await journal.TextAsync("cold"), await journal.TextAsync("shown")));
        await journal.DisposeAsync();
        using var inspector = new JournalInspector(disk.Mount());
        var moved = inspector.Records().Where(record => record.IsCopy).Select(record => record.Entry.Stream).Distinct().Order();
        Assert.Equal(["cold", "shown"], moved);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2_047)]
    [InlineData(2_048)]
    [InlineData(4_097)]
    [InlineData(1_000_001)]
    [InlineData(JournalLimits.SnapshotBytesMax + 246)]
    public void A_rough_figure_is_not_above_its_own_and_not_a_thousandth_below(int bytes)
    {
        var rough = (int)(uint)(RoughBytes)(uint)bytes;
        Assert.InRange(rough, bytes - (bytes / 1_000), bytes);
        Assert.True(bytes >= 2_048 || rough == bytes);
    }

    /// <summary>Writes events with a snapshot after each ten, so that no chain of theirs reaches far back, and compacts whenever that pays.</summary>
    private static async Task ChurnAsync(FileJournal journal, IJournalStream stream, int events)
    {
        for (var i = 1; i <= events; i++)
        {
            stream.Append(Encoding.UTF8.GetBytes($"an event of some length, number {i}"));
            if (i % 10 == 0)
            {
                stream.AppendSnapshot("as it is"u8);
            }

            journal.Pump();
            var compaction = journal.CompactAsync();
            while (!compaction.IsCompleted)
            {
                journal.Pump();
                await Task.Yield();
            }
        }
    }
}
