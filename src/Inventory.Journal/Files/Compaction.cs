namespace Inventory.Journal.Files;

/// <summary>Frees the oldest segment by copying what lives in it to the end of the log, while the journal serves.</summary>
/// <remarks>
/// 1 find the streams with a record in the segment that their chain still reaches.  2 append each such chain anew, whole; only the last copy carries the
/// mark from which on the copies count, and it is appended in one stretch with a check that the stream did not move on.  3 wait until all is durable.
/// 4 forget the segment.  5 delete its file. A crash before 5 leaves both; recovery takes the younger chain if its last copy is there, else the older.
/// 5 before 3 would lose what was promised; copies that count one by one would lose the end of a chain whose copying a crash cut short.
/// Always the oldest: segments stay without gaps, so recovery can tell a lost file from a freed one, and a tail needs one figure to know what is gone.
/// The price is that cold data moves once per turn of the log, at most as many bytes as are freed at the default threshold.
/// Copies go through the writer like any append. At most <see cref="PaceBytes"/> of them are under way at once, so that in each batch they are a small share.
/// </remarks>
internal sealed class Compaction(Log log, StreamIndex index, IJournalFiles files, FileJournalOptions options, long deadBytes)
{
    private const long PaceBytes = 1024 * 1024;

    /// <summary>Payloads from here on are handed over instead of copied under the lock.</summary>
    private const int LargeBytes = 64 * 1024;
    private long _deadBytes = deadBytes;
    private int _considered = log.SegmentCount;
    private Task _running = Task.CompletedTask;
    private volatile bool _stopping;

    /// <summary>Why compaction has stopped although the journal serves; null if it has not.</summary>
    public string? Problem { get; private set; }

    /// <summary>Notes bytes that nothing reaches any more.</summary>
    public void Died_UnderLock(long bytes) => _deadBytes += bytes;

    /// <summary>Starts in the background once after each new segment, if it pays.</summary>
    public void Consider_UnderLock()
    {
        if (log.SegmentCount == _considered || !log.Pump.Compacts)
        {
            return;
        }

        _considered = log.SegmentCount;
        if (IsDue_UnderLock() && _running.IsCompleted && !_stopping)
        {
            _running = Task.Factory.StartNew(
                RunAllAsync, CancellationToken.None, TaskCreationOptions.DenyChildAttach, log.Pump.Background).Unwrap();
        }
    }

    /// <summary>Compacts one segment if enough of the log is dead. Not while it runs already.</summary>
    /// <returns>True if a segment was freed.</returns>
    public async Task<bool> RunOneAsync()
    {
        Segment oldest;
        lock (log.Gate)
        {
            if (!IsDue_UnderLock() || log.Failure is not null)
            {
                return false;
            }

            oldest = log.Segments_UnderLock.MinBy(segment => segment.Number)!;
        }

        try
        {
            await MoveAsync(oldest);
            await WhenDurable();
            Free(oldest);
            return true;
        }
        catch (Exception e) when (e is JournalFailedException or JournalFullException or OperationCanceledException)
        {
            return false; // closing, lost, or the disk is behind: the next segment brings another try
        }
        catch (Exception e)
        {
            Problem = $"Compaction has stopped: {e.Message}";
            return false;
        }
    }

    public async ValueTask StopAsync()
    {
        _stopping = true;
        await _running;
    }

    private async Task RunAllAsync()
    {
        while (!_stopping && await RunOneAsync())
        {
        }
    }

    private bool IsDue_UnderLock() =>
        Problem is null && log.SegmentCount > 2 && _deadBytes * 100 > log.DataBytes * options.CompactAtDeadPercent;

    private Task WhenDurable()
    {
        lock (log.Gate)
        {
            return log.WhenDurable_UnderLock(log.Sequence) ?? Task.CompletedTask;
        }
    }

    private void Free(Segment segment)
    {
        lock (log.Gate)
        {
            log.ThrowIfFailed_UnderLock();
            log.Drop_UnderLock(segment);
            _deadBytes = Math.Max(0, _deadBytes - segment.End);
            _considered = log.SegmentCount;
        }

        segment.Release();
        files.Delete(Segment.NameOf(segment.Number));
        files.SyncNames(); // before a younger one goes: a gap would look like a loss
    }

