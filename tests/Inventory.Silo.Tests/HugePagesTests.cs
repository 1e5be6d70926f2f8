using System.Globalization;
using System.Runtime.InteropServices;

namespace Inventory.Silo.Tests;

/// <summary>What the system says of the memory where objects stand.</summary>
public sealed class HugePagesTests
{
    [Fact]
    public void The_heap_is_marked_for_large_pages_where_the_system_has_them()
    {
        var isAsked = HugePages.TryAsk();
        if (!OperatingSystem.IsLinux() || !Directory.Exists("/sys/kernel/mm/transparent_hugepage"))
        {
            Assert.False(isAsked);
            return;
        }

        Assert.True(isAsked);
        var handle = GCHandle.Alloc(new byte[1], GCHandleType.Pinned);
        try
        {
            Assert.Contains(" hg", FlagsAt((ulong)handle.AddrOfPinnedObject()), StringComparison.Ordinal);
        }
        finally
        {
            handle.Free();
        }
    }

    // Of each mapping there is a line such as "7ec9d0000000-7ec9d0400000 rw-p ...", then figures, then "VmFlags: rd wr ... hg".
    private static string FlagsAt(ulong address)
    {
        var isThere = false;
        foreach (var line in File.ReadLines("/proc/self/smaps"))
        {
            var range = line.Split(' ')[0].Split('-');
            if (range.Length == 2)
            {
                isThere = Hex(range[0]) <= address && address < Hex(range[1]);
            }
            else if (isThere && line.StartsWith("VmFlags:", StringComparison.Ordinal))
            {
                return line;
            }
        }

        return "";
    }

    private static ulong Hex(string text) => ulong.Parse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
