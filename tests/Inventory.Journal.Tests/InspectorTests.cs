using Inventory.Journal.Files;
using Inventory.Journal.Testing;

namespace Inventory.Journal.Tests;

public sealed class InspectorTests
{
    [Fact]
    public async Task A_healthy_journal_has_no_damage_and_tells_its_records()
    {
        var disk = await Handmade.DiskWithAsync(200);
        using var inspector = new JournalInspector(disk.Mount());
        var report = inspector.Verify();
        Assert.Empty(report.Damages);
        Assert.True(report.WouldStart);
        Assert.Equal((200, 200), (report.LastPosition, report.SyncedPosition));
        Assert.Equal(200, report.Segments.Sum(segment => segment.Records));
        Assert.True(report.Segments.Count > 2);
        Assert.Equal(Enumerable.Range(1, 200).Select(each => (long)each), inspector.Records().Select(record => record.Entry.Position));
        var last = inspector.Records(200).Single();
        Assert.Equal(("stock/A@1", 200L, false, "e200"), (last.Entry.Stream, last.Entry.Version, last.Entry.IsSnapshot, Text(last)));
    }

    [Fact]
    public async Task A_damaged_record_is_named_and_the_rest_is_still_told()
    {
        var disk = await Handmade.DiskWithAsync(3);
        disk.FlipBit(Handmade.Segment(1), 64 + 57 + 50, 0);
        using var inspector = new JournalInspector(disk.Mount());
        var report = inspector.Verify();
        var damage = report.Damages[0];
        Assert.Equal(("disk/" + Handmade.Segment(1), 64L + 57, false), (damage.File, damage.Offset, damage.IsTornTail));
        Assert.False(report.WouldStart);
        Assert.Equal(["e1", "e3"], inspector.Records().Select(Text));
    }

    [Fact]
    public async Task A_torn_tail_is_told_from_damage_as_recovery_tells_them()
    {
        var disk = await Handmade.DiskWithAsync(3);
        disk.Overwrite(Watermark.Name, 0, new byte[12]);
        disk.FlipBit(Handmade.Segment(1), 64 + (2 * 57) + 50, 0);
        using (var inspector = new JournalInspector(disk.Mount()))
        {
            var report = inspector.Verify();
            Assert.True(Assert.Single(report.Damages).IsTornTail);
            Assert.True(report.WouldStart);
        }

        await using var journal = Handmade.Open(disk);
        Assert.Equal(Handmade.Events(2), await journal.TextAsync());
    }

    [Fact]
    public async Task Whatever_bit_flips_the_inspector_and_recovery_agree_and_looking_changes_nothing()
    {
        var intact = await Handmade.DiskWithAsync(40);
        for (var at = 0; at < 2_400; at += 7)
        {
            var disk = await Handmade.DiskWithAsync(40);
            disk.FlipBit(Handmade.Segment(1), at, at % 8);
            var before = disk.Read(Handmade.Segment(1));
            bool wouldStart;
            using (var inspector = new JournalInspector(disk.Mount()))
            {
                wouldStart = inspector.Verify().WouldStart;
            }

            Assert.Equal(before, disk.Read(Handmade.Segment(1)));
            var starts = true;
            try
            {
                await using var journal = Handmade.Open(disk);
            }
            catch (JournalDamagedException)
            {
                starts = false;
            }

            Assert.True(wouldStart == starts, $"byte {at}: the inspector says {wouldStart}, recovery {starts}");
        }

        Assert.NotEmpty(intact.Names);
    }

    [Fact]
    public async Task A_cut_keeps_everything_before_the_damage_and_the_journal_starts_again()
    {
        var disk = await Handmade.DiskWithAsync(200);
        disk.FlipBit(Handmade.Segment(2), 1_000, 0);
        using (var inspector = new JournalInspector(disk.Mount()))
        {
            Assert.False(inspector.Verify().WouldStart);
            var cut = inspector.Cut();
            Assert.True(cut.Records > 0);
            Assert.True(inspector.Verify().WouldStart);
            Assert.Equal(cut.LastPosition, inspector.Verify().LastPosition);
            Assert.Equal(0, inspector.Cut().Records); // nothing more to cut
        }

        await using var journal = Handmade.Open(disk);
        var kept = journal.RecoveredRecords;
        Assert.InRange(kept, 60, 199);
        Assert.Equal(Handmade.Events((int)kept), await journal.TextAsync());
        journal.Write(await journal.StreamAsync(), "goes on");
    }

    [Fact]
    public async Task A_journal_that_is_served_cannot_be_inspected()
    {
        using var directory = new TemporaryDirectory();
        await using var journal = FileJournal.Open(new FileJournalOptions { Directory = directory.Path });
        Assert.Throws<JournalLockedException>(() => JournalInspector.Open(directory.Path));
        Assert.Throws<DirectoryNotFoundException>(() => JournalInspector.Open(directory.Path + "/not-there"));
    }

    private static string Text(InspectedRecord record) => System.Text.Encoding.UTF8.GetString(record.Entry.Payload.Span);
}
