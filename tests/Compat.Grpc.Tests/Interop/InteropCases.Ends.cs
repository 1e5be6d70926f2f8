using Compat.Grpc.Tests.Interop.Wire;
using Grpc.Core;
using Grpc.Net.Client;

namespace Compat.Grpc.Tests.Interop;

/// <summary>Cases about how calls end: statuses, cancellation, deadlines.</summary>
internal static partial class InteropCases
{
    private static async Task StatusCodeAndMessage(GrpcChannel channel)
    {
        var status = new EchoStatus { Code = (int)StatusCode.Unknown, Message = "test status message" };
        var error = await Fails(StatusCode.Unknown, async () =>
            await Test(channel).UnaryCallAsync(new SimpleRequest { ResponseStatus = status }, deadline: Within(60)));
        Assert.Equal(status.Message, error.Status.Detail);

        using var call = Test(channel).FullDuplexCall(deadline: Within(60));
        await call.RequestStream.WriteAsync(new StreamingOutputCallRequest { ResponseStatus = status });
        error = await Fails(StatusCode.Unknown, () => Sizes(call.ResponseStream));
        Assert.Equal(status.Message, error.Status.Detail);
        Assert.Equal(StatusCode.Unknown, call.GetStatus().StatusCode);
    }

    private static async Task SpecialStatusMessage(GrpcChannel channel)
    {
        var status = new EchoStatus { Code = (int)StatusCode.Unknown, Message = Special };
        var error = await Fails(StatusCode.Unknown, async () =>
            await Test(channel).UnaryCallAsync(new SimpleRequest { ResponseStatus = status }, deadline: Within(60)));
        Assert.Equal(Special, error.Status.Detail);
    }

    private static async Task EveryStatusCode(GrpcChannel channel)
    {
        foreach (var code in System.Enum.GetValues<StatusCode>().Where(code => code != StatusCode.OK))
        {
            var status = new EchoStatus { Code = (int)code, Message = "as asked" };
            await Fails(code, async () =>
                await Test(channel).UnaryCallAsync(new SimpleRequest { ResponseStatus = status }, deadline: Within(60)));
        }
    }

    private static async Task RichStatus(GrpcChannel channel)
    {
        var error = await Fails(StatusCode.FailedPrecondition, async () => await Test(channel).UnaryCallAsync(
            new SimpleRequest(), new Metadata { { "x-test-rich-status", "1" } }, Within(60)));
        var rich = Google.Rpc.Status.Parser.ParseFrom(error.Trailers.GetValueBytes("grpc-status-details-bin"));
        Assert.Equal((9, "rich"), (rich.Code, rich.Message));
    }

    private static Task UnimplementedMethod(GrpcChannel channel) => Fails(StatusCode.Unimplemented, async () =>
        await Test(channel).UnimplementedCallAsync(new Empty(), deadline: Within(60)));

    private static Task UnimplementedService_(GrpcChannel channel) => Fails(StatusCode.Unimplemented, async () =>
        await new UnimplementedService.UnimplementedServiceClient(channel).UnimplementedCallAsync(new Empty(), deadline: Within(60)));

    private static async Task CancelAfterBegin(GrpcChannel channel)
    {
        using var caller = new CancellationTokenSource();
        using var call = Test(channel).StreamingInputCall(deadline: Within(60), cancellationToken: caller.Token);
        await caller.CancelAsync();
        await Fails(StatusCode.Cancelled, async () => await call);
        Assert.Equal(StatusCode.Cancelled, call.GetStatus().StatusCode);
    }

    private static async Task CancelAfterFirstResponse(GrpcChannel channel)
    {
        using var caller = new CancellationTokenSource();
        using var call = Test(channel).FullDuplexCall(deadline: Within(60), cancellationToken: caller.Token);
        await call.RequestStream.WriteAsync(Output(ResponseSizes[0]));
        Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));
        await caller.CancelAsync();
        await Fails(StatusCode.Cancelled, () => call.ResponseStream.MoveNext(CancellationToken.None));
        await Fails(StatusCode.Cancelled, () => call.RequestStream.WriteAsync(Output(1)));
    }

    private static async Task TimeoutOnSleepingServer(GrpcChannel channel)
    {
        using var call = Test(channel).FullDuplexCall(deadline: Within(0.05));
        var sleep = Output(1);
        sleep.ResponseParameters[0].IntervalUs = 10_000_000;
        await Record.ExceptionAsync(() => call.RequestStream.WriteAsync(sleep));
        await Fails(StatusCode.DeadlineExceeded, () => Sizes(call.ResponseStream));
    }
}
