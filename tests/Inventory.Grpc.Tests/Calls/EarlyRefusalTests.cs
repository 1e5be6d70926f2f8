using System.IO.Pipelines;
using Google.Rpc;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Inventory.Grpc.Calls;
using Inventory.Grpc.Errors;
using Inventory.Grpc.Services;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Inventory.Grpc.Tests.Calls;

public sealed class EarlyRefusalTests
{
    private const string Service = "inventory.v1.ReservationService";
    private readonly CallGate _gate = new("calls", 1, TimeSpan.FromMilliseconds(250));
    private int _handled;

    [Fact]
    public async Task A_call_to_a_full_service_is_refused_in_headers_alone_with_a_retry_hint()
    {
        Assert.True(_gate.TryEnter());
        var http = await Ask(MethodType.Unary);
        Assert.Equal(0, _handled);
        Assert.Equal("application/grpc", http.Response.ContentType);
        Assert.Equal("8", http.Response.Headers["grpc-status"]);
        Assert.Equal("1 calls are in flight, which is the most. Try again later.", http.Response.Headers["grpc-message"]);
        string details = http.Response.Headers[RichStatus.TrailerKey]!;
        Assert.DoesNotContain("=", details, StringComparison.Ordinal);
        var status = Google.Rpc.Status.Parser.ParseFrom(Convert.FromBase64String(details.PadRight((details.Length + 3) / 4 * 4, '=')));
        Assert.Equal((int)StatusCode.ResourceExhausted, status.Code);
        Assert.Equal("TOO_MANY_CALLS", status.Details[0].Unpack<ErrorInfo>().Type);
        Assert.Equal(250_000_000, status.Details[1].Unpack<RetryInfo>().RetryDelay.Nanos);
    }

    [Fact]
    public async Task A_service_with_room_is_called_and_so_it_is_again_after_it_was_full()
    {
        await Ask(MethodType.Unary);
        Assert.Equal(1, _handled);
        Assert.True(_gate.TryEnter());
        await Ask(MethodType.Unary);
        Assert.Equal(1, _handled);
        _gate.Leave();
        await Ask(MethodType.Unary);
        Assert.Equal(2, _handled);
    }

    [Theory]
    [InlineData(MethodType.ClientStreaming)]
    [InlineData(MethodType.ServerStreaming)]
    [InlineData(MethodType.DuplexStreaming)]
    public async Task Streams_have_gates_of_their_own(MethodType type)
    {
        Assert.True(_gate.TryEnter());
        await Ask(type);
        Assert.Equal(1, _handled);
    }

    [Theory]
    [InlineData("GET", "application/grpc", true)]
    [InlineData("POST", "application/json", true)]
    [InlineData("POST", null, true)]
    [InlineData("POST", "application/grpc", false)]
    public async Task What_is_no_call_or_has_not_come_whole_goes_the_usual_way(string method, string? contentType, bool isWhole)
    {
        Assert.True(_gate.TryEnter());
        await Ask(MethodType.Unary, method, contentType, isWhole);
        Assert.Equal(1, _handled);
    }

    [Fact]
    public async Task A_request_that_has_not_come_whole_loses_nothing_by_the_look()
    {
        Assert.True(_gate.TryEnter());
        var http = await Ask(MethodType.Unary, isWhole: false);
        Assert.True(http.Request.BodyReader.TryRead(out var body));
        Assert.Equal(5, body.Buffer.Length);
    }

    private Task Handle(HttpContext http)
    {
        _handled++;
        return Task.CompletedTask;
    }

    private async Task<HttpContext> Ask(MethodType type, string method = "POST", string? contentType = "application/grpc", bool isWhole = true)
    {
        var endpoint = new RouteEndpointBuilder(Handle, RoutePatternFactory.Parse("/a/b"), 0);
        endpoint.Metadata.Add(new GrpcMethodMetadata(typeof(ReservationApi), new FakeMethod(type)));
        new OneEndpoint(endpoint).RefuseEarly(service => service == Service ? _gate : throw new KeyNotFoundException(service));
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync(new byte[5]);
        if (isWhole)
        {
            await pipe.Writer.CompleteAsync();
        }

        var http = new DefaultHttpContext();
        http.Features.Set<IRequestBodyPipeFeature>(new Body(pipe.Reader));
        (http.Request.Method, http.Request.ContentType) = (method, contentType);
        await endpoint.RequestDelegate!(http);
        return http;
    }

    private sealed record Body(PipeReader Reader) : IRequestBodyPipeFeature;

    private sealed class FakeMethod(MethodType type) : IMethod
    {
        public MethodType Type => type;

        public string ServiceName => Service;

        public string Name => "Any";

        public string FullName => $"/{Service}/Any";
    }

    private sealed class OneEndpoint(EndpointBuilder endpoint) : IEndpointConventionBuilder
    {
        public void Add(Action<EndpointBuilder> convention) => convention(endpoint);
    }
}
