using System.Reflection;
using Google.Protobuf.Reflection;
using Grpc.Core;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>Where the attribute of a service's base points to.</summary>
internal static class ServiceBinding
{
    /// <summary>The attribute of the type or of the nearest of its bases that has one; null if none has.</summary>
    public static BindServiceMethodAttribute? AttributeOf(Type service) => service.GetCustomAttribute<BindServiceMethodAttribute>(inherit: true);

    /// <summary>The public static property <c>Descriptor</c> beside the bind method; null if there is none, and reflection does not show the service.</summary>
    public static ServiceDescriptor? DescriptorOf(Type service) => AttributeOf(service)?.BindType
        .GetProperty("Descriptor", BindingFlags.Static | BindingFlags.Public, null, typeof(ServiceDescriptor), Type.EmptyTypes, null)
        ?.GetValue(null) as ServiceDescriptor;
}
