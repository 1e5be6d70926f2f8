using System.Buffers.Binary;
using System.Text;
using Inventory.Domain;
using Inventory.Domain.Codec;
using Inventory.Domain.Stocks;

namespace Inventory.Simulator;

/// <summary>
/// A second, simpler reader of a journal's files: made from FORMAT.md alone, without any code of the journal, for files that were closed in good order. It
/// reads everything from the first byte to the last and compares it with the auditor's books.
/// </summary>
internal sealed class PlainReader
{
    private const int SegmentHead = 64;
    private const int RecordHead = 46;
    private const int KindMask = 0b0011_1111;
    private const int Event = 1;
    private const int Snapshot = 2;
    private static readonly uint[] s_crc = [.. Enumerable.Range(0, 256).Select(Crc)];
    private readonly SortedDictionary<string, Chain> _chains = new(StringComparer.Ordinal);
    private ulong _next;
    private bool _isAtEnd;

    private sealed class Chain
    {
        public SortedDictionary<long, byte[]> Events { get; } = [];

        public SortedDictionary<long, byte[]> Snapshots { get; } = [];
    }

    /// <summary>Reads all segments and compares each stock, transfer, supply, return of a kit, and the catalogue.</summary>
    /// <returns>How many records were read.</returns>
    /// <exception cref="InvalidDataException">The bytes are not as FORMAT.md says, or do not say what the books say.</exception>
    public static long Compare(IEnumerable<(string Name, byte[] Bytes)> files, Books books, OwnerBooks owners)
    {
        var reader = new PlainReader();
        var records = files.Where(file => file.Name.EndsWith(".log", StringComparison.Ordinal)).OrderBy(file => file.Name, StringComparer.Ordinal)
            .Sum(file => reader.Read(file.Name, file.Bytes));
        foreach (var book in books.All)
        {
            reader.Compare(book);
        }

        foreach (var book in owners.All)
        {
            reader.Compare(book);
        }

        return records;
    }

    private long Read(string name, ReadOnlySpan<byte> bytes)
    {
        if (!bytes.ContainsAnyExcept((byte)0))
        {
            _isAtEnd = true; // made ahead and never begun
            return 0;
        }

        Demand(!_isAtEnd, name, 0, "a segment that was begun stands behind one that was not");
        Demand(bytes[..8].SequenceEqual("INVJRNL\n"u8) && Long(bytes, 16) == ulong.Parse(name[..^4], null), name, 0, "no head of this segment");
        Demand(Checksum(bytes[..60]) == Int(bytes, 60), name, 0, "the head's checksum is wrong");
        _next = _next == 0 ? Long(bytes, 24) : _next;
        Demand(Long(bytes, 24) == _next, name, 24, $"its first record is not {_next}");
        var records = 0L;
        for (var at = SegmentHead; at + RecordHead <= bytes.Length && Int(bytes, at + 4) != 0; records++)
        {
            var record = bytes.Slice(at, (int)Int(bytes, at + 4));
            var end = RecordHead + record[45];
            Demand(Checksum(record[4..end]) == Int(record, 0) && Checksum(record[end..]) == Int(record, 40), name, at, "a checksum is wrong");
            Demand(Long(record, 8) == _next++, name, at, $"the sequence is not {_next - 1}");
            Take(Encoding.UTF8.GetString(record[RecordHead..end]), record[44] & KindMask, (long)Long(record, 32), record[end..].ToArray());
            at += record.Length;
        }

        return records;
    }

    private void Take(string stream, int kind, long version, byte[] payload)
    {
        if (!_chains.TryGetValue(stream, out var chain))
        {
            _chains.Add(stream, chain = new Chain());
        }

        var into = kind == Event ? chain.Events : kind == Snapshot ? chain.Snapshots : throw new InvalidDataException($"{stream}: kind {kind}");
        if (kind == Event && into.TryGetValue(version, out var before) && !before.AsSpan().SequenceEqual(payload))
        {
            throw new InvalidDataException($"{stream}: version {version} stands there twice and differs");
        }

        into[version] = payload;
    }

    private void Compare(StockBook book)
    {
        var stream = Books.StreamOf(book.Key);
        var chain = _chains.GetValueOrDefault(stream) ?? new Chain();
        var last = Math.Max(chain.Events.Keys.LastOrDefault(), chain.Snapshots.Keys.LastOrDefault());
        if (last != book.Version)
        {
            throw new InvalidDataException($"{stream}: the files end at version {last}, the books at {book.Version}");
        }

        var from = chain.Snapshots.Keys.LastOrDefault();
        if (from > 0)
        {
            var (stock, state) = (StockSnapshotCodec.Decode(chain.Snapshots[from]), book.At(from));
            if (stock.Sellable != state.Sellable || stock.Held != state.Held(state.AtMs))
            {
                var right = $"{state.Sellable}, {state.Held(state.AtMs)}";
                throw new InvalidDataException($"{stream}: the snapshot of version {from} has {stock.Sellable} with {stock.Held} held, the books {right}");
            }
        }

        for (var version = from + 1; version <= last; version++)
        {
            var change = book.EventAt(version);
            Span<byte> bytes = new byte[StockEventCodec.BytesMax(change)];
            var written = bytes[..StockEventCodec.Encode(change, bytes)];
            if (!chain.Events.TryGetValue(version, out var payload) || !written.SequenceEqual(payload))
            {
                var how = payload is null ? "missing in the files" : "another one than in the books";
                throw new InvalidDataException($"{stream}: version {version} is {how}");
            }
        }
    }

    private void Compare(OwnerBook book)
    {
        var chain = _chains.GetValueOrDefault(book.Stream) ?? new Chain();
        var from = chain.Snapshots.Keys.LastOrDefault();
        var last = Math.Max(chain.Events.Keys.LastOrDefault(), from);
        if (last != book.Version)
        {
            throw new InvalidDataException($"{book.Stream}: the files end at version {last}, the books at {book.Version}");
        }

        for (var version = from + 1; version <= last; version++)
        {
            if (!chain.Events.TryGetValue(version, out var payload) || !book.EventAt(version).SequenceEqual(payload))
            {
                var how = payload is null ? "missing in the files" : "another one than in the books";
                throw new InvalidDataException($"{book.Stream}: version {version} is {how}");
            }
        }
    }

    private static void Demand(bool isSo, string file, int offset, string problem)
    {
        if (!isSo)
        {
            throw new InvalidDataException($"{file}: offset {offset}: {problem}");
        }
    }

    private static uint Int(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static ulong Long(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]);

    // CRC-32C, Castagnoli, a byte at a time.
    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var each in bytes)
        {
            crc = (crc >> 8) ^ s_crc[(byte)(crc ^ each)];
        }

        return ~crc;
    }

    private static uint Crc(int first)
    {
        var crc = (uint)first;
        for (var bit = 0; bit < 8; bit++)
        {
            crc = (crc >> 1) ^ ((crc & 1) * 0x82F63B78);
        }

        return crc;
    }
}
