using System.Net;
using Grpc.Net.Client;
using Inventory.Grains;
using Inventory.Grpc;
using Inventory.Journal;
using Inventory.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Inventory.Benchmarks;

/// <summary>The service with its gRPC face on a port that the system chooses, and clients of it.</summary>
internal sealed class GrpcWorld : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly GrpcChannel _channel;

    private GrpcWorld(WebApplication app, DrivenTime time)
    {
        (_app, Time) = (app, time);
        _channel = GrpcChannel.ForAddress(app.Urls.First());
        Reservations = new ReservationService.ReservationServiceClient(_channel);
        Availability = new AvailabilityService.AvailabilityServiceClient(_channel);
    }

    public ReservationService.ReservationServiceClient Reservations { get; }

    public AvailabilityService.AvailabilityServiceClient Availability { get; }

    public IStocks Stocks => _app.Services.GetRequiredService<IStocks>();

    public ILocations Locations => _app.Services.GetRequiredService<ILocations>();

    public DrivenTime Time { get; }

    public static async Task<GrpcWorld> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        var time = new DrivenTime();
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.Services.AddSingleton<IJournal>(new NoJournal());
        builder.AddInventorySilo();
        builder.Services.AddInventoryGrains();
        builder.Services.AddInventoryGrpc();
        var app = builder.Build();
        app.MapInventoryGrpc();
        await app.StartAsync();
        return new GrpcWorld(app, time);
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
