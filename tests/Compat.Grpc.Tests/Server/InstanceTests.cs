using Compat.Grpc.Tests.Server.Probe;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Compat.Grpc.Tests.Server;

public sealed class InstanceTests
{
    [Theory]
    [InlineData("singleton", 1, 0)]
    [InlineData("scoped", 3, 3)]
    [InlineData("transient", 3, 3)]
    [InlineData("unregistered", 3, 3)]
    public async Task Instances_live_as_long_as_they_are_registered_for(string lifetime, int made, int disposed)
    {
        var count = new Count();
        await using (var host = await StartAsync(lifetime, count))
        {
            for (var i = 0; i < 3; i++)
            {
                var reply = await host.CallAsync("/compat.probe.v1.Probe/Unwritten", new ProbeRequest());
                Assert.Equal("counted", reply.Single(ProbeResponse.Parser).Text);
            }

            await host.StopAsync();
            Assert.Equal((made, disposed), (count.Made, count.Disposed));
        }
    }

    [Fact]
    public async Task Interceptors_wrap_the_handler_in_the_order_given()
    {
        var trace = new List<string>();
        await using var host = await ProbeHost.StartAsync(options =>
        {
            options.Interceptors.Add<Tracer>("outer", trace);
            options.Interceptors.Add<Tracer>("inner", trace);
        });
        host.Service.OnOne = (_, _) =>
        {
            trace.Add("handler");
            return Task.FromResult(new ProbeResponse { Text = "traced" });
        };
        var reply = await host.CallAsync(RawCall.One, new ProbeRequest());
        Assert.Equal("traced", reply.Single(ProbeResponse.Parser).Text);
        Assert.Equal(["outer in", "inner in", "handler", "inner out", "outer out"], trace);
    }

    [StandInFact("GetHttpContext knows its own contexts alone")]
    public async Task A_handler_behind_a_wrapped_context_still_finds_its_request()
    {
        await using var host = await ProbeHost.StartAsync(options => options.Interceptors.Add<Wrapper>());
        host.Service.OnOne = (_, context) => Task.FromResult(new ProbeResponse
        {
            Text = $"{context.GetType().Name} {context.GetHttpContext().Request.Protocol}",
        });
        var reply = await host.CallAsync(RawCall.One, new ProbeRequest());
        Assert.Equal("WrappedContext HTTP/2", reply.Single(ProbeResponse.Parser).Text);
    }

    [Theory]
    [InlineData(RawCall.One)]
    [InlineData(RawCall.Up)]
    [InlineData(RawCall.Down)]
    [InlineData(RawCall.Both)]
    public async Task Every_kind_of_call_passes_the_interceptors(string path)
    {
        await using var host = await ProbeHost.StartAsync(options => options.Interceptors.Add<Refuser>());
        var reply = await host.CallAsync(path, new ProbeRequest());
        Assert.Equal((StatusCode.PermissionDenied, "not you"), (reply.Status, reply.Message));
    }

    [Fact]
    public async Task Options_of_one_service_win_over_those_of_all()
    {
        await using var host = await ProbeHost.StartAsync(
            options => options.MaxReceiveMessageSize = 10,
            services => services.AddGrpc().AddServiceOptions<ProbeService>(options => options.MaxReceiveMessageSize = 1000));
        var reply = await host.CallAsync(RawCall.One, new ProbeRequest { What = new string('x', 500) });
        Assert.Equal(StatusCode.OK, reply.Status);
    }

    private static Task<ProbeHost> StartAsync(string lifetime, Count count) => ProbeHost.StartAsync(
        services: services =>
        {
            services.AddSingleton(count);
            _ = lifetime switch
            {
                "singleton" => services.AddSingleton<CountedService>(),
                "scoped" => services.AddScoped<CountedService>(),
                "transient" => services.AddTransient<CountedService>(),
                _ => services,
            };
        },
        map: app => app.MapGrpcService<CountedService>(),
        mapsProbe: false);

    internal sealed class Count
    {
        public int Made { get; set; }

        public int Disposed { get; set; }
    }

    internal sealed class CountedService : Probe.Probe.ProbeBase, IDisposable
    {
        private readonly Count _count;

        public CountedService(Count count)
        {
            _count = count;
            count.Made++;
        }

        public override Task<ProbeResponse> Unwritten(ProbeRequest request, ServerCallContext context) =>
            Task.FromResult(new ProbeResponse { Text = "counted" });

        public void Dispose() => _count.Disposed++;
    }

    internal sealed class Tracer(string name, List<string> trace) : Interceptor
    {
        public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
            TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
        {
            trace.Add($"{name} in");
            var response = await continuation(request, context);
            trace.Add($"{name} out");
            return response;
        }
    }

    internal sealed class Wrapper : Interceptor
    {
        public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
            TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
            continuation(request, new WrappedContext(context));
    }

    internal sealed class WrappedContext(ServerCallContext inner) : ServerCallContext
    {
        protected override string MethodCore => inner.Method;

        protected override string HostCore => inner.Host;

        protected override string PeerCore => inner.Peer;

        protected override DateTime DeadlineCore => inner.Deadline;

        protected override Metadata RequestHeadersCore => inner.RequestHeaders;

        protected override CancellationToken CancellationTokenCore => inner.CancellationToken;

        protected override Metadata ResponseTrailersCore => inner.ResponseTrailers;

        protected override Status StatusCore { get; set; }

        protected override WriteOptions? WriteOptionsCore { get; set; }

        protected override AuthContext AuthContextCore => inner.AuthContext;

        protected override IDictionary<object, object> UserStateCore => inner.UserState;

        protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) =>
            inner.CreatePropagationToken(options);

        protected override Task WriteResponseHeadersAsyncCore(Metadata responseHeaders) => inner.WriteResponseHeadersAsync(responseHeaders);
    }

    internal sealed class Refuser : Interceptor
    {
        public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
            TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) => throw Refusal();

        public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
            IAsyncStreamReader<TRequest> requestStream,
            ServerCallContext context,
            ClientStreamingServerMethod<TRequest, TResponse> continuation) => throw Refusal();

        public override Task ServerStreamingServerHandler<TRequest, TResponse>(
            TRequest request,
            IServerStreamWriter<TResponse> responseStream,
            ServerCallContext context,
            ServerStreamingServerMethod<TRequest, TResponse> continuation) => throw Refusal();

        public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
            IAsyncStreamReader<TRequest> requestStream,
            IServerStreamWriter<TResponse> responseStream,
            ServerCallContext context,
            DuplexStreamingServerMethod<TRequest, TResponse> continuation) => throw Refusal();

        private static RpcException Refusal() => new(new Status(StatusCode.PermissionDenied, "not you"));
    }
}
