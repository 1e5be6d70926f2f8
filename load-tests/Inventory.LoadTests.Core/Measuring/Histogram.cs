using System.Numerics;

namespace Inventory.LoadTests.Measuring;

/// <summary>
/// Counts of durations in microseconds, log-linear: exact below 2,048 us, above that in cells of at most 1/1,024 of their value, so each figure is
/// good for three significant digits from 1 us to 60 s. What is longer counts as 60 s, and <see cref="MaxMicros"/> still tells its true length.
/// One writer at a time; <see cref="Add(Histogram)"/> merges what several writers recorded apart.
/// </summary>
public sealed class Histogram
{
    /// <summary>The longest duration that has a cell of its own, 60 s.</summary>
    public const long LimitMicros = 60_000_000;

    private const int ExactBits = 11;
    private const int Exact = 1 << ExactBits;
    private const int Half = Exact / 2;

    private static readonly int s_cells = IndexOf(LimitMicros) + 1;

    private readonly long[] _cells = new long[s_cells];

    /// <summary>How many durations were recorded.</summary>
    public long Count { get; private set; }

    /// <summary>The longest recorded duration, exact; 0 when nothing was recorded.</summary>
    public long MaxMicros { get; private set; }

    /// <summary>The sum of all durations, exact.</summary>
    public long SumMicros { get; private set; }

    /// <summary>0 when nothing was recorded.</summary>
    public double MeanMicros => Count == 0 ? 0 : (double)SumMicros / Count;

    /// <summary>Records one duration; a negative one counts as 0.</summary>
    public void Record(long micros)
    {
        micros = Math.Max(0, micros);
        _cells[IndexOf(Math.Min(micros, LimitMicros))]++;
        Count++;
        SumMicros += micros;
        MaxMicros = Math.Max(MaxMicros, micros);
    }

    /// <summary>Adds all that the other has recorded; the other stays as it is.</summary>
    public void Add(Histogram other)
    {
        for (var cell = 0; cell < _cells.Length; cell++)
        {
            _cells[cell] += other._cells[cell];
        }

        Count += other.Count;
        SumMicros += other.SumMicros;
        MaxMicros = Math.Max(MaxMicros, other.MaxMicros);
    }

    /// <summary>The duration that the given share of all durations does not exceed, by nearest rank; 0 when nothing was recorded.</summary>
    /// <param name="percentile">Above 0, at most 100.</param>
    public long Percentile(double percentile)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(percentile);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(percentile, 100);
        var rank = Math.Max(1, (long)Math.Ceiling(percentile / 100 * Count - 1e-9));
        long seen = 0;
        for (var cell = 0; cell < _cells.Length; cell++)
        {
            seen += _cells[cell];
            if (seen >= rank)
            {
                // The last cell holds whatever was longer too.
                return cell == _cells.Length - 1 ? MaxMicros : Math.Min(HighestOf(cell), MaxMicros);
            }
        }

        return 0;
    }

    /// <summary>The cells that hold anything, with their counts, lowest first: what another process needs to merge.</summary>
    public IEnumerable<(int Cell, long Count)> Cells()
    {
        for (var cell = 0; cell < _cells.Length; cell++)
        {
            if (_cells[cell] > 0)
            {
                yield return (cell, _cells[cell]);
            }
        }
    }

    /// <summary>The histogram that <see cref="Cells"/> was taken from.</summary>
    /// <exception cref="ArgumentException">A cell that does not exist, or a count below 1.</exception>
    public static Histogram FromCells(IEnumerable<(int Cell, long Count)> cells, long sumMicros, long maxMicros)
    {
        var histogram = new Histogram { SumMicros = sumMicros, MaxMicros = maxMicros };
        foreach (var (cell, count) in cells)
        {
            if (cell < 0 || cell >= s_cells || count < 1)
            {
                throw new ArgumentException($"Cell {cell} with count {count} does not exist.", nameof(cells));
            }

            histogram._cells[cell] += count;
            histogram.Count += count;
        }

        return histogram;
    }

    private static int IndexOf(long micros)
    {
        if (micros < Exact)
        {
            return (int)micros;
        }

        // Keep the eleven leading bits; each further bit of length is one more block of 1,024 cells.
        var shift = BitOperations.Log2((ulong)micros) - ExactBits + 1;
        return Exact + ((shift - 1) * Half) + (int)(micros >> shift) - Half;
    }

    private static long HighestOf(int cell)
    {
        if (cell < Exact)
        {
            return cell;
        }

        var shift = ((cell - Exact) / Half) + 1;
        long leading = ((cell - Exact) % Half) + Half;
        return ((leading + 1) << shift) - 1;
    }
}
