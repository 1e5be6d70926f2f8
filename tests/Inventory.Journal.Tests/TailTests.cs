using System.Globalization;
using System.Text;
using Inventory.Journal.Files;
using Inventory.Journal.Testing;

namespace Inventory.Journal.Tests;

/// <summary>Following a journal whose segments are compacted meanwhile.</summary>
public sealed class TailTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task One_who_begins_at_0_after_compaction_learns_the_state_of_every_stream()
    {
        var disk = new SimulatedDisk(1);
        await using var journal = Handmade.Open(disk);
        var (cold, hot) = (await journal.StreamAsync("cold"), await journal.StreamAsync("hot"));
        journal.Write(cold, "1");
        journal.Write(cold, "2");
        await ChurnAsync(journal, hot, 300);
        Assert.DoesNotContain(Handmade.Segment(1), disk.Names);
        Assert.Equal(new Dictionary<string, string> { ["cold"] = "2", ["hot"] = "300" }, await FollowAsync(journal, 0));
    }

    [Fact]
    public async Task A_position_that_was_compacted_away_is_refused()
    {
        var disk = new SimulatedDisk(1);
        await using var journal = Handmade.Open(disk);
        await ChurnAsync(journal, await journal.StreamAsync("hot"), 300);
        var gone = await Assert.ThrowsAsync<JournalPositionException>(async () => await FollowAsync(journal, 1));
        Assert.Contains("Begin again at 0", gone.Message);
    }

    [Fact]
    public async Task One_who_follows_while_segments_are_freed_sees_every_event_once()
    {
        var disk = new SimulatedDisk(1);
        await using var journal = Handmade.Open(disk);
        var stream = await journal.StreamAsync("hot");
        journal.Write(stream, "1");
        using var over = new CancellationTokenSource(Patience);
        await using var tail = journal.TailAsync(0, over.Token).GetAsyncEnumerator();
        var next = 1L;
        for (var round = 0; round < 20; round++)
        {
            while (next <= stream.Version)
            {
                Assert.True(await tail.MoveNextAsync());
                next += tail.Current is { IsSnapshot: false } entry && entry.Version == next ? 1 : 0;
            }

            await ChurnAsync(journal, stream, 20);
        }

        Assert.DoesNotContain(Handmade.Segment(1), disk.Names);
    }

    /// <summary>Writes so many numbered events with a snapshot every ten, and compacts whenever that pays.</summary>
    private static async Task ChurnAsync(FileJournal journal, IJournalStream stream, int events)
    {
        for (var i = 0; i < events; i++)
        {
            journal.Write(stream, (stream.Version + 1).ToString(CultureInfo.InvariantCulture));
            if (stream.Version % 10 == 0)
            {
                stream.AppendSnapshot(Encoding.UTF8.GetBytes(stream.Version.ToString(CultureInfo.InvariantCulture)));
                journal.Pump();
            }

            var compaction = journal.CompactAsync();
            while (!compaction.IsCompleted)
            {
                journal.Pump();
                await Task.Yield();
            }
        }
    }

    /// <summary>What a follower believes once he has seen every record.</summary>
    private static async Task<Dictionary<string, string>> FollowAsync(FileJournal journal, long from)
    {
        using var over = new CancellationTokenSource(Patience);
        var (states, versions) = (new Dictionary<string, string>(), new Dictionary<string, long>());
        await foreach (var entry in journal.TailAsync(from, over.Token))
        {
            var version = versions.GetValueOrDefault(entry.Stream);
            if (entry.IsSnapshot ? entry.Version >= version : entry.Version == version + 1)
            {
                (states[entry.Stream], versions[entry.Stream]) = (Encoding.UTF8.GetString(entry.Payload.Span), entry.Version);
            }

            if (entry.Position == journal.DurablePosition)
            {
                break;
            }
        }

        return states;
    }
}
