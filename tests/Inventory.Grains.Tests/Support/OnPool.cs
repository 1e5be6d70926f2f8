using System.Runtime.CompilerServices;

namespace Inventory.Grains.Tests;

/// <summary>Awaiting it goes on without the test framework's context, which would queue behind each other what a silo does in parallel.</summary>
internal readonly struct OnPool<T>(Task<T> task)
{
    public ConfiguredTaskAwaitable<T>.ConfiguredTaskAwaiter GetAwaiter() =>
        task.ConfigureAwait(ConfigureAwaitOptions.ForceYielding).GetAwaiter();
}
