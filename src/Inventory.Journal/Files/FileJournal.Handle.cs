using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;

namespace Inventory.Journal.Files;

/// <content>The streams that are open: who has one gives its name with each call, and its place in the index follows from that.</content>
public sealed partial class FileJournal : IStreamKeeper
{
    JournalPosition IStreamKeeper.Append(ref HeldStream stream, string prefix, string name, long version, ReadOnlySpan<byte> payload)
    {
        ArgumentOutOfRangeException.ThrowIfZero(payload.Length, nameof(payload));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(payload.Length, JournalLimits.PayloadBytesMax, nameof(payload));
        return Append(ref stream, prefix, name, RecordKind.Event, version, payload);
    }

    // A large one would be a large array more each time, in memory that is touched for the first time and brings the collection of everything nearer.
    void IStreamKeeper.AppendSnapshot(ref HeldStream stream, string prefix, string name, long version, byte[] rented, int length)
    {
        ArgumentOutOfRangeException.ThrowIfZero(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, JournalLimits.SnapshotBytesMax);
        var isLarge = length >= LargeBytes;
        Append(ref stream, prefix, name, RecordKind.Snapshot, version, rented.AsSpan(0, length), isLarge ? rented : null);
        if (!isLarge)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    void IStreamKeeper.Expect(string name) => StreamIndex.Fetch(name);

    void IStreamKeeper.Close(ref HeldStream stream, string prefix, string name)
    {
        Span<byte> room = stackalloc byte[JournalLimits.StreamNameBytesMax];
        var key = _index.KeyOf(NameBytes(prefix, name, room));
        lock (_log.Gate)
        {
            stream.IsClosed = true;
            if (!_index.TryGet(key, out var entry) || entry.Owner != stream.Owner)
            {
                return;
            }

            if (entry.Last.IsNone)
            {
                _index.Remove(key); // only looked at: it leaves no trace
            }
            else
            {
                _index.Of(key).Owner = 0;
            }
        }
    }

    // What can be computed before the place in the log is known is computed before the lock is taken.
    private JournalPosition Append(
        ref HeldStream stream, string prefix, string name, RecordKind kind, long recordVersion, ReadOnlySpan<byte> payload, byte[]? rented = null)
    {
        ObjectDisposedException.ThrowIf(stream.IsClosed, typeof(IJournalStream));
        Span<byte> room = stackalloc byte[JournalLimits.StreamNameBytesMax];
        var first = Encoding.UTF8.GetBytes(prefix, room);
        var bytes = room[..(first + Encoding.UTF8.GetBytes(name, room[first..]))];
        var key = _index.KeyOf(bytes);
        var length = RecordFormat.HeadBytes + bytes.Length + payload.Length;
        _index.Fetch(key); // before the lock, which all streams share
        var checksum = RecordFormat.Checksum(payload);
        ArraySegment<byte> own = payload.Length < LargeBytes ? default
            : rented is not null ? new ArraySegment<byte>(rented, 0, payload.Length) : new ArraySegment<byte>(payload.ToArray());
        lock (_log.Gate)
        {
            ref var entry = ref _index.TryOf(key);
            if (Unsafe.IsNullRef(ref entry) || entry.Owner != stream.Owner)
            {
                throw new JournalFencedException(prefix + name);
            }

            var head = new RecordHead(length, 0, 0, entry.Last, recordVersion, checksum, kind, RecordMarks.None, bytes.Length);
            var location = _log.Append_UnderLock(head, bytes, payload, own, rented is not null);
            if (kind == RecordKind.Snapshot)
            {
                _compaction.Died_UnderLock(entry.ChainBytes);
                (entry.ChainBytes, entry.SnapshotBytes) = (0, (uint)length);
            }

            if (kind == RecordKind.Snapshot || entry.Last.IsNone)
            {
                entry.BeginsIn = (ushort)location.Segment;
            }

            entry.Last = location;
            entry.ChainBytes += (uint)length;
            stream.WantsSnapshot = IsSnapshotDue(entry);
            _compaction.Consider_UnderLock();
            return new JournalPosition(_log.Sequence);
        }
    }

    /// <summary>A stream for an owner of whom there are few.</summary>
    private sealed class Handle(FileJournal journal, string prefix, string name, HeldStream held, long version) : IJournalStream
    {
        private HeldStream _held = held;

        public long Version { get; private set; } = version;

        public bool WantsSnapshot => _held.WantsSnapshot;

        public JournalPosition Append(ReadOnlySpan<byte> payload)
        {
            var position = _held.Append(prefix, name, Version + 1, payload);
            Version++;
            return position;
        }

        public void AppendSnapshot(ReadOnlySpan<byte> state)
        {
            ArgumentOutOfRangeException.ThrowIfZero(state.Length, nameof(state));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(state.Length, JournalLimits.SnapshotBytesMax, nameof(state));
            journal.Append(ref _held, prefix, name, RecordKind.Snapshot, Version, state);
        }

        public void AppendSnapshot(byte[] rented, int length) => _held.AppendSnapshot(prefix, name, Version, rented, length);

        public void Expect() => _held.Expect(name);

        public ValueTask WhenDurable(JournalPosition position) => journal.WhenDurable(position);

        public void Close() => _held.Close(prefix, name);
    }
}
