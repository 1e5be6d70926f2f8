using BenchmarkDotNet.Attributes;
using Inventory.Journal;
using Inventory.Journal.Files;

namespace Inventory.Benchmarks;

/// <summary>Appends of 80 bytes to 64 streams of a file journal in a directory for temporary files, and the wait until all are on the disk.</summary>
public class JournalAppend : IStreamReader
{
    private const int Streams = 64;
    private readonly byte[] _payload = [.. Enumerable.Range(0, 80).Select(i => (byte)(i * 37))];
    private readonly IJournalStream[] _streams = new IJournalStream[Streams];
    private FileJournal? _journal;
    private string _directory = "";

    /// <summary>Records that wait together; the time shown is that of the whole batch.</summary>
    [Params(1, 16, 256, 2_048)]
    public int Records { get; set; }

    [GlobalSetup]
    public async Task Setup()
    {
        _directory = Directory.CreateTempSubdirectory("inventory-benchmark-").FullName;
        _journal = FileJournal.Open(new FileJournalOptions { Directory = _directory });
        for (var i = 0; i < Streams; i++)
        {
            _streams[i] = await _journal.OpenAsync($"stock/{World.Key(i)}", this);
        }
    }

    [Benchmark]
    public async Task Durable()
    {
        var last = default(JournalPosition);
        for (var i = 0; i < Records; i++)
        {
            var stream = _streams[i % Streams];
            last = stream.Append(_payload);
            if (stream.WantsSnapshot)
            {
                stream.AppendSnapshot(_payload);
            }
        }

        await _streams[0].WhenDurable(last);
    }

    [GlobalCleanup]
    public async Task Cleanup()
    {
        await _journal!.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    void IStreamReader.Snapshot(long version, ReadOnlySpan<byte> state)
    {
    }

    void IStreamReader.Event(long version, ReadOnlySpan<byte> payload)
    {
    }
}
