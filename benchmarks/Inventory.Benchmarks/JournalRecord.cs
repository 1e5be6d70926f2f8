using BenchmarkDotNet.Attributes;
using Inventory.Journal.Files;

namespace Inventory.Benchmarks;

/// <summary>Records of the file journal as bytes.</summary>
public class JournalRecord
{
    private const int PayloadBytes = 80;
    private readonly byte[] _name = "stock/MUG-000001@store-0001"u8.ToArray();
    private readonly byte[] _payload = [.. Enumerable.Range(0, PayloadBytes).Select(i => (byte)(i * 37))];
    private readonly byte[] _large = [.. Enumerable.Range(0, 4096).Select(i => (byte)(i * 37))];
    private readonly byte[] _record = new byte[256];

    /// <summary>Head, name and payload of a reservation.</summary>
    [Benchmark]
    public int Encode()
    {
        var length = RecordFormat.HeadBytes + _name.Length + PayloadBytes;
        var head = new RecordHead(
            length, 12_345, 12_300, new Location(3, 4_711), 42, RecordFormat.Checksum(_payload), RecordKind.Event, RecordMarks.None, _name.Length);
        RecordFormat.Write(_record, head, _name);
        _payload.CopyTo(_record.AsSpan(head.PayloadOffset));
        return length;
    }

    [Benchmark]
    public uint Checksum4KiB() => RecordFormat.Checksum(_large);
}
