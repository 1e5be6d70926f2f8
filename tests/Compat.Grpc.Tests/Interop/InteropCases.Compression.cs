using Compat.Grpc.Tests.Interop.Wire;
using Grpc.Core;
using Grpc.Net.Client;

namespace Compat.Grpc.Tests.Interop;

/// <summary>Cases with gzip. That a server really sees or sends compressed frames is checked where the server is ours.</summary>
internal static partial class InteropCases
{
    private static readonly BoolValue Yes = new() { Value = true };
    private static readonly BoolValue No = new() { Value = false };

    private static Metadata Gzip => new() { { "grpc-internal-encoding-request", "gzip" } };

    private static async Task ClientCompressedUnary(GrpcChannel channel)
    {
        var request = Large();
        request.ExpectCompressed = Yes;
        var response = await Test(channel).UnaryCallAsync(request, Gzip, Within(60));
        Assert.Equal(LargeResponse, response.Payload.Body.Length);

        var plain = Large();
        plain.ExpectCompressed = No;
        var declined = new CallOptions(Gzip, Within(60), writeOptions: new WriteOptions(WriteFlags.NoCompress));
        response = await Test(channel).UnaryCallAsync(plain, declined);
        Assert.Equal(LargeResponse, response.Payload.Body.Length);
    }

    private static async Task ServerCompressedUnary(GrpcChannel channel)
    {
        foreach (var compressed in new[] { Yes, No })
        {
            var request = Large();
            request.ResponseCompressed = compressed;
            var response = await Test(channel).UnaryCallAsync(request, deadline: Within(60));
            Assert.Equal(Zeros(LargeResponse), response.Payload);
        }
    }

    private static async Task ClientCompressedStreaming(GrpcChannel channel)
    {
        var requests = RequestSizes.Select(size => new StreamingInputCallRequest { Payload = Zeros(size), ExpectCompressed = Yes });
        var response = await SendAll(channel, requests, Gzip);
        Assert.Equal(RequestSizes.Sum(), response.AggregatedPayloadSize);
    }

    private static async Task ServerCompressedStreaming(GrpcChannel channel)
    {
        var request = new StreamingOutputCallRequest
        {
            ResponseParameters =
            {
                new ResponseParameters { Size = 31415, Compressed = Yes },
                new ResponseParameters { Size = 92653, Compressed = No },
            },
        };
        using var call = Test(channel).StreamingOutputCall(request, deadline: Within(60));
        Assert.Equal([31415, 92653], await Sizes(call.ResponseStream));
    }
}
