using System.Numerics;

namespace Inventory.Cli.Replay;

/// <summary>
/// Counts durations in buckets whose width grows with the value: 64 to a power of two, so that a percentile is at most 1.6 % above the
/// true value and never below it. Any number of threads may record at once.
/// </summary>
internal sealed class Histogram
{
    private const int SubBits = 6;
    private const int Sub = 1 << SubBits;

    /// <summary>Nothing above this is told apart: about 18 minutes.</summary>
    internal const long MicrosMax = (1L << 30) - 1;

    private readonly long[] _counts = new long[BucketOf(MicrosMax) + 1];
    private long _sum;
    private long _max;

    /// <summary>How many values were recorded.</summary>
    public long Count { get; private set; }

    /// <summary>Their mean in microseconds.</summary>
    public double MeanMicros => Count == 0 ? 0 : (double)_sum / Count;

    /// <summary>The largest value in microseconds.</summary>
    public long MaxMicros => _max;

    /// <summary>Records a value in microseconds.</summary>
    public void Record(long micros)
    {
        var value = Math.Clamp(micros, 0, MicrosMax);
        lock (_counts)
        {
            _counts[BucketOf(value)]++;
            _sum += value;
            _max = Math.Max(_max, value);
            Count++;
        }
    }

    /// <summary>The value that a share of all values does not pass, in microseconds; 0 if nothing was recorded.</summary>
    /// <param name="share">0 to 1, such as 0.999.</param>
    public long Percentile(double share)
    {
        lock (_counts)
        {
            var rank = Math.Max(1, (long)Math.Ceiling(share * Count));
            long seen = 0;
            for (var i = 0; i < _counts.Length; i++)
            {
                seen += _counts[i];
                if (seen >= rank)
                {
                    return Math.Min(HighestOf(i), _max);
                }
            }

            return 0;
        }
    }

    private static int BucketOf(long value)
    {
        var shift = Math.Max(0, 63 - BitOperations.LeadingZeroCount((ulong)value | 1) - SubBits);
        return (shift * Sub) + (int)(value >> shift);
    }

    /// <summary>The largest value that falls into the bucket.</summary>
    private static long HighestOf(int bucket)
    {
        var shift = Math.Max(0, (bucket / Sub) - 1);
        var lead = bucket - ((long)shift * Sub);
        return ((lead + 1) << shift) - 1;
    }
}
