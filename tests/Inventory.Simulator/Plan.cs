using System.Globalization;
using System.Text;

namespace Inventory.Simulator;

/// <summary>What goes wrong around the code under test.</summary>
[Flags]
public enum Faults
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The process ends between two steps; what it wrote stays visible.</summary>
    Kill = 1,

    /// <summary>The machine goes off: of what was not synced each sector and each name survives or not.</summary>
    PowerLoss = 2,

    /// <summary>A sync fails, and the kernel calls the lost pages clean.</summary>
    FailedSync = 4,

    /// <summary>The disk takes up to seconds for a batch.</summary>
    SlowSync = 8,

    /// <summary>The disk is full.</summary>
    FullDisk = 16,

    /// <summary>A bit of a file flips while the process is down.</summary>
    FlippedBit = 32,

    /// <summary>The clock jumps forward by minutes or hours.</summary>
    ClockJump = 64,

    /// <summary>An orderly stop and start.</summary>
    Stop = 128,

    /// <summary>The machine goes off at some step of recovery, or of a later write.</summary>
    CrashAtDiskStep = 256,

    /// <summary>What a stock tells its board is lost, and the stock learns so seconds later.</summary>
    LostNews = 512,

    /// <summary>All of them.</summary>
    All = 1023,
}

/// <summary>A mistake planted on purpose, to show that the auditor finds it.</summary>
public enum Bug
{
    /// <summary>None.</summary>
    None,

    /// <summary>Callers are told before the sync.</summary>
    AckBeforeSync,

    /// <summary>Callers are told when the record before theirs is durable.</summary>
    AckOneRecordEarly,

    /// <summary>A failed sync is taken for a good one.</summary>
    SyncFailureIgnored,

    /// <summary>Every third sync is left out.</summary>
    SyncLeftOut,

    /// <summary>New files are not made safe in their directory.</summary>
    NamesNotSynced,

    /// <summary>A snapshot leaves out the ids of earlier writes.</summary>
    IdsForgottenAtSnapshot,

    /// <summary>A snapshot leaves out a hold.</summary>
    HoldLostAtSnapshot,

    /// <summary>Recovery passes over releases.</summary>
    ReleaseLostAtRecovery,

    /// <summary>Recovery applies receipts twice.</summary>
    ReceiptTwiceAtRecovery,

    /// <summary>Recovery lets holds live one millisecond longer.</summary>
    ExpiryOffByOneAtRecovery,

    /// <summary>A write is sometimes sent twice with different ids.</summary>
    RetryWithNewId,

    /// <summary>A count is taken as the truth of now, whatever was sold since.</summary>
    LateCountAsOfNow,

    /// <summary>Availability is served from a cache that ignores the version asked for.</summary>
    StaleAvailability,

    /// <summary>Confirming several lines is sometimes answered without being done.</summary>
    ConfirmNotDone,

    /// <summary>Recovery takes work that was granted for work that was given back.</summary>
    WorkForgottenAtRecovery,

    /// <summary>A refusal for lack of units is answered although there are enough.</summary>
    NeedlessRefusal,

    /// <summary>Recovery passes over what an order has cancelled.</summary>
    CancelForgottenAtRecovery,

    /// <summary>Recovery passes over what came back through an order.</summary>
    ReturnForgottenAtRecovery,

    /// <summary>A transfer notes a line as sent that its stock refused.</summary>
    RefusedLineSent,

    /// <summary>Recovery passes over what a transfer has taken in, so that it can be taken in again.</summary>
    ArrivalOfTransferForgottenAtRecovery,

    /// <summary>Recovery passes over promises of supply, so that their units can be promised again.</summary>
    PromiseForgottenAtRecovery,

    /// <summary>Recovery takes supply that has arrived for supply that is still to come.</summary>
    ArrivalForgottenAtRecovery,

    /// <summary>Recovery passes over what transfers have announced to a stock.</summary>
    CargoForgottenAtRecovery,

    /// <summary>A kit is sometimes reserved as its first component alone.</summary>
    KitReservedInPart,

    /// <summary>A kit is sometimes taken back as its first component alone.</summary>
    KitReturnedInPart,

    /// <summary>Recovery takes a lot for one that is good a day longer.</summary>
    LotKeptADayLonger,

    /// <summary>What orders and reservations hand over is written without its lots.</summary>
    LotsOfOrdersNotWritten,

    /// <summary>Recovery takes a promise to an order for one that belongs to nobody.</summary>
    ClaimForgottenAtRecovery,

    /// <summary>Recovery passes over what orders have given up of their promises, as those that are cancelled do.</summary>
    GivenUpClaimForgottenAtRecovery,

    /// <summary>Recovery passes over what an order has taken over of its promises, so that it takes it over again.</summary>
    ArrivalForOrderForgottenAtRecovery,

    /// <summary>What came for a kit that is given up is not given back, though its order says so.</summary>
    ComponentKeptForGivenUpKit,

    /// <summary>An order does not put on record that what it was promised comes on another day.</summary>
    LateSupplyNotNoted,

    /// <summary>An order does not put on record that a promise takes capacity of another day.</summary>
    MovedCapacityNotNoted,

