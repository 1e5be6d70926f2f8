namespace Grpc.AspNetCore.Server.Internal;

/// <summary>The <c>grpc-timeout</c> header: one to eight digits and a unit.</summary>
internal static class GrpcTimeout
{
    private const int DigitsMax = 8;
    private const int NanosecondsPerTick = 100;

    /// <summary>Longest that is honoured, as upstream: 99,999,999 seconds, a little over three years.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(99_999_999);

    /// <summary>False if the text is no timeout. Nanoseconds are rounded down to ticks of 100 ns.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out TimeSpan timeout)
    {
        timeout = TimeSpan.Zero;
        if (text.Length is < 2 or > DigitsMax + 1)
        {
            return false;
        }

        long value = 0;
        foreach (var digit in text[..^1])
        {
            if (!char.IsAsciiDigit(digit))
            {
                return false;
            }

            value = (value * 10) + (digit - '0');
        }

        var ticks = text[^1] switch
        {
            'H' => value * TimeSpan.TicksPerHour,
            'M' => value * TimeSpan.TicksPerMinute,
            'S' => value * TimeSpan.TicksPerSecond,
            'm' => value * TimeSpan.TicksPerMillisecond,
            'u' => value * TimeSpan.TicksPerMicrosecond,
            'n' => value / NanosecondsPerTick,
            _ => -1,
        };
        if (ticks < 0)
        {
            return false;
        }

        timeout = TimeSpan.FromTicks(Math.Min(ticks, Longest.Ticks));
        return true;
    }
}
