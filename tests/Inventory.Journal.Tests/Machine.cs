using Inventory.Journal.Files;
using Inventory.Journal.Testing;

namespace Inventory.Journal.Tests;

/// <summary>A journal on a simulated disk with a few streams and somebody who writes down what he was told.</summary>
internal sealed class Machine
{
    private const int Streams = 6;
    private readonly Random _random;
    private readonly SeededScheduler _scheduler;
    private readonly FileJournalOptions _options = new() { SegmentBytes = 8 * 1024, BatchBytesMax = 4 * 1024, CompactAtDeadPercent = 30 };
    private readonly Ledger[] _ledgers = [.. Enumerable.Range(0, Streams).Select(number => new Ledger($"stock/{number}@1"))];
    private readonly List<Task> _told = [];

    public Machine(int seed)
    {
        (_random, _scheduler) = (new Random(seed), new SeededScheduler(seed));
        Disk = new SimulatedDisk(seed);
    }

    public SimulatedDisk Disk { get; }

    /// <summary>Segments that compaction freed in orderly runs.</summary>
    public int OldestSegment { get; private set; }

    /// <summary>Opens, checks every stream against what was told, works, and closes. Ends early, without a word, when the machine goes off.</summary>
    /// <returns>True if it came to an orderly end.</returns>
    public bool Run(int rounds)
    {
        var ended = false;
        _scheduler.Run(async () =>
        {
            try
            {
                await Live(rounds);
                ended = true;
            }
            catch (Exception e) when (e is SimulatedCrashException or JournalFailedException)
            {
                // The machine is off, or its storage lost. What was told before counts.
            }
        });
        return ended;
    }

    private async Task Live(int rounds)
    {
        var journal = FileJournal.Open(_options, Disk.Mount(), JournalPump.On(_scheduler));
        try
        {
            foreach (var ledger in _ledgers)
            {
                var replay = new Ledger.Replay();
                await journal.ReadAsync(ledger.Name, replay);
                ledger.Accept(replay);
            }

            for (var round = 0; round < rounds; round++)
            {
                await Work(journal, _ledgers[_random.Next(Streams)]);
            }
        }
        finally
        {
            await journal.DisposeAsync();
            await Task.WhenAll(_told);
            _told.Clear();
        }

        OldestSegment = Disk.Names.Where(name => name.EndsWith(".log", StringComparison.Ordinal)).Select(name => int.Parse(name[..^4], null)).Min();
    }

    private async Task Work(FileJournal journal, Ledger ledger)
    {
        var replay = new Ledger.Replay();
        var stream = await journal.OpenAsync(ledger.Name, replay);
        Assert.Equal(ledger.Appended, stream.Version);
        for (var count = _random.Next(1, 5); count > 0; count--)
        {
            // The first stream is cold: it is written once and then only compaction touches it.
            if (ledger == _ledgers[0] && ledger.Appended > 3)
            {
                break;
            }

            ledger.Append(stream, _random, 900);
            _told.Add(Note(stream, ledger));
            if (_random.Next(6) == 0)
            {
                ledger.AppendSnapshot(stream, _random.Next(200));
            }
        }

        if (_random.Next(3) == 0)
        {
            await Task.WhenAll(_told);
            _told.Clear();
        }

        stream.Close();
    }

    private static async Task Note(IJournalStream stream, Ledger ledger)
    {
        var version = ledger.Appended;
        try
        {
            await stream.WhenDurable(ledger.LastPosition);
            ledger.WasTold(version);
        }
        catch (JournalFailedException)
        {
            // Nobody was told.
        }
    }
}
