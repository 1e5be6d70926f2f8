using System.Buffers.Binary;
using Grpc.AspNetCore.HealthChecks;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.HealthCheck;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Compat.Grpc.Tests.Server;

public sealed class HealthTests
{
    private const string Check = "/grpc.health.v1.Health/Check";
    private const string Watch = "/grpc.health.v1.Health/Watch";

    [Theory]
    [InlineData(HealthStatus.Healthy, HealthCheckResponse.Types.ServingStatus.Serving)]
    [InlineData(HealthStatus.Degraded, HealthCheckResponse.Types.ServingStatus.Serving)]
    [InlineData(HealthStatus.Unhealthy, HealthCheckResponse.Types.ServingStatus.NotServing)]
    public async Task The_server_is_as_healthy_as_its_checks(HealthStatus status, HealthCheckResponse.Types.ServingStatus expected)
    {
        await using var host = await StartAsync(() => status);
        host.ExpectError("Health check probe with status Unhealthy");
        var reply = await host.CallAsync(Check, new HealthCheckRequest());
        Assert.Equal(expected, reply.Single(HealthCheckResponse.Parser).Status);
    }

    [Fact]
    public async Task A_service_that_nobody_mapped_is_not_found()
    {
        await using var host = await StartAsync(() => HealthStatus.Healthy);
        var reply = await host.CallAsync(Check, new HealthCheckRequest { Service = "nobody" });
        Assert.Equal(StatusCode.NotFound, reply.Status);
    }

    [Fact]
    public async Task A_mapped_service_listens_to_its_own_checks()
    {
        await using var host = await StartAsync(
            () => HealthStatus.Unhealthy, options => options.Services.Map("mine", check => check.Tags.Contains("mine")));
        host.ExpectError("Health check probe with status Unhealthy");
        var reply = await host.CallAsync(Check, new HealthCheckRequest { Service = "mine" });
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, reply.Single(HealthCheckResponse.Parser).Status);
    }

    [Fact]
    public async Task A_watch_tells_the_status_now_and_each_change_and_ends_with_the_host()
    {
        await using var host = await StartAsync(() => HealthStatus.Healthy);
        var health = host.Services.GetRequiredService<HealthServiceImpl>();
        using var request = RawCall.Request(Watch, new ByteArrayContent(RawCall.Frame(new HealthCheckRequest())));
        using var response = await host.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        await using var stream = await response.Content.ReadAsStreamAsync();
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, await NextAsync(stream));
        health.SetStatus("", HealthCheckResponse.Types.ServingStatus.NotServing);
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.NotServing, await NextAsync(stream));
        health.SetStatus("", HealthCheckResponse.Types.ServingStatus.NotServing);
        health.SetStatus("", HealthCheckResponse.Types.ServingStatus.Serving);
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, await NextAsync(stream));
        var stopping = host.StopAsync();
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.NotServing, await NextAsync(stream));
        Assert.Equal(0, await stream.ReadAsync(new byte[1]));
        Assert.Equal(["0"], response.TrailingHeaders.GetValues("grpc-status"));
        await stopping.WaitAsync(ProbeHost.Patience);
    }

    [Fact]
    public async Task A_watch_of_an_unknown_service_waits_until_it_is_known()
    {
        await using var host = await StartAsync(() => HealthStatus.Healthy);
        var health = host.Services.GetRequiredService<HealthServiceImpl>();
        using var request = RawCall.Request(Watch, new ByteArrayContent(RawCall.Frame(new HealthCheckRequest { Service = "later" })));
        using var response = await host.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        await using var stream = await response.Content.ReadAsStreamAsync();
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.ServiceUnknown, await NextAsync(stream));
        health.SetStatus("later", HealthCheckResponse.Types.ServingStatus.Serving);
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, await NextAsync(stream));
        health.ClearAll();
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.ServiceUnknown, await NextAsync(stream));
    }

    private static Task<ProbeHost> StartAsync(Func<HealthStatus> status, Action<GrpcHealthChecksOptions>? options = null) =>
        ProbeHost.StartAsync(
            services: services => services.AddGrpcHealthChecks(options ?? (_ => { }))
                .AddCheck("probe", () => new HealthCheckResult(status())),
            map: app => app.MapGrpcHealthChecksService());

    private static async Task<HealthCheckResponse.Types.ServingStatus> NextAsync(Stream stream)
    {
        var header = new byte[5];
        await stream.ReadExactlyAsync(header).AsTask().WaitAsync(ProbeHost.Patience);
        var payload = new byte[BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(1))];
        await stream.ReadExactlyAsync(payload);
        return HealthCheckResponse.Parser.ParseFrom(payload).Status;
    }
}
