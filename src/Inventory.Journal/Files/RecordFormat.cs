using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Inventory.Journal.Files;

/// <summary>What a record is. Numbers are on disk.</summary>
internal enum RecordKind : byte
{
    /// <summary>An event.</summary>
    Event = 1,

    /// <summary>A snapshot.</summary>
    Snapshot = 2,
}

/// <summary>What else is said of a record. Bits are on disk.</summary>
[Flags]
internal enum RecordMarks : byte
{
    /// <summary>Appended by the stream's owner.</summary>
    None = 0,

    /// <summary>A copy that compaction made. Counts only once the copy of the whole chain is there.</summary>
    Moved = 1,

    /// <summary>The last of the copies of one chain: from here on the chain is here.</summary>
    MoveEnds = 2,
}

/// <summary>Where a record is: segment number and offset in one figure that grows along the log. 0 is nowhere.</summary>
internal readonly record struct Location(long Value)
{
    public Location(long segment, long offset)
        : this((segment << 32) | offset)
    {
    }

    public long Segment => Value >> 32;

    public long Offset => Value & 0xFFFF_FFFF;

    public bool IsNone => Value == 0;
}

/// <summary>The head of a record.</summary>
/// <param name="Length">Bytes of the whole record.</param>
/// <param name="Sequence">Its place in the log, from 1, without gaps.</param>
/// <param name="Synced">Highest sequence that was durable when it was appended.</param>
/// <param name="Previous">The record of the same stream before it.</param>
/// <param name="Version">Version of the stream.</param>
/// <param name="PayloadChecksum">Checksum of the payload, a field of its own so that it can be computed before the place in the log is known.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Marks">What else is said of it.</param>
/// <param name="NameLength">Bytes of the stream's name.</param>
internal readonly record struct RecordHead(
    int Length, long Sequence, long Synced, Location Previous, long Version, uint PayloadChecksum, RecordKind Kind, RecordMarks Marks, int NameLength)
{
    /// <summary>Where the payload begins: after the head and the name.</summary>
    public int PayloadOffset => RecordFormat.HeadBytes + NameLength;

    /// <summary>True of a copy that compaction made.</summary>
    public bool IsMoved => (Marks & RecordMarks.Moved) != 0;

    /// <summary>True if from this record on the stream's chain is here.</summary>
    public bool IsChainEnd => Marks != RecordMarks.Moved;
}

/// <summary>Records and segment heads as bytes. FORMAT.md draws them; golden tests pin them.</summary>
internal static class RecordFormat
{
    public const int HeadBytes = 46;
    public const int SegmentHeadBytes = 64;
    public const int RecordBytesMax = HeadBytes + JournalLimits.StreamNameBytesMax + JournalLimits.SnapshotBytesMax;

    /// <summary>Bytes that <see cref="LengthOf"/> needs.</summary>
    public const int LengthEndsAt = 8;
    private const uint Version = 2;
    private const int MarksShift = 6;
    private const byte KindMask = (1 << MarksShift) - 1;

    private static ReadOnlySpan<byte> Magic => "INVJRNL\n"u8;

