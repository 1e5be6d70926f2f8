using Compat.Grpc.Tests.Server.Probe;
using Grpc.Core;

namespace Compat.Grpc.Tests.Server;

/// <summary>Does what a test puts into it.</summary>
internal sealed class ProbeService : Probe.Probe.ProbeBase
{
    public Func<ProbeRequest, ServerCallContext, Task<ProbeResponse>> OnOne { get; set; } =
        (request, _) => Task.FromResult(new ProbeResponse { Text = request.What, Payload = request.Payload });

    public Func<IAsyncStreamReader<ProbeRequest>, ServerCallContext, Task<ProbeResponse>> OnUp { get; set; } = CountAsync;

    public Func<ProbeRequest, IServerStreamWriter<ProbeResponse>, ServerCallContext, Task> OnDown { get; set; } = RepeatAsync;

    public Func<IAsyncStreamReader<ProbeRequest>, IServerStreamWriter<ProbeResponse>, ServerCallContext, Task> OnBoth { get; set; } = EchoAsync;

    public override Task<ProbeResponse> One(ProbeRequest request, ServerCallContext context) => OnOne(request, context);

    public override Task<ProbeResponse> Up(IAsyncStreamReader<ProbeRequest> requestStream, ServerCallContext context) =>
        OnUp(requestStream, context);

    public override Task Down(ProbeRequest request, IServerStreamWriter<ProbeResponse> responseStream, ServerCallContext context) =>
        OnDown(request, responseStream, context);

    public override Task Both(
        IAsyncStreamReader<ProbeRequest> requestStream, IServerStreamWriter<ProbeResponse> responseStream, ServerCallContext context) =>
        OnBoth(requestStream, responseStream, context);

    private static async Task<ProbeResponse> CountAsync(IAsyncStreamReader<ProbeRequest> requests, ServerCallContext context)
    {
        var count = 0;
        await foreach (var request in requests.ReadAllAsync(context.CancellationToken))
        {
            count += request.Payload.Length;
        }

        return new ProbeResponse { Text = $"{count} bytes" };
    }

    private static async Task RepeatAsync(ProbeRequest request, IServerStreamWriter<ProbeResponse> responses, ServerCallContext context)
    {
        for (var i = 0; i < request.Count; i++)
        {
            await responses.WriteAsync(new ProbeResponse { Text = $"{request.What} {i}" });
        }
    }

    private static async Task EchoAsync(
        IAsyncStreamReader<ProbeRequest> requests, IServerStreamWriter<ProbeResponse> responses, ServerCallContext context)
    {
        await foreach (var request in requests.ReadAllAsync(context.CancellationToken))
        {
            await responses.WriteAsync(new ProbeResponse { Text = request.What });
        }
    }
}
