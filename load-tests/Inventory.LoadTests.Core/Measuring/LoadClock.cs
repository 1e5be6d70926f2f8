using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Inventory.LoadTests.Measuring;

/// <summary>The time of a run in microseconds since some fixed moment, and a way to wait for a time.</summary>
public abstract partial class LoadClock
{
    /// <summary>The machine's monotonic clock.</summary>
    public static LoadClock Machine { get; } = new MachineClock();

    /// <summary>May be read by any thread.</summary>
    public abstract long NowMicros { get; }

    /// <summary>Returns at the given time or a little later, at once when it has passed. Holds the calling thread.</summary>
    public abstract void WaitUntil(long micros);

    private sealed partial class MachineClock : LoadClock
    {
        // Waking costs a switch of threads: what is nearer than this is as good as now, and saves the processor for the service.
        private const long NearMicros = 20;

        public override long NowMicros => Stopwatch.GetTimestamp() / (Stopwatch.Frequency / 1_000_000);

        public override void WaitUntil(long micros)
        {
            for (var left = micros - NowMicros; left > NearMicros; left = micros - NowMicros)
            {
                if (OperatingSystem.IsWindows())
                {
                    Thread.Yield();
                    continue;
                }

                // The timers of .NET tick in milliseconds, too coarse for a schedule whose latencies are a fraction of one.
                var span = new TimeSpec { Seconds = (nint)(left / 1_000_000), Nanoseconds = (nint)(left % 1_000_000 * 1_000) };
                _ = NanoSleep(in span, 0);
            }
        }

        [LibraryImport("libc", EntryPoint = "nanosleep")]
        private static partial int NanoSleep(in TimeSpec span, nint left);

        [StructLayout(LayoutKind.Sequential)]
        private struct TimeSpec
        {
            public nint Seconds;
            public nint Nanoseconds;
        }
    }
}
