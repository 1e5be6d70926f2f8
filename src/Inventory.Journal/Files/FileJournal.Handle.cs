using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;

namespace Inventory.Journal.Files;

/// <content>The streams that are open.</content>
public sealed partial class FileJournal
{
    /// <summary>An owned stream in little room: its name is two texts that somebody else has anyway; its place in the index follows from them.</summary>
    private sealed class Handle(FileJournal journal, string prefix, string name, uint owner, long version, bool wantsSnapshot) : IJournalStream
    {
        private bool _closed;

        public long Version { get; private set; } = version;

        public bool WantsSnapshot { get; private set; } = wantsSnapshot;

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
            ArgumentOutOfRangeException.ThrowIfZero(state.Length, nameof(state));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(state.Length, JournalLimits.SnapshotBytesMax, nameof(state));
            Append(RecordKind.Snapshot, Version, state);
        }

        // A large one would be a large array more each time, in memory that is touched for the first time and brings the collection of everything nearer.
        public void AppendSnapshot(byte[] rented, int length)
        {
            if (length < LargeBytes)
            {
                AppendSnapshot(rented.AsSpan(0, length));
                ArrayPool<byte>.Shared.Return(rented);
                return;
            }

            ArgumentOutOfRangeException.ThrowIfGreaterThan(length, JournalLimits.SnapshotBytesMax);
            Append(RecordKind.Snapshot, Version, rented.AsSpan(0, length), rented);
        }

        public void Expect() => StreamIndex.Fetch(name);

        public ValueTask WhenDurable(JournalPosition position) => journal.WhenDurable(position);

        public void Close()
        {
            Span<byte> room = stackalloc byte[JournalLimits.StreamNameBytesMax];
            var key = journal._index.KeyOf(Name(room));
            lock (journal._log.Gate)
            {
                _closed = true;
                if (!journal._index.TryGet(key, out var entry) || entry.Owner != owner)
                {
                    return;
                }

                if (entry.Last.IsNone)
                {
                    journal._index.Remove(key); // only looked at: it leaves no trace
                }
                else
                {
                    journal._index.Of(key).Owner = 0;
                }
            }
        }

        private ReadOnlySpan<byte> Name(Span<byte> room)
        {
            var first = Encoding.UTF8.GetBytes(prefix, room);
            return room[..(first + Encoding.UTF8.GetBytes(name, room[first..]))];
        }

        // What can be computed before the place in the log is known is computed before the lock is taken.
        private JournalPosition Append(RecordKind kind, long recordVersion, ReadOnlySpan<byte> payload, byte[]? rented = null)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            Span<byte> room = stackalloc byte[JournalLimits.StreamNameBytesMax];
            var bytes = Name(room);
            var key = journal._index.KeyOf(bytes);
            var length = RecordFormat.HeadBytes + bytes.Length + payload.Length;
            journal._index.Fetch(key); // before the lock, which all streams share
            var checksum = RecordFormat.Checksum(payload);
            ArraySegment<byte> own = payload.Length < LargeBytes ? default
                : rented is not null ? new ArraySegment<byte>(rented, 0, payload.Length) : new ArraySegment<byte>(payload.ToArray());
            var log = journal._log;
            lock (log.Gate)
            {
                ref var entry = ref journal._index.TryOf(key);
                if (Unsafe.IsNullRef(ref entry) || entry.Owner != owner)
                {
                    throw new JournalFencedException(prefix + name);
                }

                var head = new RecordHead(length, 0, 0, entry.Last, recordVersion, checksum, kind, RecordMarks.None, bytes.Length);
                var location = log.Append_UnderLock(head, bytes, payload, own, rented is not null);
                if (kind == RecordKind.Snapshot)
                {
                    journal._compaction.Died_UnderLock(entry.ChainBytes);
                    (entry.ChainBytes, entry.SnapshotBytes) = (0, (uint)length);
                }

                if (kind == RecordKind.Snapshot || entry.Last.IsNone)
                {
                    entry.BeginsIn = (ushort)location.Segment;
                }

                entry.Last = location;
                entry.ChainBytes += (uint)length;
                WantsSnapshot = IsSnapshotDue(entry);
                journal._compaction.Consider_UnderLock();
                return new JournalPosition(log.Sequence);
            }
        }
    }
}
