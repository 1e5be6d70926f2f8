using Google.Rpc;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Reflection.V1Alpha;
using Inventory.Grpc.Tests.Doubles;
using Inventory.Journal;
using Inventory.V1;
using Microsoft.Extensions.Options;

namespace Inventory.Grpc.Tests.Services;

public sealed class HostTests
{
    [Fact]
    public async Task Reflection_lists_the_services()
    {
        await using var server = await TestServer.Start();
        using var call = new ServerReflection.ServerReflectionClient(server.Channel).ServerReflectionInfo();
        await call.RequestStream.WriteAsync(new ServerReflectionRequest { ListServices = "" });
        Assert.True(await call.ResponseStream.MoveNext(default));
        var names = call.ResponseStream.Current.ListServicesResponse.Service.Select(service => service.Name).ToArray();
        Assert.Contains("inventory.v1.LocationService", names);
        Assert.Contains("inventory.v1.StockService", names);
        Assert.Contains("inventory.v1.AvailabilityService", names);
        Assert.Contains("inventory.v1.ReservationService", names);
        await call.RequestStream.CompleteAsync();
    }

    [Theory]
    [InlineData("")]
    [InlineData("inventory.v1.ReservationService")]
    public async Task Health_follows_the_journal(string service)
    {
        await using var server = await TestServer.Start();
        var health = new Health.HealthClient(server.Channel);
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving,
            (await health.CheckAsync(new HealthCheckRequest { Service = service })).Status);
        server.Journal.Fail("the disk is gone");
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.NotServing,
            (await health.CheckAsync(new HealthCheckRequest { Service = service })).Status);
    }

    [Fact]
    public async Task Health_of_a_service_that_does_not_exist_is_NOT_FOUND()
    {
        await using var server = await TestServer.Start();
        var health = new Health.HealthClient(server.Channel);
        await Failed.With(StatusCode.NotFound, async () => await health.CheckAsync(new HealthCheckRequest { Service = "inventory.v1.NoService" }));
    }

    [Theory]
    [InlineData("")]
    [InlineData("inventory.v1.StockService")]
    public async Task A_watch_of_health_begins_with_the_state_of_now_and_tells_of_a_change(string service)
    {
        await using var server = await TestServer.Start();
        var health = new Health.HealthClient(server.Channel);
        using var before = health.Watch(new HealthCheckRequest { Service = service });
        Assert.True(await before.ResponseStream.MoveNext(default));
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, before.ResponseStream.Current.Status);
        server.Journal.Fail("the disk is gone");
        using var after = health.Watch(new HealthCheckRequest { Service = service });
        Assert.True(await after.ResponseStream.MoveNext(default));
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.NotServing, after.ResponseStream.Current.Status);
        Assert.True(await before.ResponseStream.MoveNext(default));
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.NotServing, before.ResponseStream.Current.Status);
    }

    [Fact]
    public async Task Lost_storage_is_UNAVAILABLE_with_a_retry_hint_and_without_its_text()
    {
        await using var server = await TestServer.Start();
        server.World.Failure = new JournalFailedException("EIO on /var/secret");
        var failure = await Failed.With(StatusCode.Unavailable, () => server.Reserve("A", "L-1", 1));
        Assert.DoesNotContain("secret", failure.ToString(), StringComparison.Ordinal);
        Assert.Equal("STORAGE_UNAVAILABLE", failure.Detail<ErrorInfo>().Type);
        Assert.NotNull(failure.Detail<RetryInfo>());
        using var stream = server.Reservations.ReserveStream();
        await stream.RequestStream.WriteAsync(new ReserveStreamRequest
        {
            Reservations = { new StreamReservation { RequestId = "1", Sku = "A", LocationId = "L-1", Units = 1 } },
        });
        await Failed.With(StatusCode.Unavailable, () => stream.ResponseStream.MoveNext(default));
    }

    [Fact]
    public async Task A_full_journal_is_RESOURCE_EXHAUSTED_with_a_retry_hint()
    {
        await using var server = await TestServer.Start();
        server.World.Failure = new JournalFullException(1 << 30);
        var failure = await Failed.With(StatusCode.ResourceExhausted, () => server.Reserve("A", "L-1", 1));
        Assert.NotNull(failure.Detail<RetryInfo>());
    }

    [Fact]
    public async Task What_nobody_foresaw_is_INTERNAL_and_its_text_stays_inside()
    {
        await using var server = await TestServer.Start();
        server.World.Failure = new InvalidOperationException("a secret");
        var failure = await Failed.With(StatusCode.Internal, () => server.Reserve("A", "L-1", 1));
        Assert.DoesNotContain("secret", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Calls_beyond_the_most_are_turned_away_while_the_others_go_on()
    {
        await using var server = await TestServer.Start(options => (options.CallsInFlightMax, options.RetryAfterMs) = (3, 250));
        await server.Receive("A", "L-1", 10);
        var release = new TaskCompletionSource();
        server.World.Wait = release.Task;
        var before = server.World.StockCalls;
        var admitted = Enumerable.Range(0, 3).Select(_ => server.Reserve("A", "L-1", 1)).ToArray();
        await Eventually.Is(() => server.World.StockCalls - before == 3, "three calls are inside");
        var failure = await Failed.With(StatusCode.ResourceExhausted, () => server.Reserve("A", "L-1", 1));
        Assert.Equal(250_000_000, failure.Detail<RetryInfo>().RetryDelay.Nanos);
        Assert.Equal("TOO_MANY_CALLS", failure.Detail<ErrorInfo>().Type);
        // Another service has its own gate.
        Assert.Empty((await server.Locations.ListLocationsAsync(new ListLocationsRequest())).Locations);
        release.SetResult();
        Assert.All(await Task.WhenAll(admitted), answer => Assert.True(answer.Decision.Accepted));
        Assert.True((await server.Reserve("A", "L-1", 1)).Decision.Accepted);
    }

    [Fact]
    public async Task Watches_beyond_the_most_are_turned_away()
    {
        await using var server = await TestServer.Start(options => options.WatchesMax = 1);
        using var first = server.Availability.WatchAvailability(new WatchAvailabilityRequest { Sku = "A" });
        Assert.True(await first.ResponseStream.MoveNext(default));
        using var second = server.Availability.WatchAvailability(new WatchAvailabilityRequest { Sku = "A" });
        await Failed.With(StatusCode.ResourceExhausted, () => second.ResponseStream.MoveNext(default));
    }

    [Fact]
    public async Task A_deadline_ends_the_call_and_a_retry_learns_what_became_of_the_write()
    {
        await using var server = await TestServer.Start();
        await server.Receive("A", "L-1", 10);
        var release = new TaskCompletionSource();
        server.World.Wait = release.Task;
        var request = new ReserveRequest
        {
            RequestId = "late", Lines = { new ReservationLine { Key = new StockKey { Sku = "A", LocationId = "L-1" }, Units = 1 } },
        };
        var deadline = TimeProvider.System.GetUtcNow().UtcDateTime.AddMilliseconds(200);
        await Failed.With(StatusCode.DeadlineExceeded, async () => await server.Reservations.ReserveAsync(request, deadline: deadline));
        release.SetResult();
        server.World.Wait = null;
        Assert.True((await server.Reservations.ReserveAsync(request)).Decision is { Accepted: true });
        Assert.Equal(9, (await server.Availability.GetAvailabilityAsync(new GetAvailabilityRequest { Sku = "A" })).TotalAvailableUnits);
    }

    [Fact]
    public async Task Settings_out_of_range_stop_the_start()
    {
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => TestServer.Start(options => options.CallsInFlightMax = 0));
        Assert.Contains(nameof(InventoryGrpcOptions.CallsInFlightMax), failure.Message, StringComparison.Ordinal);
    }
}
