using Compat.Grpc.Tests.Interop.Wire;
using Grpc.Core;
using Grpc.Net.Client;

namespace Compat.Grpc.Tests.Interop;

internal static partial class InteropCases
{
    private static async Task EmptyUnary(GrpcChannel channel) =>
        Assert.Equal(new Empty(), await Test(channel).EmptyCallAsync(new Empty(), deadline: Within(60)));

    private static async Task LargeUnary(GrpcChannel channel)
    {
        var response = await Test(channel).UnaryCallAsync(Large(), deadline: Within(60));
        Assert.Equal(Zeros(LargeResponse), response.Payload);
    }

    private static async Task ClientStreaming(GrpcChannel channel)
    {
        var response = await SendAll(channel, RequestSizes.Select(size => new StreamingInputCallRequest { Payload = Zeros(size) }));
        Assert.Equal(RequestSizes.Sum(), response.AggregatedPayloadSize);
    }

    private static async Task ServerStreaming(GrpcChannel channel)
    {
        using var call = Test(channel).StreamingOutputCall(Output(ResponseSizes), deadline: Within(60));
        Assert.Equal(ResponseSizes, await Sizes(call.ResponseStream));
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    private static async Task PingPong(GrpcChannel channel)
    {
        using var call = Test(channel).FullDuplexCall(deadline: Within(60));
        foreach (var (request, response) in RequestSizes.Zip(ResponseSizes))
        {
            var message = Output(response);
            message.Payload = Zeros(request);
            await call.RequestStream.WriteAsync(message);
            Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));
            Assert.Equal(response, call.ResponseStream.Current.Payload.Body.Length);
        }

        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext(CancellationToken.None));
    }

    private static async Task HalfDuplex(GrpcChannel channel)
    {
        using var call = Test(channel).HalfDuplexCall(deadline: Within(60));
        foreach (var size in ResponseSizes)
        {
            await call.RequestStream.WriteAsync(Output(size));
        }

        await call.RequestStream.CompleteAsync();
        Assert.Equal(ResponseSizes, await Sizes(call.ResponseStream));
    }

    private static async Task EmptyStream(GrpcChannel channel)
    {
        using var call = Test(channel).FullDuplexCall(deadline: Within(60));
        await call.RequestStream.CompleteAsync();
        Assert.Empty(await Sizes(call.ResponseStream));
    }

    private static async Task CustomMetadata(GrpcChannel channel)
    {
        byte[] bytes = [0xab, 0xab, 0xab, 0x00, 0xff];
        var headers = new Metadata { { Initial, "test_initial_metadata_value" }, { Trailing, bytes } };

        using var unary = Test(channel).UnaryCallAsync(Large(), headers, Within(60));
        await unary;
        Check(await unary.ResponseHeadersAsync, unary.GetTrailers());

        using var duplex = Test(channel).FullDuplexCall(headers, Within(60));
        await duplex.RequestStream.WriteAsync(Output(LargeResponse));
        await duplex.RequestStream.CompleteAsync();
        Assert.Equal([LargeResponse], await Sizes(duplex.ResponseStream));
        Check(await duplex.ResponseHeadersAsync, duplex.GetTrailers());

        void Check(Metadata initial, Metadata trailers)
        {
            Assert.Equal("test_initial_metadata_value", initial.GetValue(Initial));
            Assert.Equal(bytes, trailers.GetValueBytes(Trailing));
        }
    }

    private static async Task BackPressure(GrpcChannel channel)
    {
        var sizes = Enumerable.Repeat(100_000, 400).ToArray();
        using var call = Test(channel).StreamingOutputCall(Output(sizes), deadline: Within(60));
        await call.ResponseHeadersAsync;
        Assert.Equal(sizes, await Sizes(call.ResponseStream));
    }

    private static async Task ConcurrentCalls(GrpcChannel channel)
    {
        var calls = Enumerable.Range(0, 200)
            .Select(size => Test(channel).UnaryCallAsync(new SimpleRequest { ResponseSize = size }, deadline: Within(60)).ResponseAsync);
        var responses = await Task.WhenAll(calls);
        Assert.Equal(Enumerable.Range(0, 200), responses.Select(response => response.Payload?.Body.Length ?? 0));
    }
}
