using Inventory.Journal.Files;

namespace Inventory.Journal.Tests;

/// <summary>Bits that turn over anywhere: what was told of is served whole, or the journal refuses and says where. It never serves something else.</summary>
public sealed class DamageTests
{
    [Fact]
    public async Task A_flipped_bit_anywhere_is_found_or_harmless()
    {
        const int Events = 60;
        var intact = await Handmade.DiskWithAsync(Events);
        var (refused, harmless) = (0, 0);
        var random = new Random(7);
        foreach (var name in intact.Names)
        {
            var bytes = intact.Read(name);
            for (var at = 0; at < bytes.Length; at++)
            {
                var disk = await CloneAsync(intact, Events);
                var bit = random.Next(8);
                disk.FlipBit(name, at, bit);
                try
                {
                    await using var journal = Handmade.Open(disk);
                    Assert.True(Handmade.Events(Events) == await journal.TextAsync(), $"{name} byte {at} bit {bit}: something else is served");
                    harmless++;
                }
                catch (JournalDamagedException damage)
                {
                    Assert.EndsWith(name, damage.Path);
                    Assert.True(damage.Offset <= at, $"{name} byte {at} bit {bit}: {damage.Message}");
                    refused++;
                }
            }
        }

        Assert.True(refused > Events * RecordFormat.HeadBytes, "Damage in records was not found.");
        Assert.True(harmless > 0, "Reserved room and the watermark file are not worth a refusal.");
    }

    [Fact]
    public async Task A_bit_that_flips_while_the_journal_serves_is_found_when_the_stream_is_read()
    {
        var disk = await Handmade.DiskWithAsync(3);
        await using var journal = Handmade.Open(disk);
        disk.FlipBit(Handmade.Segment(1), RecordFormat.SegmentHeadBytes + 56, 2);
        var damage = await Assert.ThrowsAsync<JournalDamagedException>(async () => await journal.TextAsync());
        Assert.Contains(Handmade.Segment(1), damage.Message);
    }

    [Fact]
    public async Task The_oldest_segment_missing_is_found_when_a_stream_wants_it()
    {
        // A freed segment and a lost one look alike, until somebody asks for what stood in it.
        var disk = await Handmade.DiskWithAsync(200);
        disk.Lose(Handmade.Segment(1));
        await using var journal = Handmade.Open(disk);
        await Assert.ThrowsAsync<JournalDamagedException>(async () => await journal.TextAsync());
        await Assert.ThrowsAsync<JournalDamagedException>(async () => await journal.StreamAsync());
    }

    private static async Task<Testing.SimulatedDisk> CloneAsync(Testing.SimulatedDisk intact, int events)
    {
        var disk = await Handmade.DiskWithAsync(0);
        foreach (var name in intact.Names)
        {
            using var files = disk.Mount();
            using var file = files.Open(name, 0);
            file.Write(0, intact.Read(name));
            file.Sync();
            files.SyncNames();
        }

        return events > 0 ? disk : intact;
    }
}
