using Grpc.Core;
using Grpc.Net.Client;

namespace Compat.Grpc.Tests.Client.Internals;

/// <summary>What needs a channel with a clock of the test's own.</summary>
public sealed class ClockTests
{
    [Fact]
    public async Task The_time_left_travels_as_grpc_timeout()
    {
        var clock = new FixedClock();
        string? timeout = null;
        await using var server = await ScriptedServer.StartAsync(http =>
        {
            timeout = http.Request.Headers["grpc-timeout"];
            return ScriptedServer.AnswerAsync(http, [1]);
        });
        using var channel = server.Channel(new GrpcChannelOptions { TimeProvider = clock });
        await channel.Call([1], new CallOptions(deadline: clock.Now.AddSeconds(90)));
        Assert.Equal("90000m", timeout);
        await channel.Call([1], new CallOptions(deadline: clock.Now.AddDays(100)));
        Assert.Equal("8640000S", timeout);
        await channel.Call([1], new CallOptions(deadline: DateTime.MaxValue));
        Assert.Equal("", timeout ?? "");
    }

    private sealed class FixedClock : TimeProvider
    {
        public DateTime Now { get; } = new(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
