namespace Inventory.Journal;

/// <summary>Every bound of the journal, with its reason.</summary>
public static class JournalLimits
{
    /// <summary>Longest stream name in UTF-8: a kind, a SKU and a location fit.</summary>
    public const int StreamNameBytesMax = 200;

    /// <summary>Largest event: nearly all have under 200 bytes; the intent of 1,000 lines with the longest keys takes about 150,000.</summary>
    public const int PayloadBytesMax = 192 * 1024;

    /// <summary>Largest snapshot: a stock with a million live holds takes about 110 MB.</summary>
    public const int SnapshotBytesMax = 192 * 1024 * 1024;

    /// <summary>Fewest event bytes after which a stream wants a snapshot: replaying less than this is cheaper than writing one.</summary>
    public const int SnapshotAfterBytesMin = 8 * 1024;
}
