namespace Inventory.Journal;

/// <summary>Storage is lost; the journal has stopped for good. The process should be restarted once the cause is mended.</summary>
public class JournalFailedException(string message, Exception? inner = null) : IOException(message, inner);

/// <summary>Another owner has opened the stream since; this handle may append no more.</summary>
public sealed class JournalFencedException(string stream) : JournalFailedException($"Another owner has opened the stream {stream}.");

/// <summary>More bytes wait for the disk than may: try again shortly. Nothing was appended.</summary>
public sealed class JournalFullException(long pendingBytes)
    : IOException($"{pendingBytes:N0} bytes wait for the disk, as many as may; try again shortly.");

/// <summary>A file of the journal is damaged where a torn write cannot explain it. A person must look.</summary>
public sealed class JournalDamagedException(string path, long offset, string what)
    : IOException($"{path} is damaged at offset {offset}: {what}")
{
    /// <summary>The file.</summary>
    public string Path { get; } = path;

    /// <summary>Byte offset of the damage in it.</summary>
    public long Offset { get; } = offset;
}

/// <summary>Another process uses the directory.</summary>
public sealed class JournalLockedException(string directory)
    : IOException($"Another process uses the journal in {directory}; stop it or name another directory.");

/// <summary>The asked position is not there any more, or was never reached.</summary>
public sealed class JournalPositionException(long asked, long oldest)
    : IOException($"Position {asked} is not in the journal; the oldest is {oldest}. Begin again at 0.");
