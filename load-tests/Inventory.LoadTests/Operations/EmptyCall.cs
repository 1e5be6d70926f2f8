using Grpc.Core;
using Inventory.LoadTests.Measuring;
using Inventory.LoadTests.Service;

namespace Inventory.LoadTests.Operations;

/// <summary>
/// The standard health check with an empty request: the service looks into a dictionary and answers two bytes. What is left is the cost of a call, on both
/// sides, and the most that any other call could reach.
/// </summary>
internal sealed class EmptyCall(Target target, CancellationToken ct) : Operation
{
    private static readonly Marshaller<byte[]> s_raw = Marshallers.Create<byte[]>(bytes => bytes, bytes => bytes);
    private static readonly Method<byte[], byte[]> s_check = new(MethodType.Unary, "grpc.health.v1.Health", "Check", s_raw, s_raw);

    // HealthCheckResponse { status: SERVING }.
    private static readonly byte[] s_serving = [0x08, 0x01];

    public override async ValueTask<Outcome> RunAsync(long index)
    {
        using var call = target.Invokers[index % target.Invokers.Length].AsyncUnaryCall(s_check, null, new CallOptions(cancellationToken: ct), []);
        var answer = await call.ResponseAsync;
        return answer.AsSpan().SequenceEqual(s_serving) ? Outcome.Granted : Outcome.Refused;
    }
}
