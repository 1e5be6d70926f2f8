using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Inventory.Grains;

/// <summary>Registers the owners and what the outside calls them through.</summary>
public static class GrainServices
{
    /// <summary>Adds the facades and this silo's copies of the locations and the catalogue. The host adds an <c>IJournal</c> and the engine itself.</summary>
    public static IServiceCollection AddInventoryGrains(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<LocationDirectory>();
        services.TryAddSingleton<BoardNews>();
        services.TryAddSingleton<PolicyDirectory>();
        services.TryAddSingleton<CatalogDirectory>();
        services.TryAddSingleton<SiloParts>();
        services.AddHostedService(provider => provider.GetRequiredService<LocationDirectory>());
        services.AddHostedService(provider => provider.GetRequiredService<PolicyDirectory>());
        services.AddHostedService(provider => provider.GetRequiredService<CatalogDirectory>());
        services.TryAddSingleton<IStocks, Stocks>();
        services.TryAddSingleton<IReservations, Reservations>();
        services.TryAddSingleton<IAvailability, Boards>();
        services.TryAddSingleton<ILocations, Locations>();
        services.TryAddSingleton<ICatalog, CatalogOfSkus>();
        services.TryAddSingleton<IWork, WorkOfLocations>();
        services.TryAddSingleton<IOrders, Orders>();
        services.TryAddSingleton<IPolicies, Policies>();
        services.TryAddSingleton<ITransfers, Transfers>();
        services.TryAddSingleton<ISupply, Supplies>();
        services.AddHostedService<Finisher>();
        return services;
    }
}
