using System.Buffers.Binary;

namespace Inventory.Journal.Files;

/// <summary>Looks for whole records behind a broken place, byte by byte: what they carry proves what had been synced.</summary>
internal static class Wreck
{
    /// <summary>The highest watermark that a whole, plausible record after the offset carries; 0 if there is none.</summary>
    /// <param name="file">The segment.</param>
    /// <param name="offset">Where to begin.</param>
    /// <param name="lastSequence">Sequence of the last good record: only later ones count.</param>
    public static long HighestSynced(IJournalFile file, long offset, long lastSequence)
    {
        var bytes = new byte[file.Length - Math.Min(offset, file.Length)];
        var length = file.Read(offset, bytes);
        var highest = 0L;
        for (var at = 0; at + RecordFormat.HeadBytes < length; at++)
        {
            var rest = bytes.AsSpan(at, length - at);
            var size = RecordFormat.LengthOf(rest);
            if (size > 0 && size <= rest.Length && IsPlausible(rest, lastSequence) && RecordFormat.TryRead(rest[..size], out var head))
            {
                highest = Math.Max(highest, head.Synced);
                at += size - 1;
            }
        }

        return highest;
    }

    // Checked before the checksum, which would make this quadratic.
    private static bool IsPlausible(ReadOnlySpan<byte> record, long lastSequence)
    {
        var sequence = BinaryPrimitives.ReadInt64LittleEndian(record[8..]);
        var synced = BinaryPrimitives.ReadInt64LittleEndian(record[16..]);
        return sequence > lastSequence && sequence - lastSequence < int.MaxValue && synced >= 0 && synced < sequence;
    }
}
