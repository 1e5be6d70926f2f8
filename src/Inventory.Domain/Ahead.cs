using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Inventory.Domain;

/// <summary>
/// Asks the processor to bring memory into its cache before it is needed: who visits many owners one after the other then waits for several at once.
/// </summary>
/// <remarks>A hint: it reads nothing, changes nothing and cannot fail, whatever moves meanwhile. Elsewhere than on x86 it does nothing.</remarks>
public static unsafe class Ahead
{
    private const int LineBytes = 64;

    /// <summary>Asks for an object.</summary>
    /// <param name="target">Which; nothing is done for null.</param>
    /// <param name="bytes">How much of it, from its beginning; above 0.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Fetch(object? target, [ConstantExpected] int bytes)
    {
        if (Sse.IsSupported && target is not null)
        {
            var at = *(byte**)Unsafe.AsPointer(ref target);
            for (var offset = 0; offset < bytes - 1; offset += LineBytes)
            {
                Sse.Prefetch0(at + offset);
            }

            Sse.Prefetch0(at + bytes - 1); // an object begins anywhere in a line
        }
    }

    /// <summary>Asks for the line in which a place within an array begins, and for the next.</summary>
    /// <param name="array">The array; nothing is done for null.</param>
    /// <param name="place">The place; may be outside.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void FetchPlace<T>(T[]? array, int place)
    {
        if (Sse.IsSupported && array is not null)
        {
            var at = *(byte**)Unsafe.AsPointer(ref array) + (2 * sizeof(nint)) + ((nint)place * Unsafe.SizeOf<T>());
            Sse.Prefetch0(at);
            Sse.Prefetch0(at + Unsafe.SizeOf<T>() - 1);
        }
    }
}
