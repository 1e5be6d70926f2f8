using System.Globalization;

namespace Inventory.Cli.Replay;

/// <summary>
/// A transfer of a week: synthetic, drawn from the seed. A hub sends some SKUs to a store; half of the transfers hold their units before, and of
/// one in ten a unit is lost on the way.
/// </summary>
/// <param name="Number">Place among all transfers, from 0.</param>
/// <param name="From">Index of the hub.</param>
/// <param name="To">Index of the store.</param>
/// <param name="Lines">Index of a line of each SKU, which names it, and units.</param>
/// <param name="Hold">Hold the units at the hub first, all or none.</param>
/// <param name="LosesOne">A unit of the first line that went never comes.</param>
internal sealed record TransferDraw(int Number, int From, int To, (int Line, int Units)[] Lines, bool Hold, bool LosesOne)
{
    private const int SkusMax = 20;
    private const int UnitsMax = 12;
    private const long WeekMs = 7L * 24 * 60 * 60 * 1000;

    /// <summary>The lines before which a week begins, in order; as often as transfers begin with it.</summary>
    public static IEnumerable<int> Begins(World world)
    {
        var each = world.Settings.Orders!.TransfersPerWeek;
        if (world.Stores.Length == world.Hubs.Length)
        {
            yield break; // nowhere to send anything
        }

        for (var (i, week) = (0, -1L); i < world.Lines.Length; i++)
        {
            var now = (world.Lines[i].TimeMs - world.Lines[0].TimeMs) / WeekMs;
            for (; week < now; week++)
            {
                for (var j = 0; j < each; j++)
                {
                    yield return i;
                }
            }
        }
    }

    /// <summary>Draws a transfer: the same arguments, the same transfer.</summary>
    public static TransferDraw Of(World world, int number)
    {
        var draw = Seeded.For(world.Settings.Seed, "transfer", number.ToString(CultureInfo.InvariantCulture));
        var from = world.Hubs[draw.Below(world.Hubs.Length)];
        var to = draw.Below(world.Stores.Length);
        while (Array.IndexOf(world.Hubs, to) >= 0)
        {
            to = (to + 1) % world.Stores.Length;
        }

        // By lines and not by SKUs: what is sold often is sent often.
        var lines = new SortedDictionary<int, (int Line, int Units)>();
        for (var (i, wanted) = (0, 1 + draw.Below(SkusMax)); i < wanted; i++)
        {
            var line = draw.Below(world.Lines.Length);
            lines[world.SkuOf[line]] = (line, 1 + draw.Below(UnitsMax));
        }

        return new TransferDraw(number, from, to, [.. lines.Values], draw.Chance(0.5), draw.Chance(0.1));
    }
}
