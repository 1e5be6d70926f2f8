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
/// <param name="Kind">What it is.</param>
/// <param name="IsMoved">True of a copy that compaction made.</param>
/// <param name="NameLength">Bytes of the stream's name.</param>
internal readonly record struct RecordHead(
    int Length, long Sequence, long Synced, Location Previous, long Version, RecordKind Kind, bool IsMoved, int NameLength)
{
    public int PayloadOffset => RecordFormat.HeadBytes + NameLength;
}

/// <summary>Records and segment heads as bytes. FORMAT.md draws them; a golden test pins them.</summary>
internal static class RecordFormat
{
    public const int HeadBytes = 42;
    public const int SegmentHeadBytes = 64;
    public const int RecordBytesMax = HeadBytes + JournalLimits.StreamNameBytesMax + JournalLimits.SnapshotBytesMax;
    private const uint Version = 1;
    private const byte MovedFlag = 0x80;

    private static ReadOnlySpan<byte> Magic => "INVJRNL\n"u8;

    /// <summary>Writes a record.</summary>
    public static void Write(Span<byte> destination, in RecordHead head, ReadOnlySpan<byte> name, ReadOnlySpan<byte> payload)
    {
        BinaryPrimitives.WriteInt32LittleEndian(destination, head.Length);
        BinaryPrimitives.WriteInt64LittleEndian(destination[8..], head.Sequence);
        BinaryPrimitives.WriteInt64LittleEndian(destination[16..], head.Synced);
        BinaryPrimitives.WriteInt64LittleEndian(destination[24..], head.Previous.Value);
        BinaryPrimitives.WriteInt64LittleEndian(destination[32..], head.Version);
        destination[40] = (byte)((byte)head.Kind | (head.IsMoved ? MovedFlag : 0));
        destination[41] = (byte)name.Length;
        name.CopyTo(destination[HeadBytes..]);
        payload.CopyTo(destination[(HeadBytes + name.Length)..]);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[4..], Checksum(destination[8..head.Length]));
    }

    /// <summary>Length of the record that begins here; 0 if nothing does, negative if that cannot be a record.</summary>
    public static int LengthOf(ReadOnlySpan<byte> source)
    {
        var length = BinaryPrimitives.ReadInt32LittleEndian(source);
        return length == 0 ? 0 : length is > HeadBytes and <= RecordBytesMax ? length : -1;
    }

    /// <summary>Reads the head of a whole record and checks the record.</summary>
    public static bool TryRead(ReadOnlySpan<byte> record, out RecordHead head)
    {
        head = default;
        if (record.Length <= HeadBytes || Checksum(record[8..]) != BinaryPrimitives.ReadUInt32LittleEndian(record[4..]))
        {
            return false;
        }

        head = new RecordHead(
            BinaryPrimitives.ReadInt32LittleEndian(record),
            BinaryPrimitives.ReadInt64LittleEndian(record[8..]),
            BinaryPrimitives.ReadInt64LittleEndian(record[16..]),
            new Location(BinaryPrimitives.ReadInt64LittleEndian(record[24..])),
            BinaryPrimitives.ReadInt64LittleEndian(record[32..]),
            (RecordKind)(record[40] & ~MovedFlag),
            (record[40] & MovedFlag) != 0,
            record[41]);
        return head.Kind is RecordKind.Event or RecordKind.Snapshot && head.PayloadOffset <= record.Length;
    }

    /// <summary>Name of the stream of a whole record.</summary>
    public static string NameOf(ReadOnlySpan<byte> record, in RecordHead head) =>
        Encoding.UTF8.GetString(record.Slice(HeadBytes, head.NameLength));

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

    /// <summary>Checks the head of a segment. An all-zero one was never written.</summary>
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
