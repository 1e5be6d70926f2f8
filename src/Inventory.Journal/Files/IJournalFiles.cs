namespace Inventory.Journal.Files;

/// <summary>The little that the file journal asks of a disk; real or simulated. One directory, flat names.</summary>
public interface IJournalFiles : IDisposable
{
    /// <summary>
    /// True if room that is reserved costs more when it is written for the first time than when it is written again, so that it pays to fill it with zeros
    /// ahead of need.
    /// </summary>
    bool FillsAhead => false;

    /// <summary>Names of all files, in no order.</summary>
    IReadOnlyList<string> List();

    /// <summary>Opens a file for reading and writing; makes it with so many bytes of room if it is not there.</summary>
    /// <param name="name">The file's name.</param>
    /// <param name="bytes">Room to reserve if the file is made, 0 for none. Reads as zeros.</param>
    IJournalFile Open(string name, long bytes);

    /// <summary>Removes a file. Those who have it open read on.</summary>
    void Delete(string name);

    /// <summary>Makes it certain that files made and deleted so far stay so.</summary>
    void SyncNames();

    /// <summary>The file as a person would name it.</summary>
    string PathOf(string name);
}

/// <summary>An open file. Safe for any thread.</summary>
public interface IJournalFile : IDisposable
{
    /// <summary>Bytes in the file, reserved room included.</summary>
    long Length { get; }

    /// <summary>Reads up to the buffer's length; fewer only at the end of the file.</summary>
    int Read(long offset, Span<byte> buffer);

    /// <summary>Writes all of the bytes. Not safe from a crash before <see cref="Sync"/>.</summary>
    void Write(long offset, ReadOnlySpan<byte> bytes);

    /// <summary>Returns once everything written is on the medium.</summary>
    void Sync();
}
