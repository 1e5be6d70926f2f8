using Grpc.HealthCheck;
using Inventory.Grpc.Calls;
using Inventory.Grpc.Errors;
using Inventory.Grpc.Services;
using Inventory.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Inventory.Grpc;

/// <summary>Adds and maps the gRPC services.</summary>
public static class InventoryGrpcExtensions
{
    /// <summary>How often watchers of the health service are told of a change at the latest.</summary>
    private static readonly TimeSpan s_healthPeriod = TimeSpan.FromSeconds(2);

    /// <summary>All services of the API.</summary>
    internal static IReadOnlyList<global::Google.Protobuf.Reflection.ServiceDescriptor> Services { get; } =
    [
        LocationService.Descriptor, StockService.Descriptor, AvailabilityService.Descriptor, ReservationService.Descriptor, OrderService.Descriptor,
        PolicyService.Descriptor, CatalogService.Descriptor, TransferService.Descriptor, SupplyService.Descriptor,
    ];

    /// <summary>
    /// Adds the services, health and reflection. Needs in the container: the facades of Inventory.Grains (IStocks, IReservations,
    /// IAvailability, ILocations, IOrders, IPolicies, ICatalog, ITransfers, ISupply) and the journal.
    /// </summary>
    /// <param name="services">The container.</param>
    /// <param name="configure">Changes settings; they are checked at start.</param>
    public static IServiceCollection AddInventoryGrpc(this IServiceCollection services, Action<InventoryGrpcOptions>? configure = null)
    {
        services.AddOptions<InventoryGrpcOptions>().Configure(configure ?? (_ => { })).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<FailureMap>();
        services.TryAddSingleton<CallRunners>();
        services.TryAddSingleton<LocationApi>();
        services.TryAddSingleton<StockApi>();
        services.TryAddSingleton<AvailabilityApi>();
        services.TryAddSingleton<ReservationApi>();
        services.TryAddSingleton<OrderApi>();
        services.TryAddSingleton<PolicyApi>();
        services.TryAddSingleton<CatalogApi>();
        services.TryAddSingleton<TransferApi>();
        services.TryAddSingleton<SupplyApi>();
        services.AddGrpc();
        services.AddGrpcReflection();
        // Before the package adds one that knows only what the last round of checks found.
        services.TryAddSingleton<ServiceHealth>();
        services.TryAddSingleton<HealthServiceImpl>(provider => provider.GetRequiredService<ServiceHealth>());
        services.AddGrpcHealthChecks(options =>
        {
            options.UseHealthChecksCache = true; // which means: ask ServiceHealth
            foreach (var service in Services)
            {
                options.Services.Map(service.FullName, IsJournal);
            }
        }).AddCheck<JournalHealthCheck>(JournalHealthCheck.Name);
        services.Configure<HealthCheckPublisherOptions>(options => (options.Delay, options.Period) = (TimeSpan.Zero, s_healthPeriod));
        return services;

        static bool IsJournal(global::Grpc.AspNetCore.HealthChecks.HealthCheckMapContext check) => check.Name == JournalHealthCheck.Name;
    }

    /// <summary>Maps the services, health and reflection. The listener must speak HTTP/2.</summary>
    public static IEndpointRouteBuilder MapInventoryGrpc(this IEndpointRouteBuilder endpoints)
    {
        var runners = endpoints.ServiceProvider.GetRequiredService<CallRunners>();
        endpoints.MapGrpcService<LocationApi>().RefuseEarly(GateOf);
        endpoints.MapGrpcService<StockApi>().RefuseEarly(GateOf);
        endpoints.MapGrpcService<AvailabilityApi>().RefuseEarly(GateOf);
        endpoints.MapGrpcService<ReservationApi>().RefuseEarly(GateOf);
        endpoints.MapGrpcService<OrderApi>().RefuseEarly(GateOf);
        endpoints.MapGrpcService<PolicyApi>().RefuseEarly(GateOf);
        endpoints.MapGrpcService<CatalogApi>().RefuseEarly(GateOf);
        endpoints.MapGrpcService<TransferApi>().RefuseEarly(GateOf);
        endpoints.MapGrpcService<SupplyApi>().RefuseEarly(GateOf);
        endpoints.MapGrpcHealthChecksService();
        endpoints.MapGrpcReflectionService();
        return endpoints;

        CallGate GateOf(string service) => runners.UnaryGate(service[(service.LastIndexOf('.') + 1)..]);
    }
}
