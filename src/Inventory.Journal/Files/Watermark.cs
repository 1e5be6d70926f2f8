using System.Buffers.Binary;

namespace Inventory.Journal.Files;

/// <summary>The highest sequence that was durable when somebody was told so: 8 bytes of sequence, 4 of checksum, in a file of its own.</summary>
/// <remarks>
/// Written after each sync and before anybody is told, and not synced itself: a killed process leaves it exact, a lost power supply leaves it a little
/// old, and then the watermark that each record carries helps out. Recovery takes the higher of the two.
/// </remarks>
internal sealed class Watermark(IJournalFile file) : IDisposable
{
    public const string Name = "synced";
    private const int Bytes = 12;

    /// <summary>What was noted last; 0 if nothing readable was.</summary>
    public long Read()
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        return file.Read(0, bytes) == Bytes
            && RecordFormat.Checksum(bytes[..sizeof(long)]) == BinaryPrimitives.ReadUInt32LittleEndian(bytes[sizeof(long)..])
            ? BinaryPrimitives.ReadInt64LittleEndian(bytes)
            : 0;
    }

    public void Note(long sequence)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, sequence);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[sizeof(long)..], RecordFormat.Checksum(bytes[..sizeof(long)]));
        file.Write(0, bytes);
    }

    public void Dispose() => file.Dispose();
}
