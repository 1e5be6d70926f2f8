#if UPSTREAM
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Metadata;
#endif
using Microsoft.Extensions.Hosting;

namespace Inventory.Grains;

/// <summary>Adds the engine that the owners run on.</summary>
public static class SiloServices
{
    /// <summary>Adds a silo that is alone in its process and has no peers. Owners and a journal are added beside it.</summary>
    public static IHostApplicationBuilder AddInventorySilo(this IHostApplicationBuilder builder) => builder.UseOrleans(Configure);

#if UPSTREAM
    // Upstream's engine is a cluster even of one and listens for its peers: on the loopback address only, on a port that nobody has,
    // so that two services on one machine do not take each other for one cluster. No gateway: its clients are in the process.
    private static void Configure(ISiloBuilder silo)
    {
        silo.UseLocalhostClustering(siloPort: FreePort(), gatewayPort: 0);

        // Its watchdog starts its thread before it notes the time, so that it may warn of a stall as long as the machine is up;
        // and on a busy machine it warns of each of its parts that takes a second to stop.
        silo.Services.AddLogging(logging => logging
            .AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error)
            .AddFilter("Orleans.Runtime.SiloLifecycleSubject", LogLevel.Error));

        silo.Services.AddSingleton<IConfigureGrainContextProvider, FirstTurns>();

        // Owners and their timers go by the host's clock. Who is alive, and how long a call may take, goes by the machine's, also where a test moves the other.
        silo.Services.AddKeyedSingleton(KeyedService.AnyKey, TimeProvider.System);
        silo.Services.AddKeyedSingleton(TimeProviderNames.Grains, static (services, _) => services.GetRequiredService<TimeProvider>());
    }

    /// <summary>Lets each activation go on by a turn of its own before it is used.</summary>
    /// <remarks>
    /// Orleans holds a lock of the activation from its making until the first await that does not end at once, through OnActivateAsync and the first
    /// requests. A board that asks its stock and a stock that tells its board, both just made, would wait for each other's lock for good.
    /// </remarks>
    private sealed class FirstTurns : IConfigureGrainContextProvider, IConfigureGrainContext
    {
        public bool TryGetConfigurator(GrainType grainType, GrainProperties properties, out IConfigureGrainContext configurator)
        {
            configurator = this;
            return true;
        }

        public void Configure(IGrainContext context) => context.ObservableLifecycle.Subscribe(
            nameof(FirstTurns), GrainLifecycleStage.First, static async _ => await Task.Yield());
    }

    private static int FreePort()
    {
        using var probe = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        probe.Start();
        return ((System.Net.IPEndPoint)probe.LocalEndpoint).Port;
    }
#else
    private static void Configure(ISiloBuilder silo)
    {
        // The stand-in is one process and needs no address.
    }
#endif
}
