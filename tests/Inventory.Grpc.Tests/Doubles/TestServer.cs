using Google.Rpc;
using Grpc.Core;
using Grpc.Net.Client;
using Inventory.Grains;
using Inventory.Grpc.Errors;
using Inventory.Journal;
using Inventory.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Inventory.Grpc.Tests.Doubles;

/// <summary>The services on a real port, with a client.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TestServer(WebApplication app, World world, MemoryJournal journal)
    {
        _app = app;
        World = world;
        Journal = journal;
        Channel = GrpcChannel.ForAddress(app.Urls.First());
        Locations = new LocationService.LocationServiceClient(Channel);
        Stocks = new StockService.StockServiceClient(Channel);
        Availability = new AvailabilityService.AvailabilityServiceClient(Channel);
        Reservations = new ReservationService.ReservationServiceClient(Channel);
        Orders = new OrderService.OrderServiceClient(Channel);
        Policies = new PolicyService.PolicyServiceClient(Channel);
        Transfers = new TransferService.TransferServiceClient(Channel);
    }

    public World World { get; }

    public MemoryJournal Journal { get; }

    public GrpcChannel Channel { get; }

    public LocationService.LocationServiceClient Locations { get; }

    public StockService.StockServiceClient Stocks { get; }

    public AvailabilityService.AvailabilityServiceClient Availability { get; }

    public ReservationService.ReservationServiceClient Reservations { get; }

    public OrderService.OrderServiceClient Orders { get; }

    public PolicyService.PolicyServiceClient Policies { get; }

    public TransferService.TransferServiceClient Transfers { get; }

    /// <summary>Starts with the test's own world behind the services.</summary>
    public static Task<TestServer> Start(Action<InventoryGrpcOptions>? configure = null) => Start(configure, overGrains: false);

    /// <summary>Starts with the real owners behind the services, on a journal in memory. The world is then not used.</summary>
    /// <param name="time">The clock of the owners; the system's if absent.</param>
    public static Task<TestServer> StartOverGrains(TimeProvider? time = null) => Start(null, overGrains: true, time);

    private static async Task<TestServer> Start(Action<InventoryGrpcOptions>? configure, bool overGrains, TimeProvider? time = null)
    {
        var world = new World();
        var journal = new MemoryJournal();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        if (overGrains)
        {
            builder.Services.AddSingleton(time ?? TimeProvider.System);
            builder.AddInventorySilo();
            builder.Services.AddInventoryGrains();
        }
        else
        {
            builder.Services.AddSingleton<IStocks>(world);
            builder.Services.AddSingleton<IReservations>(world);
            builder.Services.AddSingleton<IAvailability>(world);
            builder.Services.AddSingleton<ILocations>(world);
            builder.Services.AddSingleton<IWork>(world);
        }

        builder.Services.AddSingleton<IJournal>(journal);
        builder.Services.AddInventoryGrpc(configure);
        var app = builder.Build();
        app.MapInventoryGrpc();
        await app.StartAsync();
        return new TestServer(app, world, journal);
    }

    public Task Stop() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        await _app.DisposeAsync();
    }

    /// <summary>Puts units on a shelf.</summary>
    public async Task<Decision> Receive(string sku, string location, long units) => (await Stocks.ReceiveStockAsync(new ReceiveStockRequest
    {
        RequestId = Guid.NewGuid().ToString(),
        Key = new StockKey { Sku = sku, LocationId = location },
        Units = units,
    })).Decision;

    /// <summary>Reserves one line.</summary>
    public async Task<ReserveResponse> Reserve(string sku, string location, long units, string? requestId = null) =>
        await Reservations.ReserveAsync(new ReserveRequest
        {
            RequestId = requestId ?? Guid.NewGuid().ToString(),
            Lines = { new ReservationLine { Key = new StockKey { Sku = sku, LocationId = location }, Units = units } },
        });
}

/// <summary>What a failed call told.</summary>
internal static class Failed
{
    public static async Task<RpcException> With(StatusCode code, Func<Task> call)
    {
        var failure = await Assert.ThrowsAsync<RpcException>(call);
        Assert.True(failure.StatusCode == code, failure.Status.ToString());
        return failure;
    }

    /// <summary>INVALID_ARGUMENT for exactly these fields.</summary>
    public static async Task Fields(Func<Task> call, params string[] fields)
    {
        var failure = await With(StatusCode.InvalidArgument, call);
        var named = failure.Detail<BadRequest>().FieldViolations.ToArray();
        Assert.Equal(fields.Order(), named.Select(violation => violation.Field).Order());
        Assert.All(named, violation => Assert.NotEmpty(violation.Description));
    }

    public static T Detail<T>(this RpcException failure)
        where T : class, Google.Protobuf.IMessage<T>, new()
    {
        var status = Google.Rpc.Status.Parser.ParseFrom(failure.Trailers.GetValueBytes(RichStatus.TrailerKey));
        foreach (var detail in status.Details)
        {
            if (detail.TryUnpack<T>(out var found))
            {
                return found;
            }
        }

        throw new InvalidOperationException($"The status has no {typeof(T).Name}: {status}");
    }
}
