namespace Inventory.Cli.Replay;

/// <summary>One thing that happens in a year of orders.</summary>
/// <param name="Lines">Indexes of its lines, in order: the sale lines of an order, or one line that is no sale.</param>
/// <param name="SoldAs">Of a return: the index of the line with which the goods were probably sold; -1 if there is none.</param>
/// <param name="SoldBy">Of a return: the index of the event with that line; -1 if there is none.</param>
/// <param name="After">The event that must be over first: that one, or the return before this one of the same line; -1 if there is none.</param>
/// <param name="Transfer">Number of a transfer, which has no lines of its own and begins with that line; -1 if it is none.</param>
internal sealed record YearEvent(int[] Lines, int SoldAs = -1, int SoldBy = -1, int After = -1, int Transfer = -1)
{
    /// <summary>Its first line; names it, if it is no transfer.</summary>
    public int First => Lines[0];

    /// <summary>How many lines have their result with it.</summary>
    public int Played => Transfer < 0 ? Lines.Length : 0;

    /// <summary>True if it is an order.</summary>
    public bool IsOrder(OrderLine[] lines) => Transfer < 0 && lines[First].Kind == LineKind.Sale;

    /// <summary>Names it in a state file: <see cref="LineResult.Extra"/> of its last result.</summary>
    public ushort Mark => (ushort)(Transfer + 1);
}

/// <summary>
/// A year as orders: the sale lines of an invoice are one order at the time of its first line, wherever they stand in the file; what is no sale
/// stays a line by itself. A return is matched with the latest sale of its SKU to its customer that has enough units not yet matched, or with that
/// which has most. All of this is a function of the lines alone.
/// </summary>
internal sealed class OrderYear
{
    /// <summary>Most lines of an order that the service takes; a longer invoice is several orders.</summary>
    public const int LinesMax = 1_000;

    private OrderYear(YearEvent[] events, int orders) => (Events, Orders) = (events, orders);

    /// <summary>What happens, in the order of first lines.</summary>
    public YearEvent[] Events { get; }

    /// <summary>How many of them are orders.</summary>
    public int Orders { get; }

    /// <summary>The year of a world, with transfers at the beginning of each week.</summary>
    public static OrderYear Make(World world) => Make(world.Lines, TransferDraw.Begins(world));

    /// <summary>The year of some lines.</summary>
    /// <param name="lines">In the order of time.</param>
    /// <param name="transfers">For each transfer the line before which it begins, in order; none if absent.</param>
    public static OrderYear Make(OrderLine[] lines, IEnumerable<int>? transfers = null)
    {
        var sales = new Dictionary<string, List<int>>(StringComparer.Ordinal);
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].Kind != LineKind.Sale)
            {
                continue;
            }

            if (!sales.TryGetValue(lines[i].Invoice, out var invoice))
            {
                sales.Add(lines[i].Invoice, invoice = []);
            }

            invoice.Add(i);
        }

        var chunks = sales.Values.SelectMany(invoice => invoice.Chunk(LinesMax)).ToArray();
        var singles = Enumerable.Range(0, lines.Length).Where(i => lines[i].Kind != LineKind.Sale).Select(i => new[] { i });
        var moved = (transfers ?? []).Select((line, number) => new YearEvent([line], Transfer: number));
        var events = moved.Concat(chunks.Concat(singles).Select(each => new YearEvent(each))).OrderBy(each => each.First).ToArray();
        Match(lines, events);
        return new OrderYear(events, chunks.Length);
    }

    private static void Match(OrderLine[] lines, YearEvent[] events)
    {
        var sold = new Dictionary<(string Customer, string Sku), List<Sale>>();
        for (var i = 0; i < events.Length; i++)
        {
            if (events[i].Transfer >= 0)
            {
                continue;
            }

            var first = lines[events[i].First];
            if (first.Kind == LineKind.Return && sold.TryGetValue((first.Customer, first.Sku), out var sales))
            {
                events[i] = Match(first.Units, events[i], i, sales);
            }

            foreach (var line in events[i].Lines.Where(line => lines[line].Kind == LineKind.Sale && lines[line].Customer.Length > 0))
            {
                var key = (lines[line].Customer, lines[line].Sku);
                if (!sold.TryGetValue(key, out var known))
                {
                    sold.Add(key, known = []);
                }

                known.Add(new Sale(line, i, i, lines[line].Units));
            }
        }
    }

    private static YearEvent Match(int units, YearEvent returned, int index, List<Sale> sales)
    {
        var at = sales.FindLastIndex(sale => sale.Left >= units);
        at = at >= 0 ? at : sales.FindLastIndex(sale => sale.Left == sales.Max(each => each.Left));
        var sale = sales[at];
        if (sale.Left == 0)
        {
            return returned;
        }

        sales[at] = sale with { Last = index, Left = Math.Max(0, sale.Left - units) };
        return returned with { SoldAs = sale.Line, SoldBy = sale.Event, After = sale.Last };
    }

    /// <summary>A line that was sold, the last event about it, and how many of its units no return was matched with.</summary>
    private readonly record struct Sale(int Line, int Event, int Last, int Left);
}
