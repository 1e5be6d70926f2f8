using System.Net;
using System.Net.Sockets;

namespace Inventory.Cli.Tests.Commands;

/// <summary>
/// A wire between a client and the service that stops carrying what the client says after so many bytes: what is longer can never be done.
/// </summary>
internal sealed class StallingRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly TaskCompletionSource _stalled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Uri _service;
    private readonly long _bytes;
    private readonly Task _accepting;
    private long _carried;

    public StallingRelay(string service, long bytes)
    {
        (_service, _bytes) = (new Uri(service), bytes);
        _listener.Start();
        Address = $"http://{_listener.LocalEndpoint}";
        _accepting = AcceptAsync();
    }

    /// <summary>Where the client is to call.</summary>
    public string Address { get; }

    /// <summary>Done when the wire has stopped carrying what the client says.</summary>
    public Task Stalled => _stalled.Task.WaitAsync(TimeSpan.FromSeconds(90));

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _accepting;
        _end.Dispose();
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        var wires = new List<Task>();
        try
        {
            while (true)
            {
                wires.Add(CarryAsync(await _listener.AcceptTcpClientAsync(_end.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(wires);
        }
    }

    private async Task CarryAsync(TcpClient client)
    {
        using var near = client;
        using var far = new TcpClient();
        try
        {
            await far.ConnectAsync(_service.Host, _service.Port, _end.Token);
            await Task.WhenAny(ToServiceAsync(near.GetStream(), far.GetStream()), far.GetStream().CopyToAsync(near.GetStream(), _end.Token));
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or SocketException)
        {
            // one side has gone: so does the wire
        }
    }

    private async Task ToServiceAsync(NetworkStream near, NetworkStream far)
    {
        var bytes = new byte[16 * 1024];
        while (await near.ReadAsync(bytes, _end.Token) is > 0 and var read)
        {
            await far.WriteAsync(bytes.AsMemory(0, read), _end.Token);
            if (Interlocked.Add(ref _carried, read) >= _bytes)
            {
                _stalled.TrySetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, _end.Token);
            }
        }
    }
}
