using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Inventory.LoadTests.Measuring;

/// <summary>
/// A thread that does nothing but write 4 KB and sync it, again and again: how long that takes is what the disk and the machine add to every durable answer
/// measured on it, with no service in between. Linux only.
/// </summary>
/// <remarks>The file is as a segment of the journal is: filled before, so that the file system has nothing else to note, and synced by fdatasync(2).</remarks>
public static partial class BareSyncs
{
    private const double Seldom = 100;
    private const int Bytes = 4096;
    private const int FileBytes = 1024 * Bytes;

    /// <summary>Runs it beside something else.</summary>
    /// <param name="warmUp">Time before the window.</param>
    /// <param name="duration">Length of the window.</param>
    /// <param name="ct">Ends it early.</param>
    /// <param name="perSecond">How often in a second; 0: one after the other.</param>
    /// <returns>An operation is a write with its sync; its latency is what the two took, whenever they began.</returns>
    /// <exception cref="IOException">The temporary directory cannot be written.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux.</exception>
    public static async Task<RunResult> RunAsync(TimeSpan warmUp, TimeSpan duration, CancellationToken ct, double perSecond = Seldom)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new PlatformNotSupportedException("A bare sync calls fdatasync, which is known of Linux alone.");
        }

        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        using var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, FileOptions.DeleteOnClose, FileBytes);
        return await PacedThread.RunAsync(warmUp, duration, perSecond, LoadClock.Machine, () => Prepare(file), ct);
    }

    private static Func<long, long, long> Prepare(SafeFileHandle file)
    {
        RandomAccess.Write(file, new byte[FileBytes], 0);
        RandomAccess.FlushToDisk(file);
        var page = new byte[Bytes];
        return (i, _) =>
        {
            var began = LoadClock.Machine.NowMicros;
            page.AsSpan().Fill((byte)i);
            RandomAccess.Write(file, page, i * Bytes % FileBytes);
            return Sync(file) == 0 ? began : throw new IOException($"The file cannot be synced: {Marshal.GetLastPInvokeErrorMessage()}.");
        };
    }

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int Sync(SafeFileHandle file);
}