    /// <summary>What comes back through an order or in a kit is booked on another lot than was named.</summary>
    ReturnOnAnotherLot,

    /// <summary>What arrives in a lot is written without it.</summary>
    ArrivalWithoutItsLot,
}

/// <summary>All that a run depends on: equal plans give equal runs.</summary>
/// <param name="Seed">Decides everything that is left open.</param>
/// <param name="Clients">Callers at once.</param>
/// <param name="Calls">Calls of each.</param>
/// <param name="Faults">What may go wrong.</param>
/// <param name="Bug">What is wrong.</param>
/// <param name="Orders">Callers at once beside the others who place orders and go on with them.</param>
/// <param name="Transfers">Callers at once beside the others who send units from place to place.</param>
/// <param name="Supply">Callers at once beside the others who announce, promise and take in what is not there yet.</param>
/// <param name="Kits">Callers at once beside the others who define a kit, reserve it and bring it back; orders have lines of it then.</param>
/// <param name="Lots">Callers at once beside the others who sell what has a date; orders have lines of it then, and kits have it in them.</param>
/// <param name="BackOrders">Callers at once beside the others who order what is not there yet, so that it is promised from what is to come.</param>
public sealed record Plan(
    int Seed,
    int Clients = 5,
    int Calls = 60,
    Faults Faults = Faults.All,
    Bug Bug = Bug.None,
    int Orders = 0,
    int Transfers = 0,
    int Supply = 0,
    int Kits = 0,
    int Lots = 0,
    int BackOrders = 0)
{
    /// <summary>A plan whose callers are those among whom a planted mistake can show.</summary>
    public static Plan For(Bug bug, int seed) => bug switch
    {
        Bug.CancelForgottenAtRecovery or Bug.ReturnForgottenAtRecovery => new Plan(seed, Clients: 1, Orders: 4, Bug: bug),
        Bug.RefusedLineSent or Bug.ArrivalOfTransferForgottenAtRecovery => new Plan(seed, Clients: 1, Transfers: 4, Bug: bug),
        Bug.PromiseForgottenAtRecovery or Bug.ArrivalForgottenAtRecovery => new Plan(seed, Clients: 1, Supply: 4, Bug: bug),
        Bug.CargoForgottenAtRecovery => new Plan(seed, Clients: 1, Transfers: 3, Supply: 2, Bug: bug),
        Bug.ClaimForgottenAtRecovery or Bug.GivenUpClaimForgottenAtRecovery or Bug.ArrivalForOrderForgottenAtRecovery =>
            new Plan(seed, Clients: 1, Supply: 2, BackOrders: 3, Bug: bug),
        Bug.ComponentKeptForGivenUpKit => new Plan(seed, Clients: 1, Supply: 3, Kits: 1, BackOrders: 4, Bug: bug),
        Bug.LateSupplyNotNoted or Bug.MovedCapacityNotNoted => new Plan(seed, Clients: 1, Supply: 2, BackOrders: 3, Bug: bug),
        Bug.ReturnOnAnotherLot => new Plan(seed, Clients: 1, Orders: 3, Kits: 1, Lots: 2, Bug: bug),
        Bug.ArrivalWithoutItsLot => new Plan(seed, Clients: 1, Supply: 3, Lots: 1, Bug: bug),
        Bug.LotsOfOrdersNotWritten => new Plan(seed, Clients: 1, Orders: 3, Lots: 2, Bug: bug),
        Bug.LotKeptADayLonger => new Plan(seed, Clients: 1, Lots: 4, Bug: bug),
        Bug.KitReservedInPart or Bug.KitReturnedInPart => new Plan(seed, Clients: 1, Kits: 4, Bug: bug),
        _ => new Plan(seed, Bug: bug),
    };

    /// <summary>The options of the command line that repeat this run.</summary>
    public string Arguments
    {
        get
        {
            var text = new StringBuilder();
            text.Append(CultureInfo.InvariantCulture, $"--from {Seed} --seeds 1 --clients {Clients} --calls {Calls}");
            foreach (var (name, callers) in (ReadOnlySpan<(string, int)>)
                [("orders", Orders), ("transfers", Transfers), ("supply", Supply), ("kits", Kits), ("lots", Lots), ("back-orders", BackOrders)])
            {
                text.Append(callers == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" --{name} {callers}"));
            }

            text.Append(Faults == Faults.All ? "" : $" --faults {Faults.ToString().Replace(" ", "", StringComparison.Ordinal)}");
            return text.Append(Bug == Bug.None ? "" : $" --bug {Bug}").ToString();
        }
    }
}

/// <summary>How often something was reached: the proof that a run did what it claims.</summary>
public sealed class Tally
{
    private readonly SortedDictionary<string, long> _counts = new(StringComparer.Ordinal);

    /// <summary>What was counted.</summary>
    public IReadOnlyDictionary<string, long> Counts => _counts;

    /// <summary>Counts something.</summary>
    public void Add(string what, long by = 1) => _counts[what] = _counts.GetValueOrDefault(what) + by;

    /// <summary>Adds another tally.</summary>
    public void Add(Tally other)
    {
        foreach (var (what, count) in other._counts)
        {
            Add(what, count);
        }
    }
}
