using Compat.Grpc.Tests.Server.Probe;
using Grpc.AspNetCore.Server.Internal;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Compat.Grpc.Tests.Server.Internals;

public sealed class AccountingTests
{
    [Theory]
    [InlineData(4711)]
    public async Task Deadlines_that_race_with_their_handlers_leave_nothing_behind(int seed)
    {
        await using var host = await ProbeHost.StartAsync();
        var server = host.Services.GetRequiredService<GrpcServer>();
        host.Service.OnOne = async (request, context) =>
        {
            for (var i = 0; i < request.Count; i++)
            {
                await Task.Yield();
            }

            _ = context.CancellationToken.IsCancellationRequested;
            return new ProbeResponse { Text = "done" };
        };
        var random = new Random(seed);
        for (var round = 0; round < 100; round++)
        {
            var calls = Enumerable.Range(0, 20).Select(_ => host.CallAsync(
                RawCall.One, new ProbeRequest { Count = random.Next(200) }, ("grpc-timeout", $"{random.Next(1, 3000)}u"))).ToArray();
            foreach (var reply in await Task.WhenAll(calls))
            {
                Assert.True(reply.Status is StatusCode.OK or StatusCode.DeadlineExceeded, $"seed {seed} round {round}: {reply.Status}");
                Assert.True(reply.Status != StatusCode.OK || reply.Frames().Count == 1, $"seed {seed} round {round}: no message");
            }

            // Answered streams stay on Kestrel's books while their handlers run, and it resets new ones when there are too many.
            while (server.ActiveCalls > 0)
            {
                await Task.Yield();
            }
        }

        await host.StopAsync();
        Assert.Equal(0, server.ActiveCalls);
    }

    [Theory]
    [InlineData(815)]
    public async Task Callers_that_give_up_anywhere_leave_nothing_behind(int seed)
    {
        await using var host = await ProbeHost.StartAsync();
        var random = new Random(seed);
        for (var round = 0; round < 200; round++)
        {
            using var giveUp = new CancellationTokenSource();
            using var body = new RequestBody();
            using var request = RawCall.Request(RawCall.Both, body);
            var sending = host.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, giveUp.Token);
            var bytes = RawCall.Frame(new ProbeRequest { What = "cut off somewhere" });
            await body.WriteAsync(bytes[..random.Next(bytes.Length + 1)]);
            await giveUp.CancelAsync();
            await Record.ExceptionAsync(async () => (await sending).Dispose());
        }

        await host.StopAsync();
        Assert.Equal(0, host.Services.GetRequiredService<GrpcServer>().ActiveCalls);
    }

    [Fact]
    public async Task A_call_counts_as_active_from_its_start_to_its_end()
    {
        await using var host = await ProbeHost.StartAsync();
        var server = host.Services.GetRequiredService<GrpcServer>();
        var (started, mayEnd) = (new TaskCompletionSource(), new TaskCompletionSource());
        host.Service.OnOne = async (_, _) =>
        {
            started.SetResult();
            await mayEnd.Task;
            return new ProbeResponse();
        };
        var calling = host.CallAsync(RawCall.One, new ProbeRequest());
        await started.Task.WaitAsync(ProbeHost.Patience);
        Assert.Equal(1, server.ActiveCalls);
        mayEnd.SetResult();
        await calling;
        Assert.Equal(0, server.ActiveCalls);
    }
}
