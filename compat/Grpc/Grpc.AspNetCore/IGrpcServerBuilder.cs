using Microsoft.Extensions.DependencyInjection;

namespace Grpc.AspNetCore.Server;

/// <summary>Goes on with the configuration of gRPC.</summary>
public interface IGrpcServerBuilder
{
    /// <summary>The container that gRPC was added to.</summary>
    IServiceCollection Services { get; }
}
