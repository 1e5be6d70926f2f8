using Microsoft.Extensions.DependencyInjection;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>
/// Knows whether a type is a singleton. Singletons come from the root of the container: asking a call's own scope for them would first
/// have to make that scope, which costs more than the rest of a small call.
/// </summary>
internal sealed class ServiceLifetimes(IServiceCollection services)
{
    public bool IsSingleton(Type type) =>
        services.LastOrDefault(service => service.ServiceType == type && !service.IsKeyedService)?.Lifetime == ServiceLifetime.Singleton;
}
