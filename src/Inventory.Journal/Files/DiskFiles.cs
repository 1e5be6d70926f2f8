using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Inventory.Journal.Files;

/// <summary>A directory of the operating system, locked against other processes while this lives.</summary>
public sealed partial class DiskFiles : IJournalFiles
{
    private const string LockName = "lock";
    private const int LockedOnLinux = 11; // EWOULDBLOCK
    private const int LockedOnMac = 35;
    private const int LockedOnWindows = unchecked((int)0x80070020);
    private const int Interrupted = 4;
    private readonly string _directory;
    private readonly FileStream _lock;

    /// <summary>Takes the directory; makes it if it is not there.</summary>
    /// <exception cref="JournalLockedException">Another process has it. A process that was killed has not.</exception>
    /// <exception cref="IOException">The directory cannot be made or written.</exception>
    /// <exception cref="UnauthorizedAccessException">The directory must not be written.</exception>
    public DiskFiles(string directory)
    {
        _directory = Path.GetFullPath(directory);
        Directory.CreateDirectory(_directory);
        try
        {
            // The operating system drops this lock with the process, however that ends.
            _lock = new FileStream(Path.Combine(_directory, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e.HResult is LockedOnLinux or LockedOnMac or LockedOnWindows)
        {
            throw new JournalLockedException(_directory);
        }
    }

    /// <inheritdoc/>
    /// <remarks>
    /// On Linux, where file systems note of each reserved block that it has been written: a sync of such blocks waits for the file system's own journal, and so
    /// for whatever others write. Measured with ext4, 40 KB a sync: 0.10 ms instead of 0.17, and 42 us of processor time instead of 67.
    /// </remarks>
    public bool FillsAhead => OperatingSystem.IsLinux();

    /// <inheritdoc/>
    public IReadOnlyList<string> List() => [.. Directory.EnumerateFiles(_directory).Select(path => Path.GetFileName(path))];

    /// <inheritdoc/>
    public IJournalFile Open(string name, long bytes)
    {
        var path = PathOf(name);
        var isNew = bytes > 0 && !File.Exists(path);
        const FileShare Share = FileShare.ReadWrite | FileShare.Delete;
        if (!isNew)
        {
            return new DiskFile(File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, Share), path);
        }

        // Room is reserved and the length set now, so that a full disk shows here and later syncs need not write a new length.
        SafeFileHandle? handle = null;
        try
        {
            handle = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, Share, FileOptions.None, bytes);
            RandomAccess.SetLength(handle, bytes);
        }
        catch
        {
            handle?.Dispose();
            File.Delete(path);
            throw;
        }

        return new DiskFile(handle, path);
    }

    /// <inheritdoc/>
    public void Delete(string name) => File.Delete(PathOf(name));

    /// <inheritdoc/>
    public string PathOf(string name) => Path.Combine(_directory, name);

    /// <inheritdoc/>
    public void SyncNames()
    {
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsMacOS())
        {
            return;
        }

        // .NET opens no directories; the names in one are only safe once the directory itself is synced (fsync(2)).
        var descriptor = OpenNative(_directory, 0);
        if (descriptor < 0)
        {
            throw new IOException($"{_directory} cannot be opened: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}.");
        }

        var error = SyncNative(descriptor) == 0 ? 0 : Marshal.GetLastPInvokeError();
        _ = CloseNative(descriptor);
        if (error != 0)
        {
            throw new IOException($"{_directory} cannot be synced: {Marshal.GetPInvokeErrorMessage(error)}.");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int OpenNative(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int SyncNative(int descriptor);

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int SyncDataNative(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int CloseNative(int descriptor);

    private sealed class DiskFile(SafeFileHandle handle, string path) : IJournalFile
    {
        public long Length => RandomAccess.GetLength(handle);

        public int Read(long offset, Span<byte> buffer)
        {
            var total = 0;
            while (total < buffer.Length)
            {
                var count = RandomAccess.Read(handle, buffer[total..], offset + total);
                if (count == 0)
                {
                    break;
                }

                total += count;
            }

            return total;
        }

        public void Write(long offset, ReadOnlySpan<byte> bytes) => RandomAccess.Write(handle, bytes, offset);

        // On Linux the base library's flush is fsync, which also writes the file's times; fdatasync leaves those and is about twice as fast here.
        public void Sync()
        {
            if (!OperatingSystem.IsLinux())
            {
                RandomAccess.FlushToDisk(handle);
                return;
            }

            while (SyncDataNative(handle) != 0)
            {
                var error = Marshal.GetLastPInvokeError();
                if (error != Interrupted)
                {
                    throw new IOException($"{path} cannot be synced: {Marshal.GetPInvokeErrorMessage(error)}.");
                }
            }
        }

        public void Dispose() => handle.Dispose();
    }
}
