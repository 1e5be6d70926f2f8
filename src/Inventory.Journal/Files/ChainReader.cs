namespace Inventory.Journal.Files;

/// <summary>Reads a stream backwards along its records' pointers, from the last to the last snapshot or the first event.</summary>
internal static class ChainReader
{
    private const int FirstReadBytes = 4 * 1024;

    /// <returns>Whole, checked records, youngest first.</returns>
    /// <exception cref="JournalDamagedException">A record cannot be read.</exception>
    public static List<byte[]> Read(Log log, Location last, ReadOnlySpan<byte> name)
    {
        var chain = new List<byte[]>();
        for (var at = last; !at.IsNone;)
        {
            Segment segment;
            lock (log.Gate)
            {
                segment = log.SegmentOf_UnderLock(at);
            }

            var record = ReadOne(segment, at.Offset);
            if (!RecordFormat.TryRead(record, out var head) || !record.AsSpan(RecordFormat.HeadBytes, head.NameLength).SequenceEqual(name))
            {
                throw new JournalDamagedException(segment.Path, at.Offset, "the record that stands here is damaged or another stream's");
            }

            chain.Add(record);
            at = head.Kind == RecordKind.Snapshot ? default : head.Previous;
        }

        return chain;
    }

    private static byte[] ReadOne(Segment segment, long offset)
    {
        Span<byte> first = stackalloc byte[FirstReadBytes];
        var count = segment.File.Read(offset, first);
        var length = count < RecordFormat.HeadBytes ? -1 : RecordFormat.LengthOf(first);
        if (length <= 0)
        {
            throw new JournalDamagedException(segment.Path, offset, "no record begins here");
        }

        var record = new byte[length];
        if (length <= count)
        {
            first[..length].CopyTo(record);
        }
        else if (segment.File.Read(offset, record) < length)
        {
            throw new JournalDamagedException(segment.Path, offset, "the record that begins here runs past the end of the file");
        }

        return record;
    }
}
