using System.Runtime.CompilerServices;
using System.Text;

namespace Inventory.Journal;

/// <summary>A journal in memory: every append is durable at once and nothing survives the process. A real adapter, for tests and first steps.</summary>
public sealed class MemoryJournal : IJournal
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Log> _logs = new(StringComparer.Ordinal);
    private readonly List<JournalEntry> _all = [];
    private TaskCompletionSource _grown = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string? _failure;
    private bool _closed;

    /// <inheritdoc/>
    public long DurablePosition
    {
        get
        {
            lock (_lock)
            {
                return _all.Count;
            }
        }
    }

    /// <inheritdoc/>
    public JournalHealth Health => !_closed && _failure is { } reason ? new JournalHealth(false, reason) : JournalHealth.Serving;

    /// <summary>Makes every later append fail, as a lost disk would.</summary>
    public void Fail(string reason) => _failure = reason;

    /// <inheritdoc/>
    public ValueTask<IJournalStream> OpenAsync(string stream, IStreamReader reader, CancellationToken cancellationToken = default)
    {
        CheckName(stream);
        ThrowIfFailed();
        lock (_lock)
        {
            if (!_logs.TryGetValue(stream, out var log))
            {
                _logs.Add(stream, log = new Log());
            }

            log.Owner = new Handle(this, stream, log, log.Feed(reader), log.Policy());
            return ValueTask.FromResult<IJournalStream>(log.Owner);
        }
    }

    /// <inheritdoc/>
    public JournalPosition? TryBegin(string prefix, string name, ReadOnlySpan<byte> payload)
    {
        ArgumentOutOfRangeException.ThrowIfZero(payload.Length, nameof(payload));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(payload.Length, JournalLimits.PayloadBytesMax, nameof(payload));
        var stream = prefix + name;
        CheckName(stream);
        lock (_lock)
        {
            if (!_logs.TryGetValue(stream, out var log))
            {
                _logs.Add(stream, log = new Log());
            }

            return log.Owner is null && log.Entries.Count == 0 ? Add(stream, log, version: 1, isSnapshot: false, payload) : null;
        }
    }

    /// <inheritdoc/>
    public ValueTask<long> ReadAsync(string stream, IStreamReader reader, CancellationToken cancellationToken = default)
    {
        CheckName(stream);
        ThrowIfFailed();
        lock (_lock)
        {
            return ValueTask.FromResult(_logs.TryGetValue(stream, out var log) ? log.Feed(reader) : 0);
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<JournalEntry> TailAsync(
        long fromPosition, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(fromPosition);
        if (fromPosition > DurablePosition + 1)
        {
            throw new JournalPositionException(fromPosition, 1);
        }

        for (var next = Math.Max(0, fromPosition - 1); ;)
        {
            JournalEntry? entry = null;
            Task grown;
            lock (_lock)
            {
                grown = _grown.Task;
                if (next < _all.Count)
                {
                    entry = _all[(int)next++];
                }
            }

            if (entry is null)
            {
                await grown.WaitAsync(cancellationToken);
            }
            else
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return entry;
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask WhenDurable(JournalPosition position) => ValueTask.CompletedTask;

    public ValueTask DisposeAsync()
    {
        _closed |= _failure is null; // closing is no failure
        _failure ??= "The journal is closed.";
        return ValueTask.CompletedTask;
    }

    private static void CheckName(string stream)
    {
        ArgumentException.ThrowIfNullOrEmpty(stream);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Encoding.UTF8.GetByteCount(stream), JournalLimits.StreamNameBytesMax, nameof(stream));
    }

    private void ThrowIfFailed()
    {
        if (_failure is { } reason)
        {
            throw new JournalFailedException(reason);
        }
    }

    private JournalPosition Add(string stream, Log log, long version, bool isSnapshot, ReadOnlySpan<byte> payload)
    {
        ThrowIfFailed();
        TaskCompletionSource grown;
        JournalPosition position;
        lock (_lock)
        {
            var entry = new JournalEntry(_all.Count + 1, stream, version, isSnapshot, payload.ToArray());
            _all.Add(entry);
            if (isSnapshot)
            {
                log.Entries.Clear();
            }

            log.Entries.Add(entry);
            position = new JournalPosition(entry.Position);
            grown = _grown;
            _grown = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        grown.SetResult();
        return position;
    }

    /// <summary>What is kept of a stream: its last snapshot, if any, and each event since.</summary>
    private sealed class Log
    {
        public List<JournalEntry> Entries { get; } = [];

        public Handle? Owner { get; set; }

        public SnapshotPolicy Policy()
        {
            var policy = default(SnapshotPolicy);
            foreach (var entry in Entries)
            {
                policy.Note(entry.IsSnapshot, entry.Payload.Length);
            }

            return policy;
        }

        public long Feed(IStreamReader reader)
        {
            var version = 0L;
            foreach (var entry in Entries)
            {
                version = entry.Version;
                if (entry.IsSnapshot)
                {
                    reader.Snapshot(version, entry.Payload.Span);
                }
                else
                {
                    reader.Event(version, entry.Payload.Span);
                }
            }

            return version;
        }
    }

    private sealed class Handle(MemoryJournal journal, string stream, Log log, long version, SnapshotPolicy policy) : IJournalStream
    {
        private SnapshotPolicy _policy = policy;

        public long Version { get; private set; } = version;

        public bool WantsSnapshot => _policy.IsDue;

        public JournalPosition Append(ReadOnlySpan<byte> payload)
        {
            ArgumentOutOfRangeException.ThrowIfZero(payload.Length, nameof(payload));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(payload.Length, JournalLimits.PayloadBytesMax, nameof(payload));
            ThrowIfFenced();
            var position = journal.Add(stream, log, Version + 1, false, payload);
            Version++;
            _policy.Note(isSnapshot: false, payload.Length);
            return position;
        }

        public void AppendSnapshot(ReadOnlySpan<byte> state)
        {
            ArgumentOutOfRangeException.ThrowIfZero(state.Length, nameof(state));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(state.Length, JournalLimits.SnapshotBytesMax, nameof(state));
            ThrowIfFenced();
            journal.Add(stream, log, Version, true, state);
            _policy.Note(isSnapshot: true, state.Length);
        }

        public ValueTask WhenDurable(JournalPosition position) => ValueTask.CompletedTask;

        public void Close()
        {
            lock (journal._lock)
            {
                if (log.Owner == this)
                {
                    log.Owner = null;
                }
            }
        }

        private void ThrowIfFenced()
        {
            if (log.Owner != this)
            {
                throw new JournalFencedException(stream);
            }
        }
    }
}
