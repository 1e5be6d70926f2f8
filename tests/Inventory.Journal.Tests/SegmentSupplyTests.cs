using Inventory.Journal.Files;

namespace Inventory.Journal.Tests;

/// <summary>Files are made and filled ahead of need, and what is filled never comes upon records.</summary>
public sealed class SegmentSupplyTests
{
    private const int Bytes = 3 * 1024 * 1024 + 100;

    [Fact]
    public void A_file_is_filled_to_its_end_and_synced_on_the_way()
    {
        var disk = new Disk();
        var supply = new SegmentSupply(disk, Bytes);
        Assert.True(supply.Prepare(1));
        Assert.False(supply.Prepare(1));
        supply.Fill();
        Assert.Equal((Bytes, 3), (disk.Filled, disk.Syncs));
        Assert.Equal(1, disk.Opened);
        supply.Take(1);
        Assert.Equal(1, disk.Opened);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(17)]
    public void Once_it_is_taken_nothing_is_filled_any_more(int afterWrites)
    {
        var disk = new Disk();
        var supply = new SegmentSupply(disk, Bytes);
        disk.Written = count => _ = count == afterWrites ? supply.Take(1) : null;
        Assert.True(supply.Prepare(1));
        supply.Fill();
        Assert.Equal(afterWrites * 64 * 1024, disk.Filled);
        Assert.True(supply.Prepare(2));
    }

    [Fact]
    public void A_disk_that_fails_is_left_to_whoever_writes_records()
    {
        var disk = new Disk { Written = _ => throw new IOException("gone") };
        var supply = new SegmentSupply(disk, Bytes);
        Assert.True(supply.Prepare(1));
        supply.Fill();
        supply.Take(1);
        Assert.Equal((0, 1), (disk.Syncs, disk.Opened));
    }

    [Fact]
    public void A_disk_that_does_not_care_is_not_filled()
    {
        var supply = new SegmentSupply(new Disk { FillsAhead = false }, Bytes);
        Assert.False(supply.Prepare(1));
    }

    private sealed class Disk : IJournalFiles, IJournalFile
    {
        private int _writes;

        public bool FillsAhead { get; init; } = true;

        public Action<int>? Written { get; set; }

        public int Opened { get; private set; }

        public int Syncs { get; private set; }

        public long Filled { get; private set; }

        public long Length => Bytes;

        public IReadOnlyList<string> List() => [];

        public IJournalFile Open(string name, long bytes)
        {
            Opened++;
            return this;
        }

        public void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            Assert.Equal(Filled, offset);
            Assert.False(bytes.ContainsAnyExcept((byte)0));
            Filled += bytes.Length;
            Written?.Invoke(++_writes);
        }

        public void Sync() => Syncs++;

        public int Read(long offset, Span<byte> buffer) => 0;

        public void Delete(string name)
        {
        }

        public void SyncNames()
        {
        }

        public string PathOf(string name) => name;

        public void Dispose()
        {
        }
    }
}
