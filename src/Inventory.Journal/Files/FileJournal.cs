using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;

namespace Inventory.Journal.Files;

/// <summary>The journal of the embedded default: one log of segments in a directory, one process at a time. See FORMAT.md.</summary>
public sealed partial class FileJournal : IJournal
{
    /// <summary>Payloads from here on are copied before the lock is taken, not under it.</summary>
    private const int LargeBytes = 64 * 1024;
    private readonly IJournalFiles _files;
    private readonly Watermark _watermark;
    private readonly StreamIndex _index;
    private readonly Log _log;
    private readonly Compaction _compaction;
    private readonly JournalPump _pump;
    private uint _owners;
    private volatile bool _closed;

    private FileJournal(FileJournalOptions options, IJournalFiles files, JournalPump pump)
    {
        (_files, _pump) = (files, pump);
        _watermark = new Watermark(files.Open(Watermark.Name, 0));
        _index = new StreamIndex(BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))));
        _log = new Log(options, files, _watermark, pump);
        var recovery = new Recovery(files, _index, _watermark);
        recovery.Run();
        _log.Resume(recovery.Segments, recovery.Sequence);
        (CutBytes, RecoveredRecords) = (recovery.CutBytes, recovery.Sequence);
        _compaction = new Compaction(_log, _index, files, options, recovery.DeadBytes);
        pump.Start(_log);
    }

    /// <inheritdoc/>
    public long DurablePosition => _log.DurableSequence;

    /// <inheritdoc/>
    public JournalHealth Health => !_closed && _log.Failure is { } reason ? new JournalHealth(false, reason) : new JournalHealth(true, _compaction.Problem);

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

    /// <summary>Bytes of memory that the index of streams takes.</summary>
    public long IndexBytes
    {
        get
        {
            lock (_log.Gate)
            {
                return _index.Bytes;
            }
        }
    }

    /// <summary>Opens the journal in a directory and recovers it.</summary>
    /// <exception cref="JournalLockedException">Another process has it.</exception>
    /// <exception cref="JournalDamagedException">What was promised is damaged; the message names file and offset.</exception>
    public static FileJournal Open(FileJournalOptions options) => Open(options, new DiskFiles(options.Directory), JournalPump.OwnThread());

    /// <summary>Opens the journal on a disk and with a pump that the caller brings; the journal disposes the disk.</summary>
    public static FileJournal Open(FileJournalOptions options, IJournalFiles files, JournalPump pump)
    {
        try
        {
            return new FileJournal(options, files, pump);
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask<IJournalStream> OpenAsync(string stream, IStreamReader reader, CancellationToken cancellationToken = default) =>
        OpenAsync("", stream, reader, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<IJournalStream> OpenAsync(string prefix, string name, IStreamReader reader, CancellationToken cancellationToken = default)
    {
        var (held, version) = await OwnAsync(prefix, name, reader, cancellationToken);
        return new Handle(this, prefix, name, held, version);
    }

    /// <inheritdoc/>
    public ValueTask<HeldStream> HoldAsync(string prefix, string name, IStreamReader reader, CancellationToken cancellationToken = default)
    {
        var owned = OwnAsync(prefix, name, reader, cancellationToken);
        return owned.IsCompletedSuccessfully ? new ValueTask<HeldStream>(owned.Result.Held) : Later();

        async ValueTask<HeldStream> Later() => (await owned).Held;
    }

    private ValueTask<(HeldStream Held, long Version)> OwnAsync(string prefix, string name, IStreamReader reader, CancellationToken cancellationToken)
    {
        Span<byte> room = stackalloc byte[JournalLimits.StreamNameBytesMax];
        var bytes = NameBytes(prefix, name, room);
        var key = _index.KeyOf(bytes);
        _index.Fetch(key); // before the lock, which all streams share
        var owner = Own(key, out var isNew);
        return isNew
            ? new ValueTask<(HeldStream, long)>((new HeldStream(this, owner, wantsSnapshot: false), 0))
            : ReadOwnedAsync(prefix + name, key, owner, reader, cancellationToken);
    }

    private async ValueTask<(HeldStream Held, long Version)> ReadOwnedAsync(
        string stream, UInt128 key, uint owner, IStreamReader reader, CancellationToken cancellationToken)
    {
        var bytes = NameBytes(stream);
        while (true)
        {
            var last = await WhenStreamDurable(key, cancellationToken);
            var chain = ChainReader.Read(_log, last, bytes);
            StreamEntry entry;
            lock (_log.Gate)
            {
                _log.ThrowIfFailed_UnderLock();
                _index.TryGet(key, out entry);
            }

            if (entry.Owner != owner)
            {
                throw new JournalFencedException(stream);
            }

            if (entry.Last == last)
            {
                var version = Feed(chain ?? throw Incomplete(last, stream), reader);
                return (new HeldStream(this, owner, IsSnapshotDue(entry)), version);
            }

            // Compaction moved the stream while it was read.
        }
    }

    /// <inheritdoc/>
    public JournalPosition? TryBegin(string prefix, string name, ReadOnlySpan<byte> payload)
    {
        ArgumentOutOfRangeException.ThrowIfZero(payload.Length, nameof(payload));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(payload.Length, JournalLimits.PayloadBytesMax, nameof(payload));
        Span<byte> room = stackalloc byte[JournalLimits.StreamNameBytesMax];
        var bytes = NameBytes(prefix, name, room);
        var key = _index.KeyOf(bytes);
        _index.Fetch(key); // before the lock, which all streams share
        var length = RecordFormat.HeadBytes + bytes.Length + payload.Length;
        var head = new RecordHead(length, 0, 0, default, 1, RecordFormat.Checksum(payload), RecordKind.Event, RecordMarks.None, bytes.Length);
        lock (_log.Gate)
        {
            if (!Unsafe.IsNullRef(ref _index.TryOf(key)))
            {
                return null;
            }

            var location = _log.Append_UnderLock(head, bytes, payload, own: default);
            ref var entry = ref _index.Of(key); // only now: what could not be appended leaves no trace
            (entry.Last, entry.BeginsIn, entry.ChainBytes) = (location, (ushort)location.Segment, (uint)length);
            _compaction.Consider_UnderLock();
            return new JournalPosition(_log.Sequence);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<long> ReadAsync(string stream, IStreamReader reader, CancellationToken cancellationToken = default)
    {
        var name = NameBytes(stream);
        var key = _index.KeyOf(name);
        while (true)
        {
            var last = await WhenStreamDurable(key, cancellationToken);
            if (ChainReader.Read(_log, last, name) is { } chain)
            {
                return Feed(chain, reader);
            }

            lock (_log.Gate)
            {
                if (_index.TryGet(key, out var entry) && entry.Last == last)
                {
                    throw Incomplete(last, stream);
                }
            }
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<JournalEntry> TailAsync(
        long fromPosition, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(fromPosition);
        using var tail = new TailReader(_log, fromPosition);
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

    /// <summary>Compacts the oldest segment if enough of the log is dead. Runs by itself, unless the crank is turned by hand.</summary>
    /// <returns>True if a segment was freed.</returns>
    public Task<bool> CompactAsync() => _compaction.RunOneAsync();

    /// <summary>Writes and syncs one batch; for those who turn the crank by hand (<see cref="JournalPump.ByHand"/>).</summary>
    /// <returns>False if nothing was waiting or the journal has failed.</returns>
    public bool Pump() => _log.WriteOne();

    /// <inheritdoc/>
    public ValueTask WhenDurable(JournalPosition position)
    {
        if (position.Value <= _log.DurableSequence)
        {
            return ValueTask.CompletedTask;
        }

        lock (_log.Gate)
        {
            return _log.WhenDurable_UnderLock(position.Value) is { } task ? new ValueTask(task) : ValueTask.CompletedTask;
        }
    }

    /// <inheritdoc/>
    public ValueTask WhenDurableTogether(JournalPosition position)
    {
        if (position.Value <= _log.DurableSequence)
        {
            return ValueTask.CompletedTask;
        }

        lock (_log.Gate)
        {
            return _log.WhenDurableTogether_UnderLock(position.Value) is { } task ? new ValueTask(task) : ValueTask.CompletedTask;
        }
    }

    /// <summary>Makes what was appended durable, ends the writer and lets go of the directory.</summary>
    public async ValueTask DisposeAsync()
    {
        await _compaction.StopAsync();
        _log.Close();
        await _pump.FinishAsync(_log);

        // Closing is no failure: whoever still asks for the health of a journal that is going must not be alarmed.
        _closed |= _log.Failure is null;
        _log.Fail("The journal is closed.", null);
        _log.DisposeFiles();
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

    private static ReadOnlySpan<byte> NameBytes(string prefix, string name, Span<byte> room)
    {
        if (Encoding.UTF8.TryGetBytes(prefix, room, out var first) && Encoding.UTF8.TryGetBytes(name, room[first..], out var second) && first + second > 0)
        {
            return room[..(first + second)];
        }

        return NameBytes(prefix + name); // empty or too long, as it will say
    }

    private static bool IsSnapshotDue(in StreamEntry entry) =>
        SnapshotPolicy.Pays(entry.ChainBytes - entry.SnapshotBytes, entry.SnapshotBytes);

    private JournalDamagedException Incomplete(Location last, string stream) =>
        new(_files.PathOf(Segment.NameOf(last.Segment)), last.Offset, $"records of {stream} before this one stood in a segment that is missing");

    // Fences the owner before, so that nothing is appended while the stream is read.
    private uint Own(UInt128 key, out bool isNew)
    {
        lock (_log.Gate)
        {
            _log.ThrowIfFailed_UnderLock();
            _owners = Math.Max(1, unchecked(_owners + 1));
            ref var entry = ref _index.Of(key);
            isNew = entry.Last.IsNone;
            return entry.Owner = _owners;
        }
    }

    // A stream has one truth, and it is on the medium: what is still on its way there is read after it has got there.
    private async ValueTask<Location> WhenStreamDurable(UInt128 key, CancellationToken cancellation)
    {
        Task? durable;
        Location last;
        lock (_log.Gate)
        {
            _log.ThrowIfFailed_UnderLock();
            last = _index.TryGet(key, out var entry) ? entry.Last : default;
            durable = last.IsNone ? null : _log.WhenDurable_UnderLock(last);
        }

        if (durable is not null)
        {
            await durable.WaitAsync(cancellation);
        }

        return last;
    }

    private static long Feed(List<ChainLink> chain, IStreamReader reader)
    {
        for (var i = chain.Count - 1; i >= 0; i--)
        {
            var link = chain[i];
            if (link.Head.Kind == RecordKind.Snapshot)
            {
                reader.Snapshot(link.Head.Version, link.Payload);
            }
            else
            {
                reader.Event(link.Head.Version, link.Payload);
            }
        }

        return chain.Count == 0 ? 0 : chain[0].Head.Version;
    }
}
