namespace Inventory.Journal.Files;

/// <summary>Follows the durable records of the log. Copies that compaction made are passed over: they were told at their first place.</summary>
internal sealed class TailReader(Log log, long fromPosition)
{
    private const int PieceBytes = 64 * 1024;
    private readonly long _from = Math.Max(1, fromPosition);
    private Segment? _segment;
    private long _offset;
    private byte[] _piece = new byte[PieceBytes];

    /// <summary>The next record, or null and what to wait for.</summary>
    public JournalEntry? Next(out Task advanced)
    {
        while (true)
        {
            long durable;
            lock (log.Gate)
            {
                durable = log.DurableSequence;
                advanced = log.Advanced.Task;
                if (!Begin(durable))
                {
                    return null;
                }
            }

            var record = Record();
            if (record.IsEmpty || !RecordFormat.TryRead(record, out var head))
            {
                if (!NextSegment(durable))
                {
                    return null;
                }

                continue;
            }

            if (head.Sequence > durable)
            {
                return null;
            }

            _offset += head.Length;
            if (head.Sequence >= _from && !head.IsMoved)
            {
                var payload = record[head.PayloadOffset..].ToArray();
                return new JournalEntry(
                    head.Sequence, RecordFormat.NameOf(record, head), head.Version, head.Kind == RecordKind.Snapshot, payload);
            }
        }
    }

    private bool Begin(long durable)
    {
        if (_segment is not null)
        {
            return true;
        }

        var oldest = log.Segments.MinBy(segment => segment.Number);
        if (oldest is null || durable == 0)
        {
            return false;
        }

        if (fromPosition > 0 && fromPosition < oldest.FirstSequence)
        {
            throw new JournalPositionException(fromPosition, oldest.FirstSequence);
        }

        _segment = log.Segments.Where(segment => segment.FirstSequence <= Math.Max(_from, oldest.FirstSequence)).MaxBy(segment => segment.Number)!;
        _offset = RecordFormat.SegmentHeadBytes;
        return true;
    }

    private bool NextSegment(long durable)
    {
        lock (log.Gate)
        {
            var next = log.Segments.Where(segment => segment.Number > _segment!.Number).MinBy(segment => segment.Number);
            if (next is null || next.FirstSequence > durable)
            {
                return false;
            }

            (_segment, _offset) = (next, RecordFormat.SegmentHeadBytes);
            return true;
        }
    }

    private ReadOnlySpan<byte> Record()
    {
        var count = _segment!.File.Read(_offset, _piece);
        if (count < RecordFormat.HeadBytes)
        {
            return default;
        }

        var length = RecordFormat.LengthOf(_piece);
        if (length > _piece.Length)
        {
            _piece = new byte[length];
            count = _segment.File.Read(_offset, _piece);
        }

        return length <= 0 || length > count ? default : _piece.AsSpan(0, length);
    }
}
