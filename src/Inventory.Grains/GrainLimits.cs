namespace Inventory.Grains;

/// <summary>Every bound of the owners, with its reason.</summary>
public static class GrainLimits
{
    /// <summary>Most commands of one call to a stock: a turn stays well under a millisecond's work per hundred.</summary>
    public const int CommandsPerCallMax = 16_384;

    /// <summary>Most calls that wait for a change at one board: a hot item is watched by every channel's cache, not by every customer.</summary>
    public const int WatchersPerBoardMax = 10_000;

    /// <summary>Locations of a board that are gone over one by one; of more those near a point are looked up.</summary>
    public const int BoardEntriesFew = 128;

    /// <summary>
    /// Locations that a routing looks at first, the nearest ones: most orders need no others, and so many cost no more than a tenth of a millisecond.
    /// </summary>
    public const int RouteNearFirst = 64;

    /// <summary>How many stocks a board asks at once when it starts: enough to keep two cores busy, few enough to leave room for others.</summary>
    public const int BoardRebuildWidth = 64;

    /// <summary>
    /// How long a board that starts waits for one stock, in milliseconds, before it goes on without and asks again: far longer than a disk's pause.
    /// </summary>
    public const int FigureWaitMs = 5_000;

    /// <summary>How many lines of one reservation are asked at once.</summary>
    public const int LinesAtOnce = 32;

    /// <summary>Most lines of a reservation.</summary>
    public const int LinesMax = 1_000;

    /// <summary>How long an order that waits does not ask a stock again by itself that holds no so many, or so few, units at once, milliseconds.</summary>
    public const long RuledOutMs = 3_600_000;

    /// <summary>How long a line may stay in doubt, in milliseconds: longer than any healthy step, short against a customer's patience.</summary>
    public const long LeaseMs = 10_000;

    /// <summary>Most slots of one question: sixty days and their hours.</summary>
    public const int SlotsPerCallMax = 2_000;

    /// <summary>How long one call waits for a change on a board, in milliseconds; well under the engine's response timeout of 30 s.</summary>
    public const int WatchWaitMs = 10_000;

    /// <summary>How often a silo asks for changed locations, in milliseconds: closing a store reaches every silo well within a second.</summary>
    public const int DirectoryPollMs = 200;

    /// <summary>How many parts the list of all orders has, by the beginning of their names: ten million orders make each a few megabytes.</summary>
    public const int OrderShards = 64;

    /// <summary>How many orders that wait are tried again at once in a silo, for all SKUs together: customers who order now come first.</summary>
    public const int WakingAtOnce = 16;

    /// <summary>
    /// How many orders may wait for a SKU before a new one is refused: all are tried when more is announced, some thousand a second. One that exists already
    /// and loses its units, as by a reject, waits in any case.
    /// </summary>
    public const int WaitingPerSkuMax = 20_000;

    /// <summary>How many orders that wait for a SKU are tried, one after the other, before others have a turn.</summary>
    public const int WokenPerPage = 32;

    /// <summary>How long a list of those who wait rests after a page, in milliseconds.</summary>
    public const int WakeRestMs = 50;

    /// <summary>
    /// How often those who wait are tried though no stock has come, in milliseconds, while there is any: for what no board tells, such as capacity or a policy.
    /// </summary>
    public const int WakeSweepMs = 15 * 60_000;

    /// <summary>How often a list of those who wait asks the board anew to call it, in milliseconds: a board that has ended since has forgotten it.</summary>
    public const int WakeArmMs = 60_000;

    /// <summary>How often the orders that wait for a SKU are gone through in <see cref="WalkWindowMs"/>.</summary>
    public const int WalksPerWindowMax = 20;

    /// <summary>When an order asks again how its promises stand, if that cannot be told now, in milliseconds.</summary>
    public const int AskSupplyAgainMs = 1_000;

    /// <summary>Time of <see cref="WalksPerWindowMax"/>, in milliseconds.</summary>
    public const int WalkWindowMs = 1_000;

    /// <summary>How often an order is tried again by itself; from then on only when somebody asks, so that steps are left for other things.</summary>
    public const int WakesPerOrderMax = 250;

    /// <summary>How many stocks an order asks for what they expect of a SKU: the nearest of those that ever expected any.</summary>
    public const int SuppliesAskedMax = 256;

    /// <summary>How many announcements are told of that an order is not promised: a person reads them.</summary>
    public const int UnusedSupplyMax = 64;

    /// <summary>How many announcements of a SKU an order looks at: those that are due first.</summary>
    public const int SupplyOffersMax = 64;

    /// <summary>How many closed locations are left by their orders at once; each asks one order after the other.</summary>
    public const int EvacuationsAtOnce = 8;

    /// <summary>How often all locations are looked at for those that have closed, in milliseconds, beside when any changes and when a life ends.</summary>
    public const int ClosedLookMs = 60_000;

    /// <summary>How many locations one routing asks for their free capacity: the nearest of those that state one.</summary>
    public const int WorkAskedMax = 64;
}
