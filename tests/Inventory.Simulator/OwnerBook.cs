namespace Inventory.Simulator;

/// <summary>What the auditor has seen an owner other than a stock write, byte for byte.</summary>
internal abstract class OwnerBook(string stream)
{
    private readonly List<byte[]> _events = [];

    public string Stream => stream;

    public long Version => _events.Count;

    /// <summary>Highest version that anybody was told of: it must never be lost.</summary>
    public long Told { get; private set; }

    public ReadOnlySpan<byte> EventAt(long version) => _events[(int)version - 1];

    public void Tell(long version) => Told = Math.Max(Told, version);

    /// <summary>Adds an event. Returns what is wrong with it; null if nothing is.</summary>
    public string? Append(ReadOnlySpan<byte> payload)
    {
        _events.Add(payload.ToArray());
        return Take(payload) is { } problem ? $"{stream} version {Version}: {problem}" : null;
    }

    /// <summary>After a restart: what came later was lost.</summary>
    public void Restore(long version)
    {
        _events.RemoveRange((int)version, _events.Count - (int)version);
        Forget(version);
    }

    protected abstract string? Take(ReadOnlySpan<byte> payload);

    protected abstract void Forget(long version);
}

/// <summary>The same with what it all comes to, version by version. A state is a value: each version can be looked at later.</summary>
internal abstract class OwnerBook<TState>(string stream, TState first) : OwnerBook(stream)
{
    private readonly List<TState> _after = [];

    public TState Now => At(Version);

    public TState At(long version) => version == 0 ? first : _after[(int)version - 1];

    /// <summary>What an event makes of a state, and what is wrong with that; null if nothing is.</summary>
    protected abstract (TState After, string? Problem) After(TState before, ReadOnlySpan<byte> payload);

    protected override string? Take(ReadOnlySpan<byte> payload)
    {
        var (after, problem) = After(_after.Count == 0 ? first : _after[^1], payload);
        _after.Add(after);
        return problem;
    }

    protected override void Forget(long version) => _after.RemoveRange((int)version, _after.Count - (int)version);
}
