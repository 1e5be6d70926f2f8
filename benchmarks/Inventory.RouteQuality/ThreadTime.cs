using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Inventory.RouteQuality;

/// <summary>Processor time of the calling thread: on a machine that others use too, what a call costs and not what it waits for.</summary>
internal static partial class ThreadTime
{
    private const int ThreadClock = 3; // CLOCK_THREAD_CPUTIME_ID of Linux

    /// <summary>Milliseconds of it; elsewhere than on Linux, of a clock.</summary>
    public static double Milliseconds() =>
        OperatingSystem.IsLinux() && Read(ThreadClock, out var time) == 0
            ? (time.Seconds * 1_000.0) + (time.Nanoseconds / 1_000_000.0)
            : Stopwatch.GetTimestamp() * 1_000.0 / Stopwatch.Frequency;

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int Read(int clock, out Time time);

    [StructLayout(LayoutKind.Sequential)]
    private struct Time
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
