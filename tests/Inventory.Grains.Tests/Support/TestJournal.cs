using System.Collections.Concurrent;
using Inventory.Journal;

namespace Inventory.Grains.Tests;

/// <summary>What one process sees of a journal that outlives it. The test decides when it is durable, when it is full, and when the process dies.</summary>
internal sealed class TestJournal(MemoryJournal disk) : IJournal
{
    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<string, int> _opens = new(StringComparer.Ordinal);
    private TaskCompletionSource? _held;
    private TaskCompletionSource? _oneMore;
    private long _durableWhenHeld;
    private int _waiting;
    private int _refusedOpens;
    private long _appends;
    private long _diesAt = long.MaxValue;
    private volatile bool _isFull;
    private volatile bool _isLost;

    public MemoryJournal Disk => disk;

    public long DurablePosition => Volatile.Read(ref _held) is null ? disk.DurablePosition : Volatile.Read(ref _durableWhenHeld);

    public JournalHealth Health => disk.Health;

    /// <summary>Events and snapshots appended so far.</summary>
    public long Appends => Interlocked.Read(ref _appends);

    /// <summary>Leaves out this event of every stream when a stream is read without being owned.</summary>
    public long? HideEvent { get; set; }

    /// <summary>Streams whose names begin so cannot be opened, as long as it is set.</summary>
    public string? Unreadable { get; set; }

    /// <summary>How often one of those was to be opened.</summary>
    public int RefusedOpens => Volatile.Read(ref _refusedOpens);

    /// <summary>Told of each append after it is on the disk.</summary>
    public Action<string>? Appended { get; set; }

    /// <summary>The number of the append before which the process dies.</summary>
    public long DiesAt => _diesAt;

    /// <summary>After so many more appends nothing reaches the disk any more.</summary>
    public void DieAfter(long appends) => _diesAt = Appends + appends;

    /// <summary>Whether it refuses appends as a full queue does.</summary>
    public bool IsFull
    {
        get => _isFull;
        set => _isFull = value;
    }

    /// <summary>From now on nothing is durable until <see cref="Release"/>.</summary>
    public void Hold()
    {
        lock (_lock)
        {
            _waiting = 0;
            _durableWhenHeld = disk.DurablePosition;
            _held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Done when so many wait since <see cref="Hold"/>.</summary>
    public async Task WhenWaiting(int count)
    {
        while (true)
        {
            Task more;
            lock (_lock)
            {
                if (_waiting >= count)
                {
                    return;
                }

                more = (_oneMore ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }

            await more.WaitAsync(World.Patience);
        }
    }

    /// <summary>All that was appended is durable.</summary>
    public void Release() => Interlocked.Exchange(ref _held, null)?.SetResult();

    /// <summary>The disk is lost for all that waits; a new one is in its place at once.</summary>
    public void Lose() => Interlocked.Exchange(ref _held, null)?.SetException(new JournalFailedException("The disk is lost."));

    public int Opens(string stream) => _opens.GetValueOrDefault(stream);

    public async ValueTask<IJournalStream> OpenAsync(string stream, IStreamReader reader, CancellationToken cancellationToken = default)
    {
        ThrowIfDead();
        if (Unreadable is { } unreadable && stream.StartsWith(unreadable, StringComparison.Ordinal))
        {
            Interlocked.Increment(ref _refusedOpens);
            throw new IOException($"{stream} cannot be read now.");
        }

        _opens.AddOrUpdate(stream, 1, static (_, count) => count + 1);
        return new Handle(this, stream, await disk.OpenAsync(stream, reader, cancellationToken));
    }

    public JournalPosition? TryBegin(string prefix, string name, ReadOnlySpan<byte> payload)
    {
        JournalPosition? begun;
        lock (_lock)
        {
            MayAppend_UnderLock(prefix + name);
            begun = disk.TryBegin(prefix, name, payload);
            _appends += begun is null ? 0 : 1;
        }

        if (begun is not null)
        {
            Appended?.Invoke(prefix + name);
        }

        return begun;
    }

    public ValueTask<long> ReadAsync(string stream, IStreamReader reader, CancellationToken cancellationToken = default) =>
        disk.ReadAsync(stream, HideEvent is { } hidden ? new Hiding(reader, hidden) : reader, cancellationToken);

    public IAsyncEnumerable<JournalEntry> TailAsync(long fromPosition, CancellationToken cancellationToken = default) =>
        disk.TailAsync(fromPosition, cancellationToken);

    public ValueTask WhenDurable(JournalPosition position) =>
        position != default && _held is { } held ? WaitWith(held) : disk.WhenDurable(position);

    public ValueTask DisposeAsync() => default;

    /// <summary>The process is dead for the journal.</summary>
    public void Die() => _isLost = true;

    private ValueTask WaitWith(TaskCompletionSource held)
    {
        lock (_lock)
        {
            _waiting++;
            _oneMore?.SetResult();
            _oneMore = null;
        }

        return new ValueTask(held.Task);
    }

    private void ThrowIfDead()
    {
        if (_isLost)
        {
            throw new JournalFailedException("The process is dead.");
        }
    }

    private void Count(string stream)
    {
        lock (_lock)
        {
            MayAppend_UnderLock(stream);
            _appends++;
        }
    }

    private void MayAppend_UnderLock(string stream)
    {
        ThrowIfDead();
        if (_isFull)
        {
            throw new JournalFullException(1);
        }

        if (_appends >= _diesAt)
        {
            _isLost = true;
            throw new JournalFailedException($"The process died before append {_appends + 1} to {stream}.");
        }
    }

    private sealed class Handle(TestJournal journal, string stream, IJournalStream inner) : IJournalStream
    {
        public long Version => inner.Version;

        public bool WantsSnapshot => inner.WantsSnapshot;

        public JournalPosition Append(ReadOnlySpan<byte> payload)
        {
            journal.Count(stream);
            var position = inner.Append(payload);
            journal.Appended?.Invoke(stream);
            return position;
        }

        public void AppendSnapshot(ReadOnlySpan<byte> state)
        {
            journal.Count(stream);
            inner.AppendSnapshot(state);
        }

        public ValueTask WhenDurable(JournalPosition position) => journal.WhenDurable(position);

        public void Close() => inner.Close();
    }

    private sealed class Hiding(IStreamReader reader, long hidden) : IStreamReader
    {
        public void Snapshot(long version, ReadOnlySpan<byte> state) => reader.Snapshot(version, state);

        public void Event(long version, ReadOnlySpan<byte> payload)
        {
            if (version != hidden)
            {
                reader.Event(version, payload);
            }
        }
    }
}
