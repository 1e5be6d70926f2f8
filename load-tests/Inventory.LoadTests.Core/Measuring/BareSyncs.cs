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
    public static Task<RunResult> RunAsync(TimeSpan warmUp, TimeSpan duration, CancellationToken ct, double perSecond = Seldom) => OperatingSystem.IsLinux()
        ? Task.Factory.StartNew(() => Run(warmUp, duration, perSecond, ct), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)
        : throw new PlatformNotSupportedException("A bare sync calls fdatasync, which is known of Linux alone.");

    private static RunResult Run(TimeSpan warmUp, TimeSpan duration, double perSecond, CancellationToken ct)
    {
        var clock = LoadClock.Machine;
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        using var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, FileOptions.DeleteOnClose, FileBytes);
        RandomAccess.Write(file, new byte[FileBytes], 0);
        RandomAccess.FlushToDisk(file);
        var start = clock.NowMicros;
        var window = start + (long)warmUp.TotalMicroseconds;
        var end = window + (long)duration.TotalMicroseconds;
        var tally = new Tally(window, end);
        var page = new byte[Bytes];
        for (long i = 0; !ct.IsCancellationRequested; i++)
        {
            var intended = perSecond > 0 ? start + (long)(i * 1e6 / perSecond) : clock.NowMicros;
            if (intended >= end)
            {
                break;
            }

            clock.WaitUntil(intended);
            var began = clock.NowMicros;
            page.AsSpan().Fill((byte)i);
            RandomAccess.Write(file, page, i * Bytes % FileBytes);
            if (Sync(file) != 0)
            {
                throw new IOException($"{path} cannot be synced: {Marshal.GetLastPInvokeErrorMessage()}.");
            }

            tally.Record(began, clock.NowMicros, Outcome.Granted);
        }

        return tally.Close(Math.Min(clock.NowMicros, end), perSecond);
    }

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int Sync(SafeFileHandle file);
}
