using Compat.Grpc.Tests.Interop.Wire;
using Google.Protobuf;
using Grpc.Core;

namespace Compat.Grpc.Tests.Interop;

/// <summary>The test service on our server. Responses are compressed only where the request asks for it.</summary>
public sealed class InteropService : TestService.TestServiceBase
{
    /// <summary>Random requests may ask for anything.</summary>
    private const int LargestResponse = 4 * 1024 * 1024;

    private static readonly WriteOptions Plain = new(WriteFlags.NoCompress);

    public override async Task<Empty> EmptyCall(Empty request, ServerCallContext context)
    {
        await EchoMetadata(context);
        return new Empty();
    }

    public override async Task<SimpleResponse> UnaryCall(SimpleRequest request, ServerCallContext context)
    {
        CheckCompression(request.ExpectCompressed, context);
        await EchoMetadata(context);
        CheckStatus(request.ResponseStatus);
        context.WriteOptions = request.ResponseCompressed is { Value: true } ? WriteOptions.Default : Plain;
        return new SimpleResponse { Payload = Zeros(request.ResponseSize) };
    }

    public override async Task StreamingOutputCall(
        StreamingOutputCallRequest request, IServerStreamWriter<StreamingOutputCallResponse> responseStream, ServerCallContext context)
    {
        await EchoMetadata(context);
        await WriteAll(request, responseStream, context);
        CheckStatus(request.ResponseStatus);
    }

    public override async Task<StreamingInputCallResponse> StreamingInputCall(
        IAsyncStreamReader<StreamingInputCallRequest> requestStream, ServerCallContext context)
    {
        var size = 0;
        await foreach (var request in requestStream.ReadAllAsync(context.CancellationToken))
        {
            CheckCompression(request.ExpectCompressed, context);
            size += request.Payload?.Body.Length ?? 0;
        }

        return new StreamingInputCallResponse { AggregatedPayloadSize = size };
    }

    public override async Task FullDuplexCall(
        IAsyncStreamReader<StreamingOutputCallRequest> requestStream,
        IServerStreamWriter<StreamingOutputCallResponse> responseStream,
        ServerCallContext context)
    {
        await EchoMetadata(context);
        await foreach (var request in requestStream.ReadAllAsync(context.CancellationToken))
        {
            CheckStatus(request.ResponseStatus);
            await WriteAll(request, responseStream, context);
        }
    }

    public override async Task HalfDuplexCall(
        IAsyncStreamReader<StreamingOutputCallRequest> requestStream,
        IServerStreamWriter<StreamingOutputCallResponse> responseStream,
        ServerCallContext context)
    {
        var requests = new List<StreamingOutputCallRequest>();
        await foreach (var request in requestStream.ReadAllAsync(context.CancellationToken))
        {
            requests.Add(request);
        }

        foreach (var request in requests)
        {
            await WriteAll(request, responseStream, context);
        }
    }

    private static async Task WriteAll(
        StreamingOutputCallRequest request, IServerStreamWriter<StreamingOutputCallResponse> responses, ServerCallContext context)
    {
        foreach (var parameters in request.ResponseParameters)
        {
            if (parameters.IntervalUs > 0)
            {
                await Task.Delay(TimeSpan.FromMicroseconds(parameters.IntervalUs), TimeProvider.System, context.CancellationToken);
            }

            responses.WriteOptions = parameters.Compressed is { Value: true } ? WriteOptions.Default : Plain;
            await responses.WriteAsync(new StreamingOutputCallResponse { Payload = Zeros(parameters.Size) });
        }
    }

    private static async Task EchoMetadata(ServerCallContext context)
    {
        if (context.RequestHeaders.GetValueBytes("x-grpc-test-echo-trailing-bin") is { } trailing)
        {
            context.ResponseTrailers.Add("x-grpc-test-echo-trailing-bin", trailing);
        }

        if (context.RequestHeaders.GetValue("x-grpc-test-echo-initial") is { } initial)
        {
            await context.WriteResponseHeadersAsync(new Metadata { { "x-grpc-test-echo-initial", initial } });
        }

        if (context.RequestHeaders.Get("x-test-rich-status") is not null)
        {
            var rich = new Google.Rpc.Status { Code = (int)StatusCode.FailedPrecondition, Message = "rich" };
            throw new RpcException(
                new Status(StatusCode.FailedPrecondition, "rich"), new Metadata { { "grpc-status-details-bin", rich.ToByteArray() } });
        }
    }

    private static void CheckStatus(EchoStatus? status)
    {
        if (status is { Code: not 0 })
        {
            throw new RpcException(new Status((StatusCode)status.Code, status.Message));
        }
    }

    private static void CheckCompression(BoolValue? expected, ServerCallContext context)
    {
        if (expected is { Value: true } && context.GetHttpContext().Request.Headers["grpc-encoding"] != "gzip")
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, "The request is not compressed."));
        }
    }

    private static Payload Zeros(int size) => size <= LargestResponse
        ? new() { Body = UnsafeByteOperations.UnsafeWrap(new byte[size]) }
        : throw new RpcException(new Status(StatusCode.InvalidArgument, $"A response has at most {LargestResponse} bytes."));
}
