using Grpc.Core;
using Grpc.Net.Client;
using Inventory.V1;

namespace Inventory.LoadTests.Service;

/// <summary>Some connections to the service. Safe for use by several threads.</summary>
internal sealed class Target : IDisposable
{
    private readonly GrpcChannel[] _channels;

    public Target(Uri address, int connections)
    {
        _channels = [.. Enumerable.Range(0, connections).Select(_ => GrpcChannel.ForAddress(address))];
        Invokers = [.. _channels.Select(channel => channel.CreateCallInvoker())];
        Reservations = [.. Invokers.Select(invoker => new ReservationService.ReservationServiceClient(invoker))];
        Availabilities = [.. Invokers.Select(invoker => new AvailabilityService.AvailabilityServiceClient(invoker))];
        Orders = [.. Invokers.Select(invoker => new OrderService.OrderServiceClient(invoker))];
        Stocks = new StockService.StockServiceClient(Invokers[0]);
        Locations = new LocationService.LocationServiceClient(Invokers[0]);
    }

    /// <summary>One for each connection, as all lists here; take them in turn.</summary>
    public CallInvoker[] Invokers { get; }

    public ReservationService.ReservationServiceClient[] Reservations { get; }

    public AvailabilityService.AvailabilityServiceClient[] Availabilities { get; }

    public OrderService.OrderServiceClient[] Orders { get; }

    public StockService.StockServiceClient Stocks { get; }

    public LocationService.LocationServiceClient Locations { get; }

    public void Dispose()
    {
        foreach (var channel in _channels)
        {
            channel.Dispose();
        }
    }
}
