namespace Inventory.Grains.Tests;

/// <summary>Time that passes while a test waits for something: what is done when a time has come, or after a pause, needs it.</summary>
/// <remarks>
/// Slowly at first, so that little happens between what a test sees and what it does then; faster once it has waited for long. Whoever waits for more of the
/// world's time than anybody is to rest waits in vain, however fast the machine is.
/// </remarks>
internal sealed class Passage(World world) : IDisposable
{
    private const int SlowTicks = 500;
    private static readonly TimeSpan s_slowly = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan s_faster = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(5);
    private readonly CancellationTokenSource _patience = new(World.Patience);
    private readonly PeriodicTimer _ticks = new(TimeSpan.FromMilliseconds(2));
    private TimeSpan _passed;
    private int _count;

    /// <summary>Lets a moment pass; fails the test if it has waited in vain.</summary>
    /// <param name="told">What it waited for, and what is so instead.</param>
    public async Task Next(Func<Task<string>> told)
    {
        if (_passed > s_longest || _patience.IsCancellationRequested)
        {
            Assert.Fail($"Waited in vain, {_passed} of the world's time, for {await told()}");
        }

        await _ticks.WaitForNextTickAsync();
        var step = _count++ < SlowTicks ? s_slowly : s_faster;
        _passed += step;
        world.Time.Advance(step);
    }

    public void Dispose()
    {
        _patience.Dispose();
        _ticks.Dispose();
    }
}
