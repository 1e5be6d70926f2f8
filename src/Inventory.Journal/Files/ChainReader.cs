namespace Inventory.Journal.Files;

/// <summary>A record and where it stands.</summary>
internal readonly record struct ChainLink(Location Location, RecordHead Head, byte[] Record)
{
    public ArraySegment<byte> Payload => new(Record, Head.PayloadOffset, Record.Length - Head.PayloadOffset);
}

/// <summary>Reads a stream backwards along its records' pointers, from the last to the last snapshot or the first event.</summary>
internal static class ChainReader
{
    /// <summary>Nearly every event is whole with the first read, and no more is copied than it needs.</summary>
    private const int FirstReadBytes = 512;

    /// <summary>Reads a chain, pending records too.</summary>
    /// <param name="log">The log.</param>
    /// <param name="last">Where the chain ends.</param>
    /// <param name="name">Name of the stream.</param>
    /// <param name="until">Stops before this place, if the chain comes by.</param>
    /// <returns>Whole, checked records, youngest first; null if compaction took part of it away meanwhile: look up the stream again.</returns>
    /// <exception cref="JournalDamagedException">A record cannot be read.</exception>
    public static List<ChainLink>? Read(Log log, Location last, ReadOnlySpan<byte> name, Location until = default)
    {
        var chain = new List<ChainLink>();
        Segment? segment = null;
        try
        {
            for (var at = last; !at.IsNone && at != until;)
            {
                if (segment?.Number != at.Segment)
                {
                    segment?.Release();
                    lock (log.Gate)
                    {
                        segment = log.Hold_UnderLock(at.Segment);
                    }
                }

                if (segment is null)
                {
                    return null;
                }

                var record = ReadOne(log, segment, at.Offset);
                if (!RecordFormat.TryRead(record, out var head) || !RecordFormat.NameOf(record, head).SequenceEqual(name))
                {
                    throw new JournalDamagedException(segment.Path, at.Offset, "the record that stands here is damaged or another stream's");
                }

                chain.Add(new ChainLink(at, head, record));
                at = head.Kind == RecordKind.Snapshot ? default : head.Previous;
            }
        }
        finally
        {
            segment?.Release();
        }

        return chain;
    }

    private static byte[] ReadOne(Log log, Segment segment, long offset)
    {
        Span<byte> first = stackalloc byte[FirstReadBytes];
        if (!log.IsDurable(new Location(segment.Number, offset)))
        {
            lock (log.Gate)
            {
                if (log.TryReadPending_UnderLock(segment, offset, first[..RecordFormat.HeadBytes]))
                {
                    var pending = new byte[RecordFormat.LengthOf(first)];
                    log.TryReadPending_UnderLock(segment, offset, pending);
                    return pending;
                }
            }
        }

        var count = segment.File.Read(offset, first);
        var length = count < RecordFormat.HeadBytes ? -1 : RecordFormat.LengthOf(first);
        if (length <= 0 || (length > count && offset + length > segment.File.Length))
        {
            throw new JournalDamagedException(segment.Path, offset, "no record begins here");
        }

        var record = new byte[length];
        first[..Math.Min(count, length)].CopyTo(record);
        if (length > count && segment.File.Read(offset + count, record.AsSpan(count)) < length - count)
        {
            throw new JournalDamagedException(segment.Path, offset, "the record that begins here runs past the end of the file");
        }

        return record;
    }
}
