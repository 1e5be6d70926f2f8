namespace Inventory.Journal.Files;

/// <summary>Frees the oldest segment by copying what lives in it to the end of the log, while the journal serves.</summary>
/// <remarks>
/// 1 find the streams with a record in the segment that their chain still reaches.  2 append each such chain anew, whole, under the lock, unless the
/// stream moved on meanwhile.  3 wait until the copies are durable.  4 delete the file. A crash before 4 leaves both copies; recovery takes the younger.
/// 4 before 3 would lose what was promised. One segment at a time, and the copies go through the writer like any append, so that they share its disk.
/// </remarks>
internal sealed class Compaction(Log log, StreamIndex index, IJournalFiles files, FileJournalOptions options, long deadBytes) : IAsyncDisposable
{
    private readonly List<Segment> _deleted = [];
    private long _deadBytes = deadBytes;
    private int _considered = log.SegmentCount;
    private Task _running = Task.CompletedTask;
    private volatile bool _stopping;

    /// <summary>Notes bytes that nothing reaches any more.</summary>
    public void Died_UnderLock(long bytes) => _deadBytes += bytes;

    /// <summary>Starts in the background once after each new segment.</summary>
    public void Consider_UnderLock()
    {
        if (log.SegmentCount == _considered || !options.OwnThread)
        {
            return;
        }

        _considered = log.SegmentCount;
        if (IsDue() && _running.IsCompleted)
        {
            _running = Task.Run(async () =>
            {
                while (!_stopping && await RunAsync())
                {
                }
            });
        }
    }

    /// <summary>Compacts one segment if enough of the log is dead.</summary>
    public async ValueTask<bool> RunAsync()
    {
        Segment oldest;
        lock (log.Gate)
        {
            if (!IsDue() || log.Failure is not null)
            {
                return false;
            }

            oldest = log.Segments.MinBy(segment => segment.Number)!;
        }

        try
        {
            Move(oldest);
            await Durable();
        }
        catch (JournalFailedException)
        {
            return false;
        }
        catch (JournalFullException)
        {
            return false; // the disk is behind; the next segment brings another try
        }

        lock (log.Gate)
        {
            log.Drop_UnderLock(oldest);
            _deadBytes = Math.Max(0, _deadBytes - oldest.End);
            _considered = log.SegmentCount;
            _deleted.Add(oldest);
        }

        files.Delete(Segment.NameOf(oldest.Number));
        files.SyncNames();
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        _stopping = true;
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var segment in _deleted)
        {
            segment.File.Dispose();
        }
    }

    private bool IsDue() => log.SegmentCount > 2 && _deadBytes * 100 > log.DataBytes * options.CompactAtDeadPercent;

    private Task Durable()
    {
        lock (log.Gate)
        {
            return log.DurableTask_UnderLock(log.Sequence) ?? Task.CompletedTask;
        }
    }

    private void Move(Segment segment)
    {
        var seen = new HashSet<UInt128>();
        using var reader = new RecordReader(segment.File, RecordFormat.SegmentHeadBytes);
        while (reader.Offset < segment.End && !_stopping)
        {
            var record = reader.Next(out _);
            if (record.IsEmpty || !RecordFormat.TryRead(record, out var head))
            {
                throw new JournalDamagedException(segment.Path, reader.Offset, "a record that was whole is not any more");
            }

            var name = record.Slice(RecordFormat.HeadBytes, head.NameLength).ToArray();
            reader.Skip(head.Length);
            var key = index.KeyOf(name);
            if (seen.Add(key))
            {
                MoveStream(segment, key, name);
            }
        }

        if (_stopping)
        {
            throw new JournalFailedException("The journal is closing.");
        }
    }

    private void MoveStream(Segment segment, UInt128 key, byte[] name)
    {
        while (true)
        {
            StreamEntry before;
            Task? durable;
            lock (log.Gate)
            {
                index.TryGet(key, out before);
                durable = log.DurableTask_UnderLock(log.Sequence);
            }

            if (before.Last.Segment > segment.Number && !Reaches(before.Last, name, segment, durable, out _))
            {
                return;
            }

            Reaches(before.Last, name, segment, durable, out var chain);
            lock (log.Gate)
            {
                ref var entry = ref index.Of(key);
                if (entry.Last != before.Last)
                {
                    continue;
                }

                _deadBytes += entry.ChainBytes;
                Append_UnderLock(ref entry, name, chain);
                return;
            }
        }
    }

    private bool Reaches(Location last, byte[] name, Segment segment, Task? durable, out List<byte[]> chain)
    {
        // The chain is read from the disk, so it must have got there.
        durable?.GetAwaiter().GetResult();
        chain = ChainReader.Read(log, last, name);
        if (last.Segment <= segment.Number)
        {
            return true;
        }

        foreach (var record in chain)
        {
            RecordFormat.TryRead(record, out var head);
            if (head.Kind == RecordKind.Event && !head.Previous.IsNone && head.Previous.Segment <= segment.Number)
            {
                return true;
            }
        }

        return false;
    }

    private void Append_UnderLock(ref StreamEntry entry, byte[] name, List<byte[]> chain)
    {
        var previous = default(Location);
        (entry.ChainBytes, entry.SnapshotBytes) = (0, 0);
        for (var i = chain.Count - 1; i >= 0; i--)
        {
            RecordFormat.TryRead(chain[i], out var head);
            var copy = head with { Previous = previous, IsMoved = true };
            previous = log.Append_UnderLock(copy, name, chain[i].AsSpan(head.PayloadOffset));
            entry.ChainBytes += (uint)head.Length;
            entry.SnapshotBytes = head.Kind == RecordKind.Snapshot ? (uint)head.Length : entry.SnapshotBytes;
        }

        entry.Last = previous;
    }
}
