using System.IO.Compression;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>What holds for the calls of one service, after its options were laid over those of all services.</summary>
internal sealed class MethodOptions
{
    private const int ReceiveMaxDefault = 4 * 1024 * 1024;

    /// <summary>Largest request in bytes.</summary>
    public required int ReceiveMax { get; init; }

    /// <summary>Largest response in bytes.</summary>
    public required int SendMax { get; init; }

    public required bool TellsErrors { get; init; }

    public required bool Compresses { get; init; }

    public required CompressionLevel CompressionLevel { get; init; }

    public required bool IgnoresUnknown { get; init; }

    public required IReadOnlyList<InterceptorRegistration> Interceptors { get; init; }

    public static MethodOptions From(GrpcServiceOptions all, GrpcServiceOptions one)
    {
        var algorithm = one.ResponseCompressionAlgorithm ?? all.ResponseCompressionAlgorithm;
        if (algorithm is not (null or "identity" or GzipEncoding.Name))
        {
            throw new InvalidOperationException($"The response compression algorithm '{algorithm}' is not known; gzip is.");
        }

        var receiveMax = one.IsReceiveLimitSet ? one.MaxReceiveMessageSize
            : all.IsReceiveLimitSet ? all.MaxReceiveMessageSize
            : ReceiveMaxDefault;
        return new MethodOptions
        {
            ReceiveMax = receiveMax ?? int.MaxValue,
            SendMax = one.MaxSendMessageSize ?? all.MaxSendMessageSize ?? int.MaxValue,
            TellsErrors = one.EnableDetailedErrors ?? all.EnableDetailedErrors ?? false,
            Compresses = algorithm == GzipEncoding.Name,
            CompressionLevel = one.ResponseCompressionLevel ?? all.ResponseCompressionLevel ?? CompressionLevel.Fastest,
            IgnoresUnknown = one.IgnoreUnknownServices ?? all.IgnoreUnknownServices ?? false,
            Interceptors = [.. all.Interceptors, .. one.Interceptors],
        };
    }
}
