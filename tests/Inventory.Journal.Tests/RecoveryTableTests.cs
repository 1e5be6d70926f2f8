using Inventory.Journal.Files;
using Inventory.Journal.Testing;

namespace Inventory.Journal.Tests;

/// <summary>Every row of the table, as a row and as bytes on a disk.</summary>
public sealed class RecoveryTableTests
{
    private const string Name = "stock/A@1";

    [Fact]
    public void Each_combination_has_exactly_one_row()
    {
        var combinations = Enum.GetValues<Found>().SelectMany(found => new[] { (found, true), (found, false) });
        Assert.Equal(combinations.Order(), RecoveryTable.Rows.Select(row => (row.Found, row.WasSynced)).Order());
    }

    [Fact]
    public async Task A_whole_record_that_was_synced_is_accepted() => await ServesAsync(await Handmade.DiskWithAsync(3), Handmade.Events(3), cut: false);

    [Fact]
    public async Task A_whole_record_that_was_not_synced_is_accepted()
    {
        var disk = await Handmade.DiskWithAsync(3);
        disk.Overwrite(Watermark.Name, 0, new byte[12]); // as after a loss of power; the records vouch for the first two
        await ServesAsync(disk, Handmade.Events(3), cut: false);
    }

    [Fact]
    public async Task Nothing_where_nothing_was_synced_is_the_end() =>
        await ServesAsync(await Handmade.DiskWithAsync(3, closed: true), Handmade.Events(3), cut: false);

    [Fact]
    public async Task Nothing_where_something_was_synced_is_refused()
    {
        var disk = await Handmade.DiskWithAsync(3);
        var third = OffsetOf(disk, 3);
        disk.Overwrite(Handmade.Segment(1), third, new byte[200]);
        Refuses(disk, Handmade.Segment(1), third);
    }

    [Theory]
    [InlineData(0)] // in the head
    [InlineData(50)] // in the name
    [InlineData(56)] // in the payload
    public async Task A_broken_record_that_was_not_synced_is_cut(int at)
    {
        var disk = await Handmade.DiskWithAsync(3);
        disk.Overwrite(Watermark.Name, 0, new byte[12]);
        disk.FlipBit(Handmade.Segment(1), OffsetOf(disk, 3) + at, 3);
        await ServesAsync(disk, Handmade.Events(2), cut: true);
    }

    [Theory]
    [InlineData(3, true)] // the watermark file vouches for it
    [InlineData(1, false)] // a later record vouches for it
    public async Task A_broken_record_that_was_synced_is_refused(int record, bool keepWatermark)
    {
        var disk = await Handmade.DiskWithAsync(3);
        if (!keepWatermark)
        {
            disk.Overwrite(Watermark.Name, 0, new byte[12]);
        }

        var place = OffsetOf(disk, record);
        disk.FlipBit(Handmade.Segment(1), place + 56, 0);
        Refuses(disk, Handmade.Segment(1), place);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Another_sequence_is_refused_if_the_one_between_was_synced_and_cut_if_not(bool wasSynced)
    {
        var disk = await Handmade.DiskWithAsync(3);
        var journal = Handmade.Open(disk);
        var stream = await journal.StreamAsync();
        stream.Append("e4"u8);
        stream.Append("e5"u8);
        Assert.True(journal.Pump()); // both in one batch: neither vouches for the other
        var (fourth, fifth) = (OffsetOf(disk, 4), OffsetOf(disk, 5));
        disk.Overwrite(Handmade.Segment(1), fourth, disk.Read(Handmade.Segment(1)).AsSpan((int)fifth, (int)(fifth - fourth)));
        disk.Kill();
        if (wasSynced)
        {
            Refuses(disk, Handmade.Segment(1), fourth);
            return;
        }

        disk.Overwrite(Watermark.Name, 0, new byte[12]);
        await ServesAsync(disk, Handmade.Events(3), cut: true);
    }

    [Fact]
    public async Task A_segment_that_was_synced_and_is_missing_is_refused()
    {
        var disk = await Handmade.DiskWithAsync(200);
        Assert.Contains(Handmade.Segment(3), disk.Names);
        disk.Lose(Handmade.Segment(2));
        Refuses(disk, Handmade.Segment(3), 0);
    }

    [Fact]
    public async Task All_segments_missing_is_refused()
    {
        var disk = await Handmade.DiskWithAsync(3);
        disk.Lose(Handmade.Segment(1));
        Refuses(disk, Watermark.Name, 0);
    }

    [Fact]
    public async Task A_segment_of_another_format_is_refused_by_its_number()
    {
        var disk = await Handmade.DiskWithAsync(3);
        var head = disk.Read(Handmade.Segment(1)).AsSpan(0, RecordFormat.SegmentHeadBytes).ToArray();
        head[8] = 99;
        BitConverter.TryWriteBytes(head.AsSpan(60), RecordFormat.Checksum(head.AsSpan(0, 60)));
        disk.Overwrite(Handmade.Segment(1), 0, head);
        var damage = Assert.Throws<JournalDamagedException>(() => Handmade.Open(disk));
        Assert.Contains("format 99", damage.Message);
    }

    [Fact]
    public async Task What_was_cut_is_gone_for_good_and_the_log_goes_on_there()
    {
        var disk = await Handmade.DiskWithAsync(3);
        disk.Overwrite(Watermark.Name, 0, new byte[12]);
        disk.FlipBit(Handmade.Segment(1), OffsetOf(disk, 3) + 56, 1);
        await using (var journal = Handmade.Open(disk))
        {
            journal.Write(await journal.StreamAsync(), "other");
        }

        await ServesAsync(disk, Handmade.Events(2) + " 3:other", cut: false);
    }

    private static async Task ServesAsync(SimulatedDisk disk, string expected, bool cut)
    {
        await using var journal = Handmade.Open(disk);
        Assert.Equal(expected, await journal.TextAsync());
        Assert.Equal(cut, journal.CutBytes > 0);
    }

    private static void Refuses(SimulatedDisk disk, string file, long offset)
    {
        var before = disk.Names.ToDictionary(name => name, disk.Read);
        var damage = Assert.Throws<JournalDamagedException>(() => Handmade.Open(disk));
        Assert.Equal(("disk/" + file, offset), (damage.Path, damage.Offset));
        Assert.Contains(file, damage.Message);
        Assert.Contains($"offset {offset}", damage.Message);
        Assert.Equal(before, disk.Names.ToDictionary(name => name, disk.Read)); // and nothing was changed
    }

    private static long OffsetOf(SimulatedDisk disk, long sequence)
    {
        var bytes = disk.Read(Handmade.Segment(1));
        var at = RecordFormat.SegmentHeadBytes;
        while (RecordFormat.TryReadHead(bytes.AsSpan(at), out var head))
        {
            if (head.Sequence == sequence)
            {
                return at;
            }

            at += head.Length;
        }

        throw new InvalidOperationException($"Record {sequence} of {Name} is not in the first segment.");
    }
}
