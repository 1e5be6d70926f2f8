using Grpc.Core;

namespace Grpc.AspNetCore.Server;

/// <summary>Says which method of which service an endpoint is; in the endpoint's metadata.</summary>
public sealed class GrpcMethodMetadata
{
    /// <summary>A method of a service.</summary>
    public GrpcMethodMetadata(Type serviceType, IMethod method)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        ArgumentNullException.ThrowIfNull(method);
        ServiceType = serviceType;
        Method = method;
    }

    /// <summary>The implementation.</summary>
    public Type ServiceType { get; }

    /// <summary>The method.</summary>
    public IMethod Method { get; }
}
