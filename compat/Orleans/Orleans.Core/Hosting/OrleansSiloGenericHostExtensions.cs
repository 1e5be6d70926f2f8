using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Engine;
using Orleans.Hosting;

namespace Microsoft.Extensions.Hosting;

/// <summary>Adds a silo to a host.</summary>
public static class OrleansSiloGenericHostExtensions
{
    /// <summary>Adds a silo.</summary>
    public static IHostApplicationBuilder UseOrleans(this IHostApplicationBuilder hostAppBuilder) => hostAppBuilder.UseOrleans(_ => { });

    /// <summary>Adds a silo.</summary>
    public static HostApplicationBuilder UseOrleans(this HostApplicationBuilder hostAppBuilder) => hostAppBuilder.UseOrleans(_ => { });

    /// <summary>Adds a silo and configures it. A second call configures the same silo further.</summary>
    public static IHostApplicationBuilder UseOrleans(this IHostApplicationBuilder hostAppBuilder, Action<ISiloBuilder> configureDelegate)
    {
        ArgumentNullException.ThrowIfNull(hostAppBuilder);
        ArgumentNullException.ThrowIfNull(configureDelegate);
        configureDelegate(AddOrleansCore(hostAppBuilder.Services, hostAppBuilder.Configuration));
        return hostAppBuilder;
    }

    /// <inheritdoc cref="UseOrleans(IHostApplicationBuilder, Action{ISiloBuilder})"/>
    public static HostApplicationBuilder UseOrleans(this HostApplicationBuilder hostAppBuilder, Action<ISiloBuilder> configureDelegate)
    {
        ArgumentNullException.ThrowIfNull(hostAppBuilder);
        ArgumentNullException.ThrowIfNull(configureDelegate);
        configureDelegate(AddOrleansCore(hostAppBuilder.Services, hostAppBuilder.Configuration));
        return hostAppBuilder;
    }

    /// <inheritdoc cref="UseOrleans(IHostApplicationBuilder, Action{ISiloBuilder})"/>
    public static IHostBuilder UseOrleans(this IHostBuilder hostBuilder, Action<ISiloBuilder> configureDelegate) =>
        hostBuilder.UseOrleans((_, siloBuilder) => configureDelegate(siloBuilder));

    /// <inheritdoc cref="UseOrleans(IHostApplicationBuilder, Action{ISiloBuilder})"/>
    public static IHostBuilder UseOrleans(this IHostBuilder hostBuilder, Action<HostBuilderContext, ISiloBuilder> configureDelegate)
    {
        ArgumentNullException.ThrowIfNull(hostBuilder);
        ArgumentNullException.ThrowIfNull(configureDelegate);
        return hostBuilder.ConfigureServices(
            (context, services) => configureDelegate(context, AddOrleansCore(services, context.Configuration)));
    }

    /// <summary>Adds a silo to services.</summary>
    public static IServiceCollection AddOrleans(this IServiceCollection services, Action<ISiloBuilder> configureDelegate)
    {
        ArgumentNullException.ThrowIfNull(configureDelegate);
        configureDelegate(AddOrleansCore(services, new ConfigurationBuilder().Build()));
        return services;
    }

    private static SiloBuilder AddOrleansCore(IServiceCollection services, IConfiguration configuration)
    {
        if (services.FirstOrDefault(each => each.ServiceType == typeof(SiloBuilder)) is { ImplementationInstance: SiloBuilder earlier })
        {
            return earlier;
        }

        var builder = new SiloBuilder(services, configuration);
        services.AddSingleton(builder);
        services.AddLogging();
        services.AddOptions();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ITurnRunner>(ThreadPoolRunner.Instance);
        services.AddSingleton<Silo>();
        services.AddSingleton(provider => provider.GetRequiredService<Silo>().Factory);
        services.AddScoped<GrainContextSlot>();
        services.AddScoped(provider => provider.GetRequiredService<GrainContextSlot>().Context);
        services.AddHostedService<SiloService>();
        return builder;
    }
}
