using Google.Protobuf.WellKnownTypes;
using Inventory.Grpc.Errors;

namespace Inventory.Grpc.Mapping;

/// <summary>Milliseconds since 1970 and of a duration, to the protos' types and back.</summary>
internal static class Times
{
    /// <summary>A point in time; null for 0, which means none.</summary>
    public static Timestamp? Timestamp(long ms)
    {
        var (seconds, nanos) = Parts(ms);
        return ms == 0 ? null : new Timestamp { Seconds = seconds, Nanos = nanos };
    }

    /// <summary>A span of time.</summary>
    public static Duration Duration(long ms) => new() { Seconds = ms / 1000, Nanos = (int)(ms % 1000) * 1_000_000 };

    /// <summary>A span in milliseconds, rounded up to a whole one; <paramref name="absentMs"/> if there is none.</summary>
    public static long Ms(Duration? duration, string field, long minMs, long maxMs, long absentMs, ref Violations violations)
    {
        if (duration is null)
        {
            return absentMs;
        }

        if (TryMs(duration.Seconds, duration.Nanos, minMs, maxMs, out var ms))
        {
            return ms;
        }

        violations.Add(field, $"must be {Words(minMs)} to {Words(maxMs)}.");
        return absentMs;
    }

    /// <summary>The same, without a word on what is wrong.</summary>
    public static bool TryMs(long seconds, long nanos, long minMs, long maxMs, out long ms)
    {
        var whole = nanos is >= 0 and < 1_000_000_000 && seconds >= 0 && seconds <= maxMs / 1000;
        ms = whole ? (seconds * 1000) + ((nanos + 999_999) / 1_000_000) : -1;
        return ms >= minMs && ms <= maxMs;
    }

    /// <summary>The whole seconds and the nanoseconds that remain of a point in time.</summary>
    public static (long Seconds, int Nanos) Parts(long ms) => (Floor(ms), (int)(ms - (Floor(ms) * 1000)) * 1_000_000);

    private static long Floor(long ms) => ms >= 0 ? ms / 1000 : (ms - 999) / 1000;

    private static string Words(long ms) => ms switch
    {
        0 => "0 s",
        _ when ms % 86_400_000 == 0 => $"{ms / 86_400_000} days",
        _ => $"{ms / 1000} s",
    };
}
