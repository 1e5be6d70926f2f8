using System.Net;
using Inventory.Grains;
using Inventory.Grpc;
using Inventory.Journal;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Inventory.Cli.Tests.Replay;

/// <summary>
/// The real service over a journal in memory. It can go down in the middle of calls and come back with nothing but the journal.
/// </summary>
internal sealed class ServiceHost : IAsyncDisposable
{
    private readonly MemoryJournal _journal = new();
    private WebApplication? _app;
    private int _port;

    public Uri Address => new($"http://127.0.0.1:{_port}");

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, _port, listen => listen.Protocols = HttpProtocols.Http2));
        builder.AddInventorySilo();

        // An instance, so that the container does not dispose of it: it outlives the host as a disk would.
        builder.Services.AddSingleton<IJournal>(_journal);
        builder.Services.AddInventoryGrains();
        builder.Services.AddInventoryGrpc();
        _app = builder.Build();
        _app.MapInventoryGrpc();
        await _app.StartAsync();
        var addresses = _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>();
        _port = new Uri(addresses!.Addresses.First()).Port;
    }

    /// <summary>Breaks every connection, forgets every owner and comes back.</summary>
    public async Task RestartAsync()
    {
        await _app!.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
        await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await (_app?.DisposeAsync() ?? ValueTask.CompletedTask);
        await _journal.DisposeAsync();
    }
}
