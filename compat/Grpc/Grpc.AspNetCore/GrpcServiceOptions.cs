using System.IO.Compression;

namespace Grpc.AspNetCore.Server;

/// <summary>Options of all services; those of one service, where set, come first.</summary>
public class GrpcServiceOptions
{
    private int? _maxReceiveMessageSize;

    /// <summary>Largest response message in bytes before compression; null is no limit.</summary>
    /// <value>No limit.</value>
    public int? MaxSendMessageSize { get; set; }

    /// <summary>Largest request message in bytes, before and after decompression; null is no limit.</summary>
    /// <value>4 MiB, as in every gRPC implementation.</value>
    public int? MaxReceiveMessageSize
    {
        get => _maxReceiveMessageSize;
        set
        {
            _maxReceiveMessageSize = value;
            IsReceiveLimitSet = true;
        }
    }

    /// <summary>Tell callers the text of exceptions that no handler translated. For development only.</summary>
    /// <value>False.</value>
    public bool? EnableDetailedErrors { get; set; }

    /// <summary>Compress responses with this encoding where the caller accepts it: <c>gzip</c>, or null for none.</summary>
    /// <value>None.</value>
    public string? ResponseCompressionAlgorithm { get; set; }

    /// <summary>How hard to compress.</summary>
    /// <value>Fastest.</value>
    public CompressionLevel? ResponseCompressionLevel { get; set; }

    /// <summary>Leave calls to unknown services and methods to the rest of the pipeline instead of answering UNIMPLEMENTED.</summary>
    /// <value>False.</value>
    public bool? IgnoreUnknownServices { get; set; }

    /// <summary>Interceptors around every call, outermost first; those of all services before those of one.</summary>
    public InterceptorCollection Interceptors { get; } = [];

    internal bool IsReceiveLimitSet { get; private set; }
}

/// <summary>Options of one service.</summary>
/// <typeparam name="TService">The service's implementation.</typeparam>
public class GrpcServiceOptions<TService> : GrpcServiceOptions
    where TService : class
{
}
