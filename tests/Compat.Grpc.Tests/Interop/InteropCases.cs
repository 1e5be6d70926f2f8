using Compat.Grpc.Tests.Client;
using Compat.Grpc.Tests.Interop.Wire;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace Compat.Grpc.Tests.Interop;

/// <summary>The interop cases for our client; each runs against every server.</summary>
internal static partial class InteropCases
{
    private const int LargeRequest = 271828;
    private const int LargeResponse = 314159;
    private const string Initial = "x-grpc-test-echo-initial";
    private const string Trailing = "x-grpc-test-echo-trailing-bin";
    private const string Special = "\t\ntest with whitespace\r\nand Unicode BMP \u263a and non-BMP \U0001F608\t\n";

    private static readonly int[] RequestSizes = [27182, 8, 1828, 45904];
    private static readonly int[] ResponseSizes = [31415, 9, 2653, 58979];

    private static readonly Dictionary<string, Func<GrpcChannel, Task>> All = new()
    {
        ["empty_unary"] = EmptyUnary,
        ["large_unary"] = LargeUnary,
        ["client_streaming"] = ClientStreaming,
        ["server_streaming"] = ServerStreaming,
        ["ping_pong"] = PingPong,
        ["half_duplex"] = HalfDuplex,
        ["empty_stream"] = EmptyStream,
        ["custom_metadata"] = CustomMetadata,
        ["status_code_and_message"] = StatusCodeAndMessage,
        ["special_status_message"] = SpecialStatusMessage,
        ["every_status_code"] = EveryStatusCode,
        ["rich_status"] = RichStatus,
        ["unimplemented_method"] = UnimplementedMethod,
        ["unimplemented_service"] = UnimplementedService_,
        ["cancel_after_begin"] = CancelAfterBegin,
        ["cancel_after_first_response"] = CancelAfterFirstResponse,
        ["timeout_on_sleeping_server"] = TimeoutOnSleepingServer,
        ["client_compressed_unary"] = ClientCompressedUnary,
        ["server_compressed_unary"] = ServerCompressedUnary,
        ["client_compressed_streaming"] = ClientCompressedStreaming,
        ["server_compressed_streaming"] = ServerCompressedStreaming,
        ["back_pressure"] = BackPressure,
        ["concurrent_calls"] = ConcurrentCalls,
    };

    public static TheoryData<string> NamesExcept(params string[] left) => [.. All.Keys.Except(left)];

    public static async Task RunAsync(string name, GrpcChannel channel)
    {
        await All[name](channel).WaitAsync(TimeSpan.FromSeconds(90));
        channel.HasActiveCalls(0);
    }

    private static TestService.TestServiceClient Test(GrpcChannel channel) => new(channel);

    private static DateTime Within(double seconds) => TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(seconds);

    private static Payload Zeros(int size) => new() { Body = ByteString.CopyFrom(new byte[size]) };

    private static StreamingOutputCallRequest Output(params int[] sizes) => new()
    {
        ResponseParameters = { sizes.Select(size => new ResponseParameters { Size = size }) },
    };

    private static SimpleRequest Large() => new() { ResponseSize = LargeResponse, Payload = Zeros(LargeRequest) };

    private static async Task<RpcException> Fails(StatusCode code, Func<Task> call)
    {
        var error = await Assert.ThrowsAsync<RpcException>(call);
        Assert.True(code == error.StatusCode, $"expected {code}, got {error.Status}");
        return error;
    }

    private static async Task<List<int>> Sizes(IAsyncStreamReader<StreamingOutputCallResponse> responses)
    {
        var sizes = new List<int>();
        while (await responses.MoveNext(CancellationToken.None))
        {
            sizes.Add(responses.Current.Payload.Body.Length);
        }

        return sizes;
    }

    private static async Task<StreamingInputCallResponse> SendAll(
        GrpcChannel channel, IEnumerable<StreamingInputCallRequest> requests, Metadata? headers = null)
    {
        using var call = Test(channel).StreamingInputCall(headers, Within(60));
        foreach (var request in requests)
        {
            await call.RequestStream.WriteAsync(request);
        }

        await call.RequestStream.CompleteAsync();
        return await call;
    }
}
