using System.Buffers.Binary;

namespace Inventory.Journal.Files;

/// <summary>Looks for heads of records behind a broken place, byte by byte: what they carry proves what had been synced.</summary>
internal static class Wreck
{
    private const long JumpMax = int.MaxValue;

    /// <summary>The highest watermark that a whole, plausible head after the offset carries; 0 if there is none.</summary>
    /// <param name="file">The segment.</param>
    /// <param name="offset">Where to begin.</param>
    /// <param name="lastSequence">Sequence of the last good record: only later ones count.</param>
    public static long HighestSynced(IJournalFile file, long offset, long lastSequence)
    {
        var highest = 0L;
        for (var at = offset; TryFind(file, ref at, lastSequence, out var head); at += RecordFormat.HeadBytes)
        {
            highest = Math.Max(highest, head.Synced);
        }

        return highest;
    }

    /// <summary>Finds the next head of a record with a sequence above the given one.</summary>
    /// <param name="file">The segment.</param>
    /// <param name="offset">Where to begin; where it was found.</param>
    /// <param name="lastSequence">Sequence of the last good record.</param>
    /// <param name="head">What was found.</param>
    public static bool TryFind(IJournalFile file, ref long offset, long lastSequence, out RecordHead head)
    {
        const int HeadAndNameMax = RecordFormat.HeadBytes + byte.MaxValue;
        var piece = new byte[1024 * 1024];
        while (true)
        {
            var count = file.Read(offset, piece);
            var last = count < piece.Length ? count - RecordFormat.HeadBytes : count - HeadAndNameMax;
            for (var at = 0; at < last; at++)
            {
                var rest = piece.AsSpan(at, count - at);
                if (IsPlausible(rest, lastSequence) && RecordFormat.TryReadHead(rest, out head))
                {
                    offset += at;
                    return true;
                }
            }

            if (count < piece.Length)
            {
                head = default;
                return false;
            }

            offset += last;
        }
    }

    // Cheap, and nearly always false: the checksum is for the rest.
    private static bool IsPlausible(ReadOnlySpan<byte> source, long lastSequence)
    {
        var sequence = BinaryPrimitives.ReadInt64LittleEndian(source[8..]);
        return sequence > lastSequence && sequence - lastSequence < JumpMax && RecordFormat.LengthOf(source) > 0
            && BinaryPrimitives.ReadInt64LittleEndian(source[16..]) is var synced && synced >= 0 && synced < sequence;
    }
}
