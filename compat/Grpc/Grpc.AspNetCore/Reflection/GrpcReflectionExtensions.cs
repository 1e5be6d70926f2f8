using Grpc.AspNetCore.Reflection;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection
{
    /// <summary>Adds the reflection services.</summary>
    public static class GrpcReflectionServiceExtensions
    {
        /// <summary>Adds what <c>MapGrpcReflectionService</c> needs.</summary>
        public static IServiceCollection AddGrpcReflection(this IServiceCollection services)
        {
            ArgumentNullException.ThrowIfNull(services);
            services.TryAddSingleton(provider => DescriptorIndex.OfEndpoints(provider.GetRequiredService<EndpointDataSource>()));
            services.TryAddSingleton<ReflectionV1Service>();
            services.TryAddSingleton<ReflectionV1AlphaService>();
            return services;
        }
    }
}

namespace Microsoft.AspNetCore.Builder
{
    /// <summary>Maps the reflection services.</summary>
    public static class GrpcReflectionEndpointRouteBuilderExtensions
    {
        /// <summary>
        /// Maps <c>grpc.reflection.v1</c> and <c>v1alpha</c>; they tell of all services mapped before the first caller asks.
        /// </summary>
        /// <exception cref="InvalidOperationException"><c>AddGrpcReflection</c> was not called.</exception>
        public static IEndpointConventionBuilder MapGrpcReflectionService(this IEndpointRouteBuilder builder)
        {
            ArgumentNullException.ThrowIfNull(builder);
            if (builder.ServiceProvider.GetService<IServiceProviderIsService>()?.IsService(typeof(DescriptorIndex)) != true)
            {
                throw new InvalidOperationException(
                    "Unable to find the required services. Please add all the required services by calling 'AddGrpcReflection()'.");
            }

            return new GrpcServiceEndpointConventionBuilder(
                [builder.MapGrpcService<ReflectionV1AlphaService>(), builder.MapGrpcService<ReflectionV1Service>()]);
        }
    }
}
