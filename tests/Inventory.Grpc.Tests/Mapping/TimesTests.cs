using Google.Protobuf.WellKnownTypes;
using Inventory.Grpc.Errors;
using Inventory.Grpc.Mapping;

namespace Inventory.Grpc.Tests.Mapping;

public sealed class TimesTests
{
    [Theory]
    [InlineData(1, 0, 1_000)]
    [InlineData(1, 1, 1_001)]
    [InlineData(1, 500_000_000, 1_500)]
    [InlineData(2_592_000, 0, 2_592_000_000)]
    public void A_duration_is_rounded_up_to_milliseconds(long seconds, int nanos, long ms)
    {
        var violations = default(Violations);
        Assert.Equal(ms, Read(new Duration { Seconds = seconds, Nanos = nanos }, ref violations));
        Assert.False(violations.Any);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 999_000_000)]
    [InlineData(-5, 0)]
    [InlineData(5, -1)]
    [InlineData(5, 1_000_000_000)]
    [InlineData(2_592_000, 1)]
    [InlineData(long.MaxValue, 999_999_999)]
    [InlineData(long.MinValue, -999_999_999)]
    public void A_duration_out_of_range_is_refused(long seconds, int nanos)
    {
        var violations = default(Violations);
        Read(new Duration { Seconds = seconds, Nanos = nanos }, ref violations);
        Assert.True(violations.Any);
    }

    [Fact]
    public void No_duration_means_the_default()
    {
        var violations = default(Violations);
        Assert.Equal(900_000, Read(null, ref violations));
    }

    [Theory]
    [InlineData(1_700_000_000_123)]
    [InlineData(1)]
    [InlineData(-1)]
    [InlineData(-1_000)]
    public void A_point_in_time_keeps_its_milliseconds(long ms) =>
        Assert.Equal(ms, Times.Timestamp(ms)!.ToDateTimeOffset().ToUnixTimeMilliseconds());

    [Fact]
    public void Zero_is_no_point_in_time() => Assert.Null(Times.Timestamp(0));

    private static long Read(Duration? duration, ref Violations violations) =>
        Times.Ms(duration, "ttl", Domain.Limits.TtlMsMin, Domain.Limits.TtlMsMax, Limits.TtlMsDefault, ref violations);
}
