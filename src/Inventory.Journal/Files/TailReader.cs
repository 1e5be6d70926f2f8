namespace Inventory.Journal.Files;

/// <summary>Follows the durable records of the log.</summary>
/// <remarks>
/// Copies that compaction made are passed over: they were told at their first place. One who begins at 0 may have come too late for that place, so he gets
/// the copies that were there when he began.
/// </remarks>
internal sealed class TailReader : IDisposable
{
    private readonly Log _log;
    private readonly long _from;
    private readonly long _copiesUpTo;
    private Segment? _segment;
    private RecordReader? _reader;

    public TailReader(Log log, long fromPosition)
    {
        (_log, _from) = (log, fromPosition);
        lock (log.Gate)
        {
            var oldest = log.Segments_UnderLock.MinBy(segment => segment.Number);
            if (fromPosition > log.Sequence + 1 || (fromPosition > 0 && fromPosition < (oldest?.FirstSequence ?? 0)))
            {
                throw new JournalPositionException(fromPosition, oldest?.FirstSequence ?? 1);
            }

            _copiesUpTo = fromPosition == 0 ? log.Sequence : 0;
            _segment = log.Segments_UnderLock.Where(segment => segment.FirstSequence <= fromPosition).MaxBy(segment => segment.Number) ?? oldest;
            _segment?.Hold_UnderLock();
        }
    }

    /// <summary>The next record, or null and what to wait for.</summary>
    public JournalEntry? Next(out Task advanced)
    {
        while (TryPlace(out advanced))
        {
            if (_reader!.Next(out var record, out var head) != Found.Next)
            {
                throw new JournalDamagedException(_segment!.Path, _reader.Offset, "a record that was whole is not any more");
            }

            var entry = head.Sequence >= _from && (!head.IsMoved || head.Sequence <= _copiesUpTo)
                ? new JournalEntry(
                    head.Sequence,
                    RecordFormat.NameTextOf(record, head),
                    head.Version,
                    head.Kind == RecordKind.Snapshot,
                    record[head.PayloadOffset..].ToArray())
                : null;
            _reader.Skip(head.Length);
            if (entry is not null)
            {
                return entry;
            }
        }

        return null;
    }

    public void Dispose()
    {
        _reader?.Dispose();
        _segment?.Release();
        (_reader, _segment) = (null, null);
    }

    /// <summary>Goes to where the next durable record begins. False if there is none yet.</summary>
    private bool TryPlace(out Task advanced)
    {
        advanced = Task.CompletedTask;
        if (_reader is not null && _reader.Offset < _reader.End)
        {
            return true;
        }

        lock (_log.Gate)
        {
            while (true)
            {
                if (_segment is null && _log.SegmentCount > 0)
                {
                    _segment = _log.Segments_UnderLock.MinBy(segment => segment.Number)!;
                    _segment.Hold_UnderLock();
                }

                var durable = _log.DurableEnd;
                if (_segment is null || _segment.Number > durable.Segment)
                {
                    break;
                }

                _reader ??= new RecordReader(_segment.File, RecordFormat.SegmentHeadBytes);
                _reader.End = _segment.Number == durable.Segment ? durable.Offset : _segment.End;
                if (_reader.Offset < _reader.End)
                {
                    return true;
                }

                if (_segment.Number == durable.Segment)
                {
                    break;
                }

                MoveOn_UnderLock();
            }

            advanced = _log.WhenAdvanced_UnderLock();
            return false;
        }
    }

    private void MoveOn_UnderLock()
    {
        var next = _log.Hold_UnderLock(_segment!.Number + 1);
        if (next is null)
        {
            throw new JournalPositionException(
                _segment.FirstSequence, _log.Segments_UnderLock.MinBy(segment => segment.Number)!.FirstSequence);
        }

        Dispose();
        _segment = next;
    }
}
