using Google.Rpc;
using Grpc.Core;
using Inventory.Grpc.Errors;
using Status = Grpc.Core.Status;

namespace Inventory.Grpc.Tests.Doubles;

/// <summary>A call without a wire.</summary>
internal sealed class FakeContext(DateTime? deadline = null, CancellationToken cancellation = default) : ServerCallContext
{
    protected override string MethodCore => "/inventory.v1.Test/Call";

    protected override string HostCore => "test";

    protected override string PeerCore => "ipv4:127.0.0.1:1";

    protected override DateTime DeadlineCore => deadline ?? DateTime.MaxValue;

    protected override Metadata RequestHeadersCore { get; } = [];

    protected override CancellationToken CancellationTokenCore => cancellation;

    protected override Metadata ResponseTrailersCore { get; } = [];

    protected override Status StatusCore { get; set; } = Status.DefaultSuccess;

    protected override WriteOptions? WriteOptionsCore { get; set; }

    protected override AuthContext AuthContextCore => new(null, []);

    public Google.Rpc.Status Details => Google.Rpc.Status.Parser.ParseFrom(ResponseTrailers.GetValueBytes(RichStatus.TrailerKey));

    public T Detail<T>()
        where T : class, Google.Protobuf.IMessage<T>, new()
    {
        foreach (var detail in Details.Details)
        {
            if (detail.TryUnpack<T>(out var found))
            {
                return found;
            }
        }

        throw new InvalidOperationException($"The status has no {typeof(T).Name}.");
    }

    public string[] Fields() => [.. Detail<BadRequest>().FieldViolations.Select(violation => violation.Field)];

    protected override Task WriteResponseHeadersAsyncCore(Metadata responseHeaders) => Task.CompletedTask;

    protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) =>
        throw new NotSupportedException();
}
