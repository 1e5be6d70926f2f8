namespace Inventory.Benchmarks;

/// <summary>A grain that does nothing, to measure the engine by.</summary>
public interface IEchoGrain : IGrainWithIntegerKey
{
    /// <summary>Answers its argument.</summary>
    ValueTask<int> Echo(int value);
}

internal sealed class EchoGrain : Grain, IEchoGrain
{
    public ValueTask<int> Echo(int value) => new(value);
}
