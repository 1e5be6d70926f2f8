using Inventory.Journal.Files;
using Inventory.Journal.Testing;

namespace Inventory.Journal.Tests;

/// <summary>Fail-stop: after a lost write nobody is told "accepted", the same bytes are never tried again, and a restart serves what was told.</summary>
public sealed class StorageLossTests
{
    [Fact]
    public async Task A_failed_sync_ends_the_journal_for_every_waiter_and_for_good()
    {
        var disk = new SimulatedDisk(1);
        var journal = Handmade.Open(disk);
        var (a, b) = (await journal.StreamAsync("a"), await journal.StreamAsync("b"));
        journal.Write(a, "told");
        disk.FailSyncAfter = 0;
        var waiters = new[] { a.WhenDurable(a.Append("x"u8)).AsTask(), b.WhenDurable(b.Append("y"u8)).AsTask() };
        Assert.False(journal.Pump());
        foreach (var waiter in waiters)
        {
            Assert.Contains("Input/output error", (await Assert.ThrowsAsync<JournalFailedException>(() => waiter)).Message);
        }

        Assert.False(journal.Health.IsServing);
        Assert.Contains("Input/output error", journal.Health.Reason);
        var steps = disk.Steps;
        Assert.Throws<JournalFailedException>(() => a.Append("z"u8));
        Assert.Throws<JournalFailedException>(() => b.AppendSnapshot("z"u8));
        await Assert.ThrowsAsync<JournalFailedException>(async () => await journal.StreamAsync("a"));
        await Assert.ThrowsAsync<JournalFailedException>(async () => await journal.TextAsync("a"));
        Assert.False(journal.Pump());
        await journal.DisposeAsync();
        Assert.Equal(steps, disk.Steps); // nothing was written or synced again
        disk.LosePower();
        await using var after = Handmade.Open(disk);
        Assert.StartsWith("1:told", await after.TextAsync("a"));
    }

    [Fact]
    public async Task Those_who_wait_together_are_all_told_of_a_lost_write()
    {
        var disk = new SimulatedDisk(1) { FailSyncAfter = 0 };
        await using var journal = FileJournal.Open(new FileJournalOptions(), disk.Mount(), JournalPump.OwnThread());
        var stream = await journal.StreamAsync();
        var position = stream.Append("x"u8);
        var waiters = Enumerable.Range(0, 100).Select(_ => journal.WhenDurableTogether(position).AsTask()).ToList();
        foreach (var waiter in waiters)
        {
            await Assert.ThrowsAsync<JournalFailedException>(() => waiter.WaitAsync(TimeSpan.FromSeconds(30)));
        }
    }

    [Fact]
    public async Task Waiters_of_the_batch_behind_a_lost_one_are_told_too()
    {
        var disk = new SimulatedDisk(1);
        await using var journal = Handmade.Open(disk);
        var stream = await journal.StreamAsync();
        var first = stream.WhenDurable(stream.Append(new byte[5000])).AsTask();
        var second = stream.WhenDurable(stream.Append(new byte[5000])).AsTask(); // past the size of a batch
        disk.FailSyncAfter = 0;
        Assert.False(journal.Pump());
        await Assert.ThrowsAsync<JournalFailedException>(() => first);
        await Assert.ThrowsAsync<JournalFailedException>(() => second);
    }

    [Fact]
    public async Task A_full_disk_loses_nothing_that_was_told_and_serves_again_once_there_is_room()
    {
        var disk = new SimulatedDisk(1) { CapacityBytes = 20_000 };
        var journal = Handmade.Open(disk);
        var stream = await journal.StreamAsync();
        var told = 0;
        var failure = await Assert.ThrowsAsync<JournalFailedException>(async () =>
        {
            while (true)
            {
                var durable = stream.WhenDurable(stream.Append(System.Text.Encoding.UTF8.GetBytes($"e{told + 1}")));
                journal.Pump();
                await durable;
                told++;
            }
        });
        Assert.Contains("No space left", failure.Message);
        Assert.False(journal.Health.IsServing);
        Assert.True(told > 100);
        await journal.DisposeAsync();
        disk.CapacityBytes = long.MaxValue;
        await using var after = Handmade.Open(disk);
        Assert.StartsWith(Handmade.Events(told), await after.TextAsync());
        after.Write(await after.StreamAsync(), "goes on");
        Assert.EndsWith(":goes on", await after.TextAsync());
    }

    [Fact]
    public async Task More_than_may_wait_for_the_disk_is_refused_and_nothing_is_lost()
    {
        var disk = new SimulatedDisk(1);
        await using var journal = Handmade.Open(disk, new FileJournalOptions { PendingBytesMax = 1024 * 1024 });
        var stream = await journal.StreamAsync();
        var payload = new byte[100_000];
        var full = Assert.Throws<JournalFullException>(() =>
        {
            for (var i = 0; i < 20; i++)
            {
                stream.Append(payload);
            }
        });
        Assert.Contains("try again", full.Message);
        Assert.InRange(stream.Version, 9, 10);
        while (journal.Pump())
        {
        }

        Assert.True(journal.Health.IsServing);
        journal.Write(stream, "next");
        Assert.EndsWith($"{stream.Version}:next", await journal.TextAsync());
    }

    [Fact]
    public async Task Nothing_is_told_before_its_sync()
    {
        var disk = new SimulatedDisk(1);
        await using var journal = Handmade.Open(disk);
        var stream = await journal.StreamAsync();
        var durable = stream.WhenDurable(stream.Append("x"u8)).AsTask();
        var toldBeforeSync = true;
        disk.BeforeSync = () => toldBeforeSync = durable.IsCompleted || journal.DurablePosition > 0;
        Assert.True(journal.Pump());
        Assert.False(toldBeforeSync);
        await durable;
        disk.BeforeSync = null;
    }
}
