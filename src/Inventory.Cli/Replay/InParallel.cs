namespace Inventory.Cli.Replay;

/// <summary>Runs the same work over many things with a fixed number of hands.</summary>
internal static class InParallel
{
    /// <summary>
    /// Calls <paramref name="work"/> for each thing with the number of the hand that does it, 0 to <paramref name="hands"/> - 1.
    /// </summary>
    public static async Task ForEachAsync<T>(IReadOnlyList<T> things, int hands, Func<T, int, Task> work)
    {
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, hands).Select(hand => Task.Run(async () =>
        {
            try
            {
                for (var i = Interlocked.Increment(ref next); i < things.Count; i = Interlocked.Increment(ref next))
                {
                    await work(things[i], hand);
                }
            }
            catch
            {
                Volatile.Write(ref next, things.Count);
                throw;
            }
        })));
    }
}
