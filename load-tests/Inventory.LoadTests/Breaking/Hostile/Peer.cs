using System.Net;
using System.Net.Sockets;

namespace Inventory.LoadTests.Breaking.Hostile;

/// <summary>A bare connection to the service. Closing it tells the service at once. Used by one thread at a time.</summary>
internal sealed class Peer : IDisposable
{
    // A machine has 28,000 ports for each address, and a closed connection keeps its own for a minute.
    private const int SourceAddresses = 200;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private static int s_next;
    private readonly Socket _socket;

    private Peer(Socket socket) => _socket = socket;

    /// <summary>Connects, from one of many addresses of this machine when the service is on it.</summary>
    public static async Task<Peer> ConnectAsync(Uri address, CancellationToken ct)
    {
        var host = IPAddress.Parse(address.Host);
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (IPAddress.IsLoopback(host) && OperatingSystem.IsLinux())
            {
                var number = (uint)Interlocked.Increment(ref s_next) % SourceAddresses;
                socket.Bind(new IPEndPoint(new IPAddress([127, 0, 1, (byte)(number + 1)]), 0));
            }

            await socket.ConnectAsync(host, address.Port, ct);
            return new Peer(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends bytes as they are.</summary>
    /// <returns>False when the service has closed the connection.</returns>
    public async Task<bool> SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        try
        {
            while (!bytes.IsEmpty)
            {
                bytes = bytes[await _socket.SendAsync(bytes, ct)..];
            }

            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Says that nothing more comes, and reads and forgets whatever the service still says until it closes too.</summary>
    /// <returns>False when it has not closed within half a minute.</returns>
    public async Task<bool> FinishAsync(CancellationToken ct)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(s_patience);
        var said = new byte[4_096];
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
            while (await _socket.ReceiveAsync(said, patience.Token) > 0)
            {
                // Only the end matters.
            }

            return true;
        }
        catch (SocketException)
        {
            return true;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return false;
        }
    }

    public void Dispose() => _socket.Dispose();
}