    private async Task MoveAsync(Segment segment)
    {
        var seen = new HashSet<UInt128>();
        using var reader = new RecordReader(segment.File, RecordFormat.SegmentHeadBytes, segment.End);
        while (reader.Offset < segment.End)
        {
            if (_stopping)
            {
                throw new OperationCanceledException();
            }

            if (!TryTakeNext(reader, segment, seen, out var key, out var name))
            {
                continue;
            }

            if (log.PendingBytes > PaceBytes)
            {
                await WhenDurable();
            }

            MoveStream(segment, key, name);
        }
    }

    private bool TryTakeNext(RecordReader reader, Segment segment, HashSet<UInt128> seen, out UInt128 key, out byte[] name)
    {
        if (reader.Next(out var record, out var head) != Found.Next)
        {
            throw new JournalDamagedException(segment.Path, reader.Offset, "a record that was whole is not any more");
        }

        var bytes = RecordFormat.NameOf(record, head);
        key = index.KeyOf(bytes);
        reader.Skip(head.Length);
        var isNew = seen.Add(key);
        name = isNew ? bytes.ToArray() : [];
        return isNew;
    }

    private void MoveStream(Segment segment, UInt128 key, byte[] name)
    {
        Location last;
        List<ChainLink>? chain;
        lock (log.Gate)
        {
            if (!index.TryGet(key, out var entry) || entry.BeginsIn != (ushort)segment.Number)
            {
                return;
            }

            last = entry.Last;
        }

        chain = ChainReader.Read(log, last, name) ?? throw new InvalidOperationException("A segment vanished under its only cleaner.");
        if (!chain.Exists(link => link.Location.Segment <= segment.Number))
        {
            return;
        }

        var copy = new Copy();
        try
        {
            for (var i = chain.Count - 1; i > 0; i--)
            {
                lock (log.Gate)
                {
                    Append_UnderLock(copy, chain[i], name, RecordMarks.Moved);
                }
            }

            lock (log.Gate)
            {
                Finish_UnderLock(copy, chain[0], last, key, name);
            }
        }
        finally
        {
            lock (log.Gate)
            {
                _deadBytes += copy.IsDone ? 0 : copy.ChainBytes;
            }
        }
    }

    // What was appended while the chain was copied comes along: it is little, and perhaps still in memory.
    private void Finish_UnderLock(Copy copy, ChainLink newest, Location last, UInt128 key, byte[] name)
    {
        ref var entry = ref index.Of(key);
        List<ChainLink> since = entry.Last == last ? [] : ChainReader.Read(log, entry.Last, name, until: last)!;
        if (since.Count > 0 && since[^1].Head.Kind == RecordKind.Snapshot)
        {
            return; // the chain was cut short meanwhile: nothing of it is in the old segment any more
        }

        since.Add(newest);
        for (var i = since.Count - 1; i >= 0; i--)
        {
            Append_UnderLock(copy, since[i], name, i == 0 ? RecordMarks.Moved | RecordMarks.MoveEnds : RecordMarks.Moved);
        }

        _deadBytes += entry.ChainBytes;
        (entry.Last, entry.ChainBytes, entry.SnapshotBytes, entry.BeginsIn) = (copy.Last, copy.ChainBytes, copy.SnapshotBytes, copy.BeginsIn);
        copy.IsDone = true;
    }

    private void Append_UnderLock(Copy copy, in ChainLink link, byte[] name, RecordMarks marks)
    {
        var head = link.Head with { Previous = copy.Last, Marks = marks };
        var isFirst = copy.Last.IsNone;
        copy.Last = log.Append_UnderLock(head, name, link.Payload, link.Payload.Count < LargeBytes ? default : link.Payload);
        copy.BeginsIn = isFirst ? (ushort)copy.Last.Segment : copy.BeginsIn;
        copy.ChainBytes += (uint)head.Length;
        copy.SnapshotBytes += head.Kind == RecordKind.Snapshot ? (uint)head.Length : 0;
    }

    /// <summary>A chain that is being copied.</summary>
    private sealed class Copy
    {
        public Location Last { get; set; }

        public ushort BeginsIn { get; set; }

        public uint ChainBytes { get; set; }

        public uint SnapshotBytes { get; set; }

        public bool IsDone { get; set; }
    }
}
