namespace Inventory.Grpc.Tests.Doubles;

/// <summary>Waits for what another thread does, with patience.</summary>
internal static class Eventually
{
    public static Task Is(Func<bool> condition, string what) => Is(() => Task.FromResult(condition()), what);

    public static async Task Is(Func<Task<bool>> condition, string what)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var pulse = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!await condition())
        {
            Assert.False(patience.IsCancellationRequested, $"Waited in vain until {what}.");
            await pulse.WaitForNextTickAsync();
        }
    }
}
