using BenchmarkDotNet.Attributes;

namespace Inventory.Benchmarks;

/// <summary>A call of a grain that does nothing: what the engine costs.</summary>
public class GrainCall
{
    private const int Many = 10_000;
    private const int CallsPerThread = 50_000;
    private IEchoGrain[] _grains = [];
    private World? _world;
    private int _next;

    [GlobalSetup]
    public async Task Setup()
    {
        _world = await World.StartAsync();
        _grains = [.. Enumerable.Range(0, Many).Select(i => _world.Grains.GetGrain<IEchoGrain>(i))];
        foreach (var grain in _grains)
        {
            await grain.Echo(0);
        }
    }

    [Benchmark]
    public ValueTask<int> One() => _grains[0].Echo(1);

    /// <summary>One of 10,000 in turn.</summary>
    [Benchmark]
    public ValueTask<int> Spread() => _grains[_next = _next + 1 == Many ? 0 : _next + 1].Echo(1);

    /// <summary>The same by its id.</summary>
    [Benchmark]
    public ValueTask<int> ById() => _world!.Grains.GetGrain<IEchoGrain>(_next = _next + 1 == Many ? 0 : _next + 1).Echo(1);

    /// <summary>Over 10,000 from every core at once: time per call of all.</summary>
    [Benchmark(OperationsPerInvoke = 2 * CallsPerThread)]
    public Task Parallel() => Task.WhenAll(Task.Run(() => CallMany(0)), Task.Run(() => CallMany(Many / 2)));

    [GlobalCleanup]
    public async Task Cleanup() => await _world!.DisposeAsync();

    private async Task CallMany(int first)
    {
        for (var i = 0; i < CallsPerThread; i++)
        {
            await _grains[(first + i) % Many].Echo(i);
        }
    }
}
