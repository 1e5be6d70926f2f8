namespace Inventory.Cli.Replay;

/// <summary>
/// Draws what is on the shelves before the first line: synthetic, from the seed and from each SKU's own sales. A SKU is stocked at a
/// number of stores that follows its popularity; one of them, a wholesale warehouse if there is one, keeps the reserve from which the
/// largest single line can be served. In total some SKUs get less than they will sell, so that stock-outs occur. Where orders are played,
/// a few hubs share the reserve of every SKU, so that an order of many lines can come from one place.
/// </summary>
internal static class OpeningStock
{
    private const int PositionsMax = 300_000;

    /// <summary>Opening units over units sold, least and most; below 1 with the reserve and the returns the SKU runs out.</summary>
    private const double CoverLeast = 0.75;
    private const double CoverMost = 1.45;

    /// <summary>Share of the opening units that the reserve keeps, besides enough for the largest line.</summary>
    private const double ReserveShare = 0.45;

    private readonly record struct Demand(int Lines, long Units, int LargestLine);

    public static (int Store, int Units)[][] Draw(World world)
    {
        var demands = Demands(world);
        var spread = Spread(world, demands);
        var warehouses = Enumerable.Range(0, world.Stores.Length).Where(i => world.Stores[i].Kind == StoreKind.Wholesale).ToArray();
        var scratch = new int[world.Stores.Length];
        var opening = new (int, int)[world.Skus.Length][];
        for (var i = 0; i < opening.Length; i++)
        {
            var draw = Seeded.For(world.Settings.Seed, "opening", world.Skus[i]);
            var reserve = warehouses.Length > 0 ? warehouses[draw.Below(warehouses.Length)] : draw.Below(world.Stores.Length);
            var chosen = Choose(scratch, spread[i], reserve, ref draw);
            opening[i] = Fill(chosen, demands[i], world.Stores, ref draw);
            if (world.Hubs.Length > 0)
            {
                opening[i] = Share(opening[i], demands[i].LargestLine, world.Hubs);
            }
        }

        return opening;
    }

    private static Demand[] Demands(World world)
    {
        var demands = new Demand[world.Skus.Length];
        for (var i = 0; i < world.Lines.Length; i++)
        {
            var line = world.Lines[i];
            ref var demand = ref demands[world.SkuOf[i]];
            if (line.Kind is LineKind.Sale or LineKind.WriteOff)
            {
                var largest = line.Kind == LineKind.Sale ? Math.Max(demand.LargestLine, line.Units) : demand.LargestLine;
                demand = new Demand(demand.Lines + 1, demand.Units + line.Units, largest);
            }
        }

        return demands;
    }

    /// <summary>At how many stores each SKU is stocked.</summary>
    private static int[] Spread(World world, Demand[] demands)
    {
        var settings = world.Settings;
        var most = settings.PositionsMax > 0
            ? settings.PositionsMax
            : Math.Min(PositionsMax, Math.Max(world.Skus.Length * 8, world.Lines.Length));
        var weights = demands.Select(demand => Math.Pow(demand.Lines, 0.7)).ToArray();
        var sum = Math.Max(1, weights.Sum());
        return [.. weights.Select(weight => Math.Clamp((int)(most * weight / sum), 1, world.Stores.Length))];
    }

    /// <summary>The reserve first, then others without repetition.</summary>
    private static int[] Choose(int[] scratch, int count, int reserve, ref Seeded draw)
    {
        var chosen = new int[count];
        for (var i = 0; i < scratch.Length; i++)
        {
            scratch[i] = i;
        }

        Swap(scratch, 0, reserve);
        for (var i = 0; i < count; i++)
        {
            if (i > 0)
            {
                Swap(scratch, i, i + draw.Below(scratch.Length - i));
            }

            chosen[i] = scratch[i];
        }

        return chosen;
    }

    private static (int Store, int Units)[] Fill(int[] chosen, Demand demand, Store[] stores, ref Seeded draw)
    {
        var cover = CoverLeast + ((CoverMost - CoverLeast) * draw.Unit());
        var total = Math.Max(4, demand.Units * cover);
        var weights = new double[chosen.Length];
        double sum = 0;
        for (var i = 1; i < chosen.Length; i++)
        {
            sum += weights[i] = (0.2 + draw.Exponential()) * (stores[chosen[i]].Kind == StoreKind.Supermarket ? 1 : 2);
        }

        var rows = new List<(int, int)>(chosen.Length);
        for (var i = 0; i < chosen.Length; i++)
        {
            var units = i == 0
                ? demand.LargestLine + (total * (chosen.Length == 1 ? 1 : ReserveShare))
                : total * (1 - ReserveShare) * weights[i] / sum;
            var whole = (int)Math.Min(1_000_000_000, Math.Round(units));
            if (whole > 0)
            {
                rows.Add((chosen[i], whole));
            }
        }

        return [.. rows];
    }

    /// <summary>Divides the reserve among the hubs; the first of them, another one for each SKU, keeps enough for the largest line.</summary>
    private static (int Store, int Units)[] Share((int Store, int Units)[] rows, int largestLine, int[] hubs)
    {
        var (reserve, rest) = (rows[0], rows[1..]);
        var each = Math.Max(1, (reserve.Units - largestLine) / hubs.Length);
        var main = hubs[reserve.Store % hubs.Length];
        var units = new SortedDictionary<int, int>();
        foreach (var (store, more) in hubs.Select(hub => (hub, hub == main ? each + largestLine : each)).Concat(rest))
        {
            units[store] = units.GetValueOrDefault(store) + more;
        }

        return [.. units.Select(row => (row.Key, row.Value))];
    }

    private static void Swap(int[] values, int a, int b) => (values[a], values[b]) = (values[b], values[a]);
}
