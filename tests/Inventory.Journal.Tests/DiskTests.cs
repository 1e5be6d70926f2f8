using System.ComponentModel.DataAnnotations;
using Inventory.Journal.Files;
using Microsoft.Extensions.DependencyInjection;

namespace Inventory.Journal.Tests;

/// <summary>The real disk, and the file journal on it with real threads.</summary>
public sealed class DiskTests
{
    [Fact]
    public async Task A_second_opener_is_refused_until_the_first_has_closed()
    {
        using var directory = new TemporaryDirectory();
        var options = new FileJournalOptions { Directory = directory.Path };
        var first = FileJournal.Open(options);
        var refused = Assert.Throws<JournalLockedException>(() => FileJournal.Open(options));
        Assert.Contains(directory.Path, refused.Message);
        await first.DisposeAsync();
        await using var second = FileJournal.Open(options);
    }

    [Fact]
    public void A_directory_that_cannot_be_is_refused_by_its_name()
    {
        using var directory = new TemporaryDirectory();
        var file = Path.Combine(directory.Path, "file");
        File.WriteAllText(file, "");
        var refused = Assert.ThrowsAny<IOException>(() => FileJournal.Open(new FileJournalOptions { Directory = Path.Combine(file, "data") }));
        Assert.Contains(file, refused.Message);
    }

    [Fact]
    public void A_file_reads_what_was_written_and_zeros_where_room_was_reserved()
    {
        using var directory = new TemporaryDirectory();
        using var files = new DiskFiles(directory.Path);
        using var file = files.Open("x", 1000);
        file.Write(10, "abc"u8);
        file.Sync();
        files.SyncNames();
        var bytes = new byte[2000];
        Assert.Equal(1000, file.Read(0, bytes));
        Assert.Equal("abc"u8.ToArray(), bytes[10..13]);
        Assert.Equal(0, bytes.Sum(each => each) - "abc"u8.ToArray().Sum(each => each));
        Assert.Equal(2, file.Read(998, bytes));
        Assert.Equal(0, file.Read(1000, bytes));
        Assert.Equal(0, file.Read(5000, bytes));
    }

    [Fact]
    public void A_deleted_file_is_gone_from_the_list_and_its_reader_reads_on()
    {
        using var directory = new TemporaryDirectory();
        using var files = new DiskFiles(directory.Path);
        using var file = files.Open("x", 0);
        file.Write(0, "abc"u8);
        files.Delete("x");
        Assert.DoesNotContain("x", files.List());
        Assert.Equal(3, file.Read(0, new byte[10]));
    }

    [Fact]
    public async Task Writers_on_threads_and_compaction_leave_every_stream_whole()
    {
        const int Streams = 8;
        using var directory = new TemporaryDirectory();
        var options = new FileJournalOptions { Directory = directory.Path, SegmentBytes = 64 * 1024, CompactAtDeadPercent = 20 };
        var versions = new long[Streams];
        int segments;
        await using (var journal = FileJournal.Open(options))
        {
            await Task.WhenAll(Enumerable.Range(0, Streams).Select(number => Task.Run(async () => versions[number] = await WriteAsync(journal, number))));
            segments = journal.SegmentCount;
        }

        Assert.True(!File.Exists(Path.Combine(directory.Path, Segment.NameOf(1))), "Nothing was compacted.");
        Assert.True(segments > 1);
        await using var after = FileJournal.Open(options);
        for (var number = 0; number < Streams; number++)
        {
            var replay = new Sum();
            Assert.Equal(versions[number], await after.ReadAsync($"s{number}", replay));
            Assert.Equal(versions[number] * (versions[number] + 1) / 2, replay.Total);
        }
    }

    [Fact]
    public void Options_out_of_range_are_refused_before_anything_is_opened()
    {
        var services = new ServiceCollection();
        var refused = Assert.Throws<ValidationException>(() => services.AddFileJournal(options => options.SegmentBytes = 1));
        Assert.Contains(nameof(FileJournalOptions.Directory), refused.Message + string.Join(' ', refused.ValidationResult.MemberNames));
        Assert.Empty(services);
    }

    [Fact]
    public async Task The_journal_of_a_provider_is_closed_with_it()
    {
        using var directory = new TemporaryDirectory();
        var provider = new ServiceCollection().AddFileJournal(options => options.Directory = directory.Path).BuildServiceProvider();
        var stream = await provider.GetRequiredService<IJournal>().OpenAsync("a", new Sum());
        stream.Append(BitConverter.GetBytes(1L));
        await provider.DisposeAsync();
        await using var after = FileJournal.Open(new FileJournalOptions { Directory = directory.Path });
        Assert.Equal(1, await after.ReadAsync("a", new Sum()));
    }

    // Appends 1, 2, 3 ... and now and then a snapshot of their sum.
    private static async Task<long> WriteAsync(FileJournal journal, int number)
    {
        var stream = await journal.OpenAsync($"s{number}", new Sum());
        var total = 0L;
        while (stream.Version < 4_000)
        {
            total += stream.Version + 1;
            var position = stream.Append(BitConverter.GetBytes(stream.Version + 1));
            if (stream.Version % 50 == number)
            {
                stream.AppendSnapshot(BitConverter.GetBytes(total));
            }

            if (stream.Version % 100 == 0)
            {
                await stream.WhenDurable(position);
            }
        }

        stream.Close();
        return stream.Version;
    }

    private sealed class Sum : IStreamReader
    {
        public long Total { get; private set; }

        public void Snapshot(long version, ReadOnlySpan<byte> state) => Total = BitConverter.ToInt64(state);

        public void Event(long version, ReadOnlySpan<byte> payload) => Total += BitConverter.ToInt64(payload);
    }
}
