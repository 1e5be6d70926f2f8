namespace Inventory.LoadTests.Measuring;

/// <summary>What came of one operation. The order is the order of columns in reports.</summary>
public enum Outcome
{
    /// <summary>Done: the units are held, or whatever the operation asks for has happened.</summary>
    Granted,

    /// <summary>Refused because there were not enough units.</summary>
    SoldOut,

    /// <summary>The id was known; the first answer was given again.</summary>
    Repeated,

    /// <summary>Refused for another reason of the rules.</summary>
    Refused,

    /// <summary>Turned away because the service had too much to do; may be tried again.</summary>
    Overloaded,

    /// <summary>No answer, or one that nobody can use: an exception, a broken connection, a timeout.</summary>
    Failed,
}

/// <summary>A number for each outcome. Not safe for several threads at once.</summary>
public sealed class OutcomeCounts
{
    private readonly long[] _counts = new long[Kinds];

    internal static int Kinds { get; } = Enum.GetValues<Outcome>().Length;

    public long this[Outcome outcome]
    {
        get => _counts[(int)outcome];
        set => _counts[(int)outcome] = value;
    }

    public long Sum => _counts.Sum();

    /// <summary>Operations that were answered by a decision, be it yes or no.</summary>
    public long Answered => Sum - this[Outcome.Overloaded] - this[Outcome.Failed];

    public void Add(Outcome outcome) => _counts[(int)outcome]++;

    public void Add(OutcomeCounts other)
    {
        for (var kind = 0; kind < _counts.Length; kind++)
        {
            _counts[kind] += other._counts[kind];
        }
    }
}
