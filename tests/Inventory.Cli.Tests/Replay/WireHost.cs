using System.Net;
using Grpc.Core;
using Inventory.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Inventory.Cli.Tests.Replay;

/// <summary>
/// Serves a <see cref="FakeInventory"/> over HTTP/2, can be cut off in the middle of calls, and comes back on the same port.
/// </summary>
internal sealed class WireHost(FakeInventory inventory) : IAsyncDisposable
{
    private WebApplication? _app;
    private int _port;

    public Uri Address => new($"http://127.0.0.1:{_port}");

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, _port, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(inventory);
        _app = builder.Build();
        _app.MapGrpcService<Locations>();
        _app.MapGrpcService<Stocks>();
        _app.MapGrpcService<Availability>();
        _app.MapGrpcService<Reservations>();
        await _app.StartAsync();
        var addresses = _app.Services.GetRequiredService<Microsoft.AspNetCore.Hosting.Server.IServer>(
            ).Features.Get<IServerAddressesFeature>();
        _port = new Uri(addresses!.Addresses.First()).Port;
    }

    /// <summary>Breaks every connection at once and comes back.</summary>
    public async Task RestartAsync()
    {
        await _app!.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
        await StartAsync();
    }

    public ValueTask DisposeAsync() => _app?.DisposeAsync() ?? ValueTask.CompletedTask;

    private sealed class Locations(FakeInventory inventory) : LocationService.LocationServiceBase
    {
        public override Task<UpsertLocationResponse> UpsertLocation(UpsertLocationRequest request, ServerCallContext context) =>
            Task.FromResult((UpsertLocationResponse)inventory.Serve(request));

        public override Task<ListLocationsResponse> ListLocations(ListLocationsRequest request, ServerCallContext context) =>
            Task.FromResult((ListLocationsResponse)inventory.Serve(request));
    }

    private sealed class Stocks(FakeInventory inventory) : StockService.StockServiceBase
    {
        public override Task<AdjustStockResponse> AdjustStock(AdjustStockRequest request, ServerCallContext context) =>
            Task.FromResult((AdjustStockResponse)inventory.Serve(request));

        public override Task<ListStocksResponse> ListStocks(ListStocksRequest request, ServerCallContext context) =>
            Task.FromResult((ListStocksResponse)inventory.Serve(request));

        public override async Task ImportStock(
            IAsyncStreamReader<ImportStockRequest> requestStream,
            IServerStreamWriter<ImportStockResponse> responseStream,
            ServerCallContext context)
        {
            await foreach (var request in requestStream.ReadAllAsync(context.CancellationToken))
            {
                await responseStream.WriteAsync((ImportStockResponse)inventory.Serve(request));
            }
        }
    }

    private sealed class Availability(FakeInventory inventory) : AvailabilityService.AvailabilityServiceBase
    {
        public override Task<FindNearbyResponse> FindNearby(FindNearbyRequest request, ServerCallContext context) =>
            Task.FromResult((FindNearbyResponse)inventory.Serve(request));
    }

    private sealed class Reservations(FakeInventory inventory) : ReservationService.ReservationServiceBase
    {
        public override Task<ReserveResponse> Reserve(ReserveRequest request, ServerCallContext context) =>
            Task.FromResult((ReserveResponse)inventory.Serve(request));

        public override Task<ConfirmReservationResponse> ConfirmReservation(ConfirmReservationRequest request, ServerCallContext context) =>
            Task.FromResult((ConfirmReservationResponse)inventory.Serve(request));

        public override Task<ReleaseReservationResponse> ReleaseReservation(ReleaseReservationRequest request, ServerCallContext context) =>
            Task.FromResult((ReleaseReservationResponse)inventory.Serve(request));

        public override Task<CollectReservationResponse> CollectReservation(CollectReservationRequest request, ServerCallContext context) =>
            Task.FromResult((CollectReservationResponse)inventory.Serve(request));

        public override Task<ShipReservationResponse> ShipReservation(ShipReservationRequest request, ServerCallContext context) =>
            Task.FromResult((ShipReservationResponse)inventory.Serve(request));

        public override Task<ReturnItemsResponse> ReturnItems(ReturnItemsRequest request, ServerCallContext context) =>
            Task.FromResult((ReturnItemsResponse)inventory.Serve(request));
    }
}
