using System.Globalization;
using System.Runtime.InteropServices;

namespace Inventory.Silo;

/// <summary>Asks Linux for pages of 2 MB where the collector's heap stands, and goes on asking.</summary>
/// <remarks>
/// A service that visits another stock with each line waits for the processor's table of pages as much as for memory, and a heap that grows page by page
/// stops the thread that grows it for each 4 KB. Many systems give large pages to everybody (<c>transparent_hugepage/enabled</c> is <c>always</c>); where it is
/// <c>madvise</c> they must be asked for, and .NET has no setting for that. Where it is <c>never</c>, and elsewhere than on Linux, asking changes nothing.
/// </remarks>
internal sealed partial class HugePages(TimeProvider time) : BackgroundService
{
    private const int Advice = 14; // MADV_HUGEPAGE
    private const string Maps = "/proc/self/maps";

    // What the collector gives back and takes again is mapped anew, and then the wish is forgotten.
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    /// <summary>Asks once.</summary>
    /// <returns>True if the system has noted the wish.</returns>
    public static bool TryAsk() => FindHeap() is { Bytes: > 0 } heap && Advise(heap.Start, heap.Bytes, Advice) == 0;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var heap = FindHeap();
        while (heap.Bytes > 0 && !stoppingToken.IsCancellationRequested && Advise(heap.Start, heap.Bytes, Advice) == 0)
        {
            await Task.Delay(s_pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // The collector reserves all that it may ever need in one piece, of which the parts in use have other rights: neighbours without a file.
    private static (nuint Start, nuint Bytes) FindHeap()
    {
        if (!OperatingSystem.IsLinux() || !File.Exists(Maps))
        {
            return default;
        }

        var within = AddressOfAnObject();
        var (start, end) = ((nuint)0, (nuint)0);
        foreach (var line in File.ReadLines(Maps))
        {
            var (from, to, isPlain) = Parse(line);
            if (!isPlain || from != end)
            {
                if (start <= within && within < end)
                {
                    break;
                }

                start = from;
            }

            (start, end) = isPlain ? (start, to) : (0, 0);
        }

        return start <= within && within < end ? (start, end - start) : default;
    }

    // Such as "7ec9d0000000-7ec9d0400000 rw-p 00000000 00:00 0"; a sixth field names a file, a stack or another use.
    private static (nuint From, nuint To, bool IsPlain) Parse(string line)
    {
        var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var range = fields[0].Split('-');
        return (Address(range[0]), Address(range[1]), fields.Length == 5);
    }

    private static nuint Address(string text) => nuint.Parse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private static nuint AddressOfAnObject()
    {
        var handle = GCHandle.Alloc(new byte[1], GCHandleType.Pinned);
        try
        {
            return (nuint)handle.AddrOfPinnedObject();
        }
        finally
        {
            handle.Free();
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nuint start, nuint bytes, int advice);
}
