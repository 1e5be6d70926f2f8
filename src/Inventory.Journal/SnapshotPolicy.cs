namespace Inventory.Journal;

/// <summary>When a stream wants a snapshot: once its events since the last one outweigh twice that one's bytes.</summary>
/// <remarks>So snapshots stay a bounded share of what is written.</remarks>
public struct SnapshotPolicy
{
    private long _eventBytes;
    private long _snapshotBytes;

    /// <summary>True once a snapshot pays.</summary>
    public readonly bool IsDue => Pays(_eventBytes, _snapshotBytes);

    /// <summary>True if a snapshot pays after so many bytes of events since one of so many bytes.</summary>
    public static bool Pays(long eventBytes, long snapshotBytes) =>
        eventBytes > Math.Max(JournalLimits.SnapshotAfterBytesMin, 2 * snapshotBytes);

    /// <summary>Notes a record with so many bytes of payload.</summary>
    public void Note(bool isSnapshot, int bytes) => (_eventBytes, _snapshotBytes) = isSnapshot ? (0, bytes) : (_eventBytes + bytes, _snapshotBytes);
}
