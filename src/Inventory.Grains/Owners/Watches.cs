using Orleans.Runtime;

namespace Inventory.Grains;

/// <summary>Grains that watch something by themselves, as long as there is anything to watch.</summary>
internal static class Watches
{
    private static readonly TimeSpan s_retryPause = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Lets the next activation go on where one that watched ends: the clock jumped, or the machine stood still for longer than it stays by itself. Tried
    /// until it lives, since nobody else may ever ask for it.
    /// </summary>
    /// <param name="silo">Where they live.</param>
    /// <param name="resume">Calls the next.</param>
    public static async Task GoOn(SiloParts silo, Func<ValueTask> resume)
    {
        while (!silo.IsStopping)
        {
            try
            {
                await resume();
                return;
            }
            catch (SiloUnavailableException)
            {
                return; // it stops; the next silo begins with all who watch
            }
            catch (Exception)
            {
                await Task.Delay(s_retryPause, silo.Time); // it cannot be read now
            }
        }
    }
}
