using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;

namespace Inventory.Journal.Files;

/// <summary>The journal of the embedded default: one log of segments in a directory, one process at a time. See FORMAT.md.</summary>
public sealed class FileJournal : IJournal
{
    private readonly IJournalFiles _files;
    private readonly Watermark _watermark;
    private readonly FileJournalOptions _options;
    private readonly StreamIndex _index;
    private readonly Log _log;
    private readonly Compaction _compaction;
    private readonly Thread? _writer;
    private volatile bool _closed;

    private FileJournal(FileJournalOptions options, IJournalFiles files)
    {
        (_options, _files) = (options, files);
        _watermark = new Watermark(files.Open(Watermark.Name, 0));
        _index = new StreamIndex(BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))));
        _log = new Log(options, files, _watermark);
        var recovery = new Recovery(files, _index, _watermark.Read());
        recovery.Run();
        _log.Resume(recovery.Segments, recovery.Sequence);
        (CutBytes, RecoveredRecords) = (recovery.CutBytes, recovery.Sequence);
        _compaction = new Compaction(_log, _index, files, options, recovery.DeadBytes);
        if (options.OwnThread)
        {
            _writer = new Thread(_log.Run) { Name = "journal writer", IsBackground = true };
            _writer.Start();
        }
    }

    /// <inheritdoc/>
    public long DurablePosition
    {
        get
        {
            lock (_log.Gate)
            {
                return _log.DurableSequence;
            }
        }
    }

    /// <inheritdoc/>
    public JournalHealth Health => !_closed && _log.Failure is { } reason ? new JournalHealth(false, reason) : JournalHealth.Serving;

    /// <summary>Bytes of a torn tail that recovery cut off: writes that nobody had been told of.</summary>
    public long CutBytes { get; }

    /// <summary>Sequence of the last record that recovery found.</summary>
    public long RecoveredRecords { get; }

    /// <summary>Streams in the index.</summary>
    public int StreamCount
    {
        get
        {
            lock (_log.Gate)
            {
                return _index.Count;
            }
        }
    }

    /// <summary>Files of the log.</summary>
    public int SegmentCount
    {
        get
        {
            lock (_log.Gate)
            {
                return _log.SegmentCount;
            }
        }
    }

    /// <summary>Opens the journal in a directory and recovers it.</summary>
    /// <exception cref="JournalLockedException">Another process has it.</exception>
    /// <exception cref="JournalDamagedException">What was promised is damaged; the message names file and offset.</exception>
    public static FileJournal Open(FileJournalOptions options) => Open(options, new DiskFiles(options.Directory));

    /// <summary>Opens the journal on a disk that the caller brings; the journal disposes it.</summary>
    public static FileJournal Open(FileJournalOptions options, IJournalFiles files)
    {
        try
        {
            return new FileJournal(options, files);
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<IJournalStream> OpenAsync(string stream, IStreamReader reader, CancellationToken cancellationToken = default)
    {
        var name = NameBytes(stream);
        var key = KeyOf(name);
        while (true)
        {
            await WhenStreamDurable(key, cancellationToken);
            var entry = Peek(key);
            var chain = ReadChain(entry.Last, name);
            lock (_log.Gate)
            {
                _log.ThrowIfFailed_UnderLock();
                ref var now = ref _index.Of(key);
                if (now.Last != entry.Last)
                {
                    continue; // another owner appended, or compaction moved the stream, while this read
                }

                now.Owner++;
                entry = now;
            }

            var version = Feed(chain, reader);
            return new Handle(this, stream, name, key, entry.Owner, version);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<long> ReadAsync(string stream, IStreamReader reader, CancellationToken cancellationToken = default)
    {
        var name = NameBytes(stream);
        var key = KeyOf(name);
        await WhenStreamDurable(key, cancellationToken);
        return Feed(ReadChain(Peek(key).Last, name), reader);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<JournalEntry> TailAsync(
        long fromPosition, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(fromPosition);
        var tail = new TailReader(_log, fromPosition);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var entry = tail.Next(out var advanced);
            if (entry is not null)
            {
                yield return entry;
            }
            else
            {
                await advanced.WaitAsync(cancellationToken);
            }
        }
    }

    /// <summary>Compacts the oldest segment if enough of the log is dead. Runs by itself after each new segment; tests call it.</summary>
    /// <returns>True if a segment was compacted.</returns>
    public ValueTask<bool> CompactAsync() => _compaction.RunAsync();

    /// <summary>Writes and syncs one batch; for tests that own the crank (<see cref="FileJournalOptions.OwnThread"/> false).</summary>
    /// <returns>False if nothing was waiting or the journal has failed.</returns>
    public bool Pump() => _log.WriteOne();

    /// <summary>Makes what was appended durable, ends the writer and lets go of the directory.</summary>
    public async ValueTask DisposeAsync()
    {
        await _compaction.DisposeAsync();
        _log.Close();
        if (_writer is null)
        {
            while (_log.WriteOne())
            {
            }
        }
        else
        {
            await Task.Factory.StartNew(_writer.Join, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }

        // Closing is no failure: whoever still asks for the health of a journal that is going must not be alarmed.
        _closed |= _log.Failure is null;
        _log.Fail("The journal is closed.", null);
        foreach (var segment in _log.Segments)
        {
            segment.File.Dispose();
        }

        _watermark.Dispose();
        _files.Dispose();
    }

    internal static byte[] NameBytes(string stream)
    {
        ArgumentException.ThrowIfNullOrEmpty(stream);
        var name = Encoding.UTF8.GetBytes(stream);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(name.Length, JournalLimits.StreamNameBytesMax, nameof(stream));
        return name;
    }

    private UInt128 KeyOf(byte[] name) => _index.KeyOf(name);

    private StreamEntry Peek(UInt128 key)
    {
        lock (_log.Gate)
        {
            _log.ThrowIfFailed_UnderLock();
            return _index.TryGet(key, out var entry) ? entry : default;
        }
    }

    // What is still on its way to the disk is read after it got there: a stream has one truth, and it is on the medium.
    private async ValueTask WhenStreamDurable(UInt128 key, CancellationToken cancellation)
    {
        Task? durable;
        lock (_log.Gate)
        {
            _log.ThrowIfFailed_UnderLock();
            durable = _index.TryGet(key, out _) ? _log.DurableTask_UnderLock(_log.Sequence) : null;
        }

        if (durable is not null)
        {
            await durable.WaitAsync(cancellation);
        }
    }

    private List<byte[]> ReadChain(Location last, byte[] name) => ChainReader.Read(_log, last, name);

    private static long Feed(List<byte[]> chain, IStreamReader reader)
    {
        var version = 0L;
        for (var i = chain.Count - 1; i >= 0; i--)
        {
            RecordFormat.TryRead(chain[i], out var head);
            version = head.Version;
            var payload = chain[i].AsSpan(head.PayloadOffset);
            if (head.Kind == RecordKind.Snapshot)
            {
                reader.Snapshot(version, payload);
            }
            else
            {
                reader.Event(version, payload);
            }
        }

        return version;
    }

    private sealed class Handle(FileJournal journal, string stream, byte[] name, UInt128 key, uint owner, long version) : IJournalStream
    {
        private bool _closed;

        public long Version { get; private set; } = version;

        public bool WantsSnapshot { get; private set; }

        public JournalPosition Append(ReadOnlySpan<byte> payload)
        {
            ArgumentOutOfRangeException.ThrowIfZero(payload.Length, nameof(payload));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(payload.Length, JournalLimits.PayloadBytesMax, nameof(payload));
            var position = Append(RecordKind.Event, Version + 1, payload);
            Version++;
            return position;
        }

        public void AppendSnapshot(ReadOnlySpan<byte> state)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(state.Length, JournalLimits.SnapshotBytesMax, nameof(state));
            Append(RecordKind.Snapshot, Version, state);
        }

        public ValueTask WhenDurable(JournalPosition position)
        {
            var log = journal._log;
            lock (log.Gate)
            {
                return log.DurableTask_UnderLock(position.Value) is { } task ? new ValueTask(task) : ValueTask.CompletedTask;
            }
        }

        public void Close() => _closed = true;

        private JournalPosition Append(RecordKind kind, long recordVersion, ReadOnlySpan<byte> payload)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            var log = journal._log;
            lock (log.Gate)
            {
                ref var entry = ref journal._index.Of(key);
                if (entry.Owner != owner)
                {
                    throw new JournalFencedException(stream);
                }

                var length = RecordFormat.HeadBytes + name.Length + payload.Length;
                var head = new RecordHead(length, 0, 0, entry.Last, recordVersion, kind, false, name.Length);
                var location = log.Append_UnderLock(head, name, payload);
                if (kind == RecordKind.Snapshot)
                {
                    journal._compaction.Died_UnderLock(entry.ChainBytes);
                    (entry.ChainBytes, entry.SnapshotBytes) = (0, (uint)length);
                }

                entry.Last = location;
                entry.Version = recordVersion;
                entry.ChainBytes += (uint)length;
                var events = entry.ChainBytes - entry.SnapshotBytes;
                WantsSnapshot = events > Math.Max(JournalLimits.SnapshotAfterBytesMin, 2L * entry.SnapshotBytes);
                journal._compaction.Consider_UnderLock();
                return new JournalPosition(log.Sequence);
            }
        }
    }
}