    /// <summary>Writes head and name of a record; the payload goes behind them.</summary>
    public static void Write(Span<byte> destination, in RecordHead head, ReadOnlySpan<byte> name)
    {
        BinaryPrimitives.WriteInt32LittleEndian(destination[4..], head.Length);
        BinaryPrimitives.WriteInt64LittleEndian(destination[8..], head.Sequence);
        BinaryPrimitives.WriteInt64LittleEndian(destination[16..], head.Synced);
        BinaryPrimitives.WriteInt64LittleEndian(destination[24..], head.Previous.Value);
        BinaryPrimitives.WriteInt64LittleEndian(destination[32..], head.Version);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[40..], head.PayloadChecksum);
        destination[44] = (byte)((int)head.Kind | ((int)head.Marks << MarksShift));
        destination[45] = (byte)name.Length;
        name.CopyTo(destination[HeadBytes..]);
        BinaryPrimitives.WriteUInt32LittleEndian(destination, Checksum(destination[4..(HeadBytes + name.Length)]));
    }

    /// <summary>Length of the record that begins here; 0 if nothing does, negative if that cannot be a record.</summary>
    public static int LengthOf(ReadOnlySpan<byte> source)
    {
        var length = BinaryPrimitives.ReadInt32LittleEndian(source[4..]);
        return length == 0 ? 0 : length is > HeadBytes and <= RecordBytesMax ? length : -1;
    }

    /// <summary>Reads and checks head and name of the record that begins here, not its payload.</summary>
    public static bool TryReadHead(ReadOnlySpan<byte> source, out RecordHead head)
    {
        head = default;
        if (source.Length <= HeadBytes || source[45] == 0 || source.Length < HeadBytes + source[45]
            || Checksum(source[4..(HeadBytes + source[45])]) != BinaryPrimitives.ReadUInt32LittleEndian(source))
        {
            return false;
        }

        head = new RecordHead(
            BinaryPrimitives.ReadInt32LittleEndian(source[4..]),
            BinaryPrimitives.ReadInt64LittleEndian(source[8..]),
            BinaryPrimitives.ReadInt64LittleEndian(source[16..]),
            new Location(BinaryPrimitives.ReadInt64LittleEndian(source[24..])),
            BinaryPrimitives.ReadInt64LittleEndian(source[32..]),
            BinaryPrimitives.ReadUInt32LittleEndian(source[40..]),
            (RecordKind)(source[44] & KindMask),
            (RecordMarks)(source[44] >> MarksShift),
            source[45]);
        return head.Kind is RecordKind.Event or RecordKind.Snapshot && head.PayloadOffset <= head.Length;
    }

    /// <summary>Reads and checks a whole record.</summary>
    public static bool TryRead(ReadOnlySpan<byte> record, out RecordHead head) =>
        TryReadHead(record, out head) && head.Length == record.Length && Checksum(record[head.PayloadOffset..]) == head.PayloadChecksum;

    /// <summary>Bytes of the name of the stream of a record.</summary>
    public static ReadOnlySpan<byte> NameOf(ReadOnlySpan<byte> record, in RecordHead head) => record.Slice(HeadBytes, head.NameLength);

    /// <summary>Name of the stream of a record.</summary>
    public static string NameTextOf(ReadOnlySpan<byte> record, in RecordHead head) => Encoding.UTF8.GetString(NameOf(record, head));

    /// <summary>Makes the head of a segment.</summary>
    public static byte[] SegmentHead(long segment, long firstSequence)
    {
        var head = new byte[SegmentHeadBytes];
        Magic.CopyTo(head);
        BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(8), Version);
        BinaryPrimitives.WriteInt64LittleEndian(head.AsSpan(16), segment);
        BinaryPrimitives.WriteInt64LittleEndian(head.AsSpan(24), firstSequence);
        BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(60), Checksum(head.AsSpan(0, 60)));
        return head;
    }

    /// <summary>Checks the head of a segment.</summary>
    /// <returns>What is wrong; null if nothing is.</returns>
    public static string? CheckSegmentHead(ReadOnlySpan<byte> head, long segment, out long firstSequence)
    {
        firstSequence = BinaryPrimitives.ReadInt64LittleEndian(head[24..]);
        if (!head[..8].SequenceEqual(Magic) || Checksum(head[..60]) != BinaryPrimitives.ReadUInt32LittleEndian(head[60..]))
        {
            return "this is no segment of a journal, or its head is damaged";
        }

        var version = BinaryPrimitives.ReadUInt32LittleEndian(head[8..]);
        if (version != Version)
        {
            return $"the segment has format {version}; this program reads format {Version}";
        }

        var number = BinaryPrimitives.ReadInt64LittleEndian(head[16..]);
        return number == segment ? null : $"the segment says that it is number {number}";
    }

    /// <summary>CRC-32C (Castagnoli), as in iSCSI (RFC 3720), by the processor where it can.</summary>
    public static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (var each in bytes)
        {
            crc = BitOperations.Crc32C(crc, each);
        }

        return ~crc;
    }
}
