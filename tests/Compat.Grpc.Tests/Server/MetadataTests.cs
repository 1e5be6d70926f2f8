using Compat.Grpc.Tests.Server.Probe;
using Grpc.Core;

namespace Compat.Grpc.Tests.Server;

public sealed class MetadataTests
{
    [Fact]
    public async Task Request_headers_reach_the_handler_without_those_of_the_protocol()
    {
        await using var host = await ProbeHost.StartAsync();
        Metadata? seen = null;
        host.Service.OnOne = (_, context) =>
        {
            seen = context.RequestHeaders;
            return Task.FromResult(new ProbeResponse());
        };
        await host.CallAsync(
            RawCall.One, new ProbeRequest(), ("X-Mixed-Case", "text"), ("some-bin", "AAE="), ("grpc-timeout", "10S"));
        Assert.Equal("text", seen!.GetValue("x-mixed-case"));
        Assert.Equal([0, 1], seen.GetValueBytes("some-bin"));
        Assert.DoesNotContain(
            seen, entry => entry.Key.StartsWith(':') || entry.Key is "grpc-timeout" or "te" or "content-type" or "host");
    }

    [StandInFact("not taken apart, so not base64")]
    public async Task Binary_headers_that_were_joined_on_the_way_are_taken_apart()
    {
        await using var host = await ProbeHost.StartAsync();
        Metadata? seen = null;
        host.Service.OnOne = (_, context) =>
        {
            seen = context.RequestHeaders;
            return Task.FromResult(new ProbeResponse());
        };
        await host.CallAsync(RawCall.One, new ProbeRequest(), ("twice-bin", "AAE=,AAEC"));
        Assert.Equal([[0, 1], [0, 1, 2]], seen!.GetAll("twice-bin").Select(entry => entry.ValueBytes));
    }

    [StandInFact("UNKNOWN, as for every error of its reading")]
    public async Task A_binary_header_that_is_not_base64_fails_the_call_that_looks_at_it()
    {
        await using var host = await ProbeHost.StartAsync();
        host.Service.OnOne = (_, context) => Task.FromResult(new ProbeResponse { Text = $"{context.RequestHeaders.Count}" });
        var reply = await host.CallAsync(RawCall.One, new ProbeRequest(), ("broken-bin", "***"));
        Assert.Equal((StatusCode.Internal, "Request header 'broken-bin' is not base64."), (reply.Status, reply.Message));
    }

    [Fact]
    public async Task Response_headers_leave_before_the_response_and_trailers_after_it()
    {
        await using var host = await ProbeHost.StartAsync();
        var mayAnswer = new TaskCompletionSource();
        host.Service.OnOne = async (_, context) =>
        {
            await context.WriteResponseHeadersAsync([new("early", "yes"), new("early-bin", [7])]);
            await mayAnswer.Task;
            context.ResponseTrailers.Add("late", "yes");
            context.ResponseTrailers.Add("late-bin", [1, 2, 3, 4]);
            return new ProbeResponse();
        };
        using var request = RawCall.Request(RawCall.One, new ByteArrayContent(RawCall.Frame(new ProbeRequest())));
        using var response = await host.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(["yes"], response.Headers.GetValues("early"));
        Assert.Equal(["Bw"], response.Headers.GetValues("early-bin").Select(value => value.TrimEnd('=')));
        mayAnswer.SetResult();
        var reply = await RawCall.ReadAsync(response);
        Assert.Equal(("yes", "AQIDBA", StatusCode.OK), (reply.Value("late"), reply.Value("late-bin")?.TrimEnd('='), reply.Status));
    }

    [Fact]
    public async Task Response_headers_can_be_written_only_once()
    {
        await using var host = await ProbeHost.StartAsync();
        host.Service.OnOne = async (_, context) =>
        {
            await context.WriteResponseHeadersAsync([]);
            var again = await Assert.ThrowsAsync<InvalidOperationException>(() => context.WriteResponseHeadersAsync([]));
            return new ProbeResponse { Text = again.Message };
        };
        var reply = await host.CallAsync(RawCall.One, new ProbeRequest());
        Assert.Equal("Response headers can only be sent once per call.", reply.Single(ProbeResponse.Parser).Text);
    }

    [StandInFact("the connection breaks")]
    public async Task Trailers_that_http_does_not_allow_fail_the_call()
    {
        await using var host = await ProbeHost.StartAsync();
        host.ExpectError("could not be written");
        host.Service.OnOne = (_, context) =>
        {
            context.ResponseTrailers.Add("bad", "line\nbreak");
            return Task.FromResult(new ProbeResponse());
        };
        var reply = await host.CallAsync(RawCall.One, new ProbeRequest());
        Assert.Equal(StatusCode.Internal, reply.Status);
    }

    [Fact]
    public async Task The_context_tells_method_host_peer_and_that_there_is_no_deadline()
    {
        await using var host = await ProbeHost.StartAsync();
        host.Service.OnOne = (_, context) => Task.FromResult(new ProbeResponse
        {
            Text = $"{context.Method} {context.Host} {context.Peer.Split(':')[0]} {context.Deadline == DateTime.MaxValue} " +
                $"{context.AuthContext.IsPeerAuthenticated} {context.GetHttpContext().Request.Protocol}",
        });
        var reply = await host.CallAsync(RawCall.One, new ProbeRequest());
        Assert.Equal($"{RawCall.One} {host.Http2.Authority} ipv4 True False HTTP/2", reply.Single(ProbeResponse.Parser).Text);
    }
}
