using System.Diagnostics;

namespace Inventory.Benchmarks.Tests;

/// <summary>Bytes that one operation allocates.</summary>
/// <param name="Bytes">The least of several repeats.</param>
/// <param name="IsExact">True if one thread did all of it; else other threads' bytes are in it too.</param>
internal readonly record struct Allocation(double Bytes, bool IsExact)
{
    private const int RepeatsMin = 5;

    // Where threads share the work, a run may catch a pool that is dry or code that is still being compiled.
    private const int RepeatsMax = 60;
    private const int OperationsMin = 200;
    private const int OperationsMax = 4_000;
    private static readonly TimeSpan s_warmUpMin = TimeSpan.FromMilliseconds(40);
    private static readonly TimeSpan s_warmUpMax = TimeSpan.FromMilliseconds(250);

    /// <summary>Warms up, then measures; again, while other threads have a part in it and it is more than enough.</summary>
    public static async Task<Allocation> OfAsync(Loop loop, int operationsPerRun, double enough)
    {
        var begun = Stopwatch.GetTimestamp();
        var runs = 0;
        do
        {
            await loop.RunAsync(1);
            runs++;
        }
        while (Stopwatch.GetElapsedTime(begun) < (runs < OperationsMin ? s_warmUpMax : runs < OperationsMax ? s_warmUpMin : TimeSpan.Zero));

        // As many as in the warm-up, so that slow ones do not take the whole test's time.
        var least = double.MaxValue;
        for (var repeat = 0; repeat < RepeatsMin || (loop.Suspends && least > enough && repeat < RepeatsMax); repeat++)
        {
            // What finalizers give back serves again: all of what was dropped, not what a collection happened to find.
            GC.Collect();
            GC.WaitForPendingFinalizers();
            var before = Now(loop.Suspends);
            await loop.RunAsync(runs);
            least = Math.Min(least, (double)(Now(loop.Suspends) - before) / runs / operationsPerRun);
        }

        return new Allocation(least, !loop.Suspends);
    }

    private static long Now(bool everywhere) =>
        everywhere ? GC.GetTotalAllocatedBytes(precise: true) : GC.GetAllocatedBytesForCurrentThread();
}
