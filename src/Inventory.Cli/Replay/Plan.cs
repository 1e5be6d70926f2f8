namespace Inventory.Cli.Replay;

/// <summary>The sale lines of one order that are reserved together. All its callers meet at it; the last to arrive plays it.</summary>
internal sealed class OrderGroup(int[] lines)
{
    private readonly TaskCompletionSource _played = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _awaited;

    /// <summary>Indexes of the lines, in order; two or more.</summary>
    public int[] Lines { get; } = lines;

    /// <summary>Completes when the group has been played.</summary>
    public Task Played => _played.Task;

    /// <summary>One more caller takes part.</summary>
    public void Expect() => _awaited++;

    /// <summary>True for the last caller to arrive: it plays the group while the others wait.</summary>
    public bool Arrive() => Interlocked.Decrement(ref _awaited) == 0;

    public void Finish() => _played.TrySetResult();
}

/// <summary>One piece of a caller's work: a line by itself, or a group in which the caller has a part.</summary>
internal readonly record struct WorkItem(int Line, OrderGroup? Group);

/// <summary>
/// Deals the lines out to callers. A SKU belongs to one caller, which plays its lines strictly in order, so the state of a SKU never
/// depends on how fast other callers are. Groups are met in the order of their first line by everyone, so waiting for each other cannot
/// deadlock.
/// </summary>
internal sealed class Plan
{
    private const int GroupLinesMax = 50;

    private Plan(WorkItem[][] work, int groups, int groupedLines)
    {
        Work = work;
        Groups = groups;
        GroupedLines = groupedLines;
    }

    /// <summary>The work of each caller, in order.</summary>
    public WorkItem[][] Work { get; }

    public int Groups { get; }

    public int GroupedLines { get; }

    /// <summary>Deals out what is not done yet.</summary>
    /// <param name="world">The lines.</param>
    /// <param name="callers">Among how many.</param>
    /// <param name="done">True for lines with a result already; of a group all or none.</param>
    public static Plan Make(World world, int callers, bool[]? done = null)
    {
        var callerOf = Deal(world, callers);
        var groupOf = Group(world);
        var work = new List<WorkItem>[callers];
        for (var i = 0; i < callers; i++)
        {
            work[i] = new List<WorkItem>(world.Lines.Length / callers);
        }

        var (groups, grouped) = (0, 0);
        for (var i = 0; i < world.Lines.Length; i++)
        {
            if (done?[i] == true)
            {
                continue;
            }

            if (!groupOf.TryGetValue(i, out var group))
            {
                work[callerOf[world.SkuOf[i]]].Add(new WorkItem(i, null));
            }
            else if (group.Lines[0] == i)
            {
                groups++;
                grouped += group.Lines.Length;
                foreach (var caller in group.Lines.Select(line => callerOf[world.SkuOf[line]]).Distinct())
                {
                    group.Expect();
                    work[caller].Add(new WorkItem(i, group));
                }
            }
        }

        return new Plan([.. work.Select(items => items.ToArray())], groups, grouped);
    }

    /// <summary>The group of each grouped line: a function of data and seed, whatever the number of callers.</summary>
    public static Dictionary<int, OrderGroup> Group(World world)
    {
        var groupOf = new Dictionary<int, OrderGroup>();
        var share = world.Settings.MultiLineShare;
        var lines = world.Lines;
        for (var first = 0; share > 0 && first < lines.Length;)
        {
            var end = first + 1;
            while (end < lines.Length && lines[end].Invoice == lines[first].Invoice && lines[end].TimeMs == lines[first].TimeMs)
            {
                end++;
            }

            if (Seeded.For(world.Settings.Seed, "multi-line", lines[first].Invoice).Chance(share))
            {
                AddGroup(groupOf, [.. Enumerable.Range(first, end - first).Where(i => lines[i].Kind == LineKind.Sale)]);
            }

            first = end;
        }

        return groupOf;
    }

    private static void AddGroup(Dictionary<int, OrderGroup> groupOf, int[] lines)
    {
        if (lines.Length is < 2 or > GroupLinesMax)
        {
            return;
        }

        var group = new OrderGroup(lines);
        foreach (var line in lines)
        {
            groupOf.Add(line, group);
        }
    }

    /// <summary>SKUs to callers, the busiest SKU first, always to the caller with the fewest lines.</summary>
    private static int[] Deal(World world, int callers)
    {
        var lines = new int[world.Skus.Length];
        foreach (var sku in world.SkuOf)
        {
            lines[sku]++;
        }

        var load = new PriorityQueue<int, (int Lines, int Caller)>();
        for (var caller = 0; caller < callers; caller++)
        {
            load.Enqueue(caller, (0, caller));
        }

        var callerOf = new int[world.Skus.Length];
        foreach (var sku in Enumerable.Range(0, lines.Length).OrderByDescending(i => lines[i]).ThenBy(i => i))
        {
            load.TryDequeue(out var caller, out var least);
            callerOf[sku] = caller;
            load.Enqueue(caller, (least.Lines + lines[sku], caller));
        }

        return callerOf;
    }
}
