using Compat.Grpc.Tests.Server.Probe;
using Google.Protobuf;
using Grpc.Core;

namespace Compat.Grpc.Tests.Server;

public sealed class UnaryTests
{
    [Fact]
    public async Task A_request_is_answered_with_one_message_and_an_ok_status_in_the_trailers()
    {
        await using var host = await ProbeHost.StartAsync();
        var reply = await host.CallAsync(RawCall.One, new ProbeRequest { What = "hello" });
        Assert.Equal("hello", reply.Single(ProbeResponse.Parser).Text);
        Assert.Equal(StatusCode.OK, reply.Status);
        Assert.False(reply.IsTrailersOnly);
        Assert.Null(reply.RawMessage);
    }

    [Fact]
    public async Task An_empty_request_and_an_empty_response_are_messages_too()
    {
        await using var host = await ProbeHost.StartAsync();
        var reply = await host.CallAsync(RawCall.One, new ProbeRequest());
        Assert.Equal([0, 0, 0, 0, 0], reply.Body);
        Assert.Equal(StatusCode.OK, reply.Status);
    }

    [Fact]
    public async Task A_large_message_passes_in_both_directions()
    {
        await using var host = await ProbeHost.StartAsync();
        var payload = new byte[3_000_000];
        new Random(7).NextBytes(payload);
        var reply = await host.CallAsync(RawCall.One, new ProbeRequest { Payload = ByteString.CopyFrom(payload) });
        Assert.Equal(payload, reply.Single(ProbeResponse.Parser).Payload.ToByteArray());
    }

    [Fact]
    public async Task A_handler_that_finishes_later_answers_the_same()
    {
        await using var host = await ProbeHost.StartAsync();
        host.Service.OnOne = async (request, _) =>
        {
            await Task.Yield();
            return new ProbeResponse { Text = request.What };
        };
        var reply = await host.CallAsync(RawCall.One, new ProbeRequest { What = "later" });
        Assert.Equal("later", reply.Single(ProbeResponse.Parser).Text);
    }

    [Fact]
    public async Task A_status_set_by_the_handler_fails_the_call()
    {
        await using var host = await ProbeHost.StartAsync();
        host.Service.OnOne = (_, context) =>
        {
            context.Status = new Status(StatusCode.FailedPrecondition, "sold out");
            context.ResponseTrailers.Add("grpc-status-details-bin", [1, 2, 255]);
            return Task.FromResult(new ProbeResponse { Text = "not sent" });
        };
        var reply = await host.CallAsync(RawCall.One, new ProbeRequest());
        Assert.Equal((!Upstream.IsUnderTest, Upstream.IsUnderTest), (reply.IsTrailersOnly, reply.Body.Length > 0));
        Assert.Equal(StatusCode.FailedPrecondition, reply.Status);
        Assert.Equal("sold out", reply.Message);
        Assert.Equal("AQL/", reply.Value("grpc-status-details-bin"));
    }

    [Fact]
    public async Task An_rpc_exception_becomes_its_status_and_trailers()
    {
        await using var host = await ProbeHost.StartAsync();
        host.Service.OnOne = (_, _) => throw new RpcException(
            new Status(StatusCode.NotFound, "no such thing: ü 100% \n"), [new Metadata.Entry("why", "because")]);
        var reply = await host.CallAsync(RawCall.One, new ProbeRequest());
        Assert.Equal(StatusCode.NotFound, reply.Status);
        Assert.Equal("no such thing: %C3%BC 100%25 %0A", reply.RawMessage);
        Assert.Equal("because", reply.Value("why"));
    }

    [Fact]
    public async Task The_text_of_an_unhandled_exception_does_not_reach_the_caller()
    {
        await using var host = await ProbeHost.StartAsync();
        host.ExpectError("secret");
        host.Service.OnOne = (_, _) => throw new InvalidOperationException("secret");
        var reply = await host.CallAsync(RawCall.One, new ProbeRequest());
        Assert.Equal(StatusCode.Unknown, reply.Status);
        Assert.Equal("Exception was thrown by handler.", reply.Message);
    }

    [Fact]
    public async Task Detailed_errors_tell_the_text_when_asked_for()
    {
        await using var host = await ProbeHost.StartAsync(options => options.EnableDetailedErrors = true);
        host.ExpectError("details");
        host.Service.OnOne = async (_, _) =>
        {
            await Task.Yield();
            throw new InvalidOperationException("details");
        };
        var reply = await host.CallAsync(RawCall.One, new ProbeRequest());
        Assert.Equal("Exception was thrown by handler. InvalidOperationException: details", reply.Message);
    }

    [Fact]
    public async Task A_handler_that_returns_nothing_cancels_the_call()
    {
        await using var host = await ProbeHost.StartAsync();
        host.Service.OnOne = (_, _) => Task.FromResult<ProbeResponse>(null!);
        var reply = await host.CallAsync(RawCall.One, new ProbeRequest());
        Assert.Equal((StatusCode.Cancelled, "No message returned from method."), (reply.Status, reply.Message));
    }

    [Theory]
    [InlineData("/compat.probe.v1.Probe/Nowhere", "Method is unimplemented.")]
    [InlineData("/compat.probe.v1.Nothing/One", "Service is unimplemented.")]
    public async Task What_is_not_there_is_unimplemented(string path, string message)
    {
        await using var host = await ProbeHost.StartAsync();
        var reply = await host.CallAsync(path, new ProbeRequest());
        Assert.Equal((StatusCode.Unimplemented, message), (reply.Status, reply.Message));
    }

    [Fact]
    public async Task A_method_that_the_service_does_not_override_is_unimplemented()
    {
        await using var host = await ProbeHost.StartAsync();
        var reply = await host.CallAsync("/compat.probe.v1.Probe/Unwritten", new ProbeRequest());
        Assert.Equal(StatusCode.Unimplemented, reply.Status);
    }
}
