using System.ComponentModel;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Inventory.LoadTests.Light;

/// <summary>Waits for sockets as ppoll(2) does: with microseconds, which no wait of the base library has.</summary>
internal sealed partial class Polling(IReadOnlyList<Socket> sockets)
{
    private const short CanRead = 1;
    private const short CanWrite = 4;
    private const int Interrupted = 4;
    private readonly Entry[] _entries = [.. sockets.Select(socket => new Entry((int)socket.Handle, CanRead, 0))];

    private record struct Entry(int Descriptor, short Events, short Happened);

    private readonly record struct TimeSpec(nint Seconds, nint Nanoseconds);

    /// <summary>Whether a socket also waits for room to write.</summary>
    public void Wants(int socket, bool room) => _entries[socket].Events = room ? (short)(CanRead | CanWrite) : CanRead;

    /// <summary>Whether something happened at a socket, a broken connection included.</summary>
    public bool Happened(int socket) => _entries[socket].Happened != 0;

    /// <summary>Waits until something happens, or so long.</summary>
    public void Wait(long micros)
    {
        var patience = new TimeSpec((nint)(micros / 1_000_000), (nint)(micros % 1_000_000 * 1_000));
        if (Poll(ref MemoryMarshal.GetArrayDataReference(_entries), (nuint)_entries.Length, in patience, 0) < 0
            && Marshal.GetLastPInvokeError() is var error and not Interrupted)
        {
            throw new Win32Exception(error);
        }
    }

    [LibraryImport("libc", EntryPoint = "ppoll", SetLastError = true)]
    private static partial int Poll(ref Entry entries, nuint count, in TimeSpec patience, nint signals);
}
