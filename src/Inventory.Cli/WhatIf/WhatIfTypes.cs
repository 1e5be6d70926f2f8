using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Orders;

namespace Inventory.Cli.WhatIf;

/// <summary>A location as the service described it when the copy was made.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Facts">What is known of it.</param>
/// <param name="IsOpen">Whether it was in business as a whole.</param>
internal sealed record WhatIfLocation(LocationId Id, LocationFacts Facts, bool IsOpen);

/// <summary>A copy of what the service held: nothing that is done with it reaches the service.</summary>
/// <param name="Locations">In the order of ids.</param>
/// <param name="Stock">Units available to promise, by SKU and index of the location; none are below 1.</param>
internal sealed record WhatIfState(WhatIfLocation[] Locations, IReadOnlyDictionary<Sku, Dictionary<int, long>> Stock)
{
    /// <summary>A copy that may be changed.</summary>
    public Dictionary<Sku, Dictionary<int, long>> CopyStock() => Stock.ToDictionary(sku => sku.Key, sku => new Dictionary<int, long>(sku.Value));
}

/// <summary>An order as it was placed, and, if the service knew it, what it did about it.</summary>
/// <param name="Id">Names it; draws depend on it.</param>
/// <param name="TimeMs">When it was placed, Unix milliseconds.</param>
/// <param name="Lines">What was ordered.</param>
/// <param name="PromiseByMs">The latest acceptable promise, Unix milliseconds; 0 if any was.</param>
internal sealed record WhatIfOrder(string Id, long TimeMs, ImmutableArray<OrderedLine> Lines, long PromiseByMs = 0)
{
    /// <summary>What locations did of it; empty if it was never placed with the service.</summary>
    public ImmutableArray<RecordedPart> Recorded { get; init; } = [];
}

/// <summary>What a location did of an order, as recorded.</summary>
/// <param name="Location">Which.</param>
/// <param name="IsShipped">True if it was sent, false if it was collected.</param>
/// <param name="PromisedAtMs">What was promised, Unix milliseconds; 0 if nothing was.</param>
/// <param name="Rejected">Units that it did not deliver.</param>
/// <param name="Lines">Units by lines that were not rejected.</param>
internal sealed record RecordedPart(LocationId Location, bool IsShipped, long PromisedAtMs, long Rejected, ImmutableArray<LineUnits> Lines);

/// <summary>How orders are played against a policy.</summary>
internal sealed record WhatIfSettings
{
    /// <summary>How likely a location finds units that it should have, 0 to 1.</summary>
    public double FindShare { get; init; } = 1;

    /// <summary>A promise later than this after the order is late, in milliseconds.</summary>
    public long LateMs { get; init; } = 3L * 24 * 60 * 60 * 1000;

    /// <summary>Every so many days all stocks are filled up to what the copy began with; 0 for never.</summary>
    public int RefillDays { get; init; }

    /// <summary>Starts the draw of what is found: the same for every policy.</summary>
    public ulong Seed { get; init; } = 1;
}

/// <summary>What a policy made of the orders. Money is in minor units of the currency.</summary>
internal sealed class WhatIfResult(string policy)
{
    public string Policy => policy;

    /// <summary>Orders played.</summary>
    public int Orders { get; set; }

    /// <summary>Orders of which something was delivered.</summary>
    public int Served { get; set; }

    /// <summary>Orders of which all was delivered.</summary>
    public int Whole { get; set; }

    public long UnitsWanted { get; set; }

    public long UnitsServed { get; set; }

    /// <summary>Parts that delivered something.</summary>
    public int Parts { get; set; }

    /// <summary>Carriage and handling, without any weight or penalty of a policy.</summary>
    public long PaidMinor { get; set; }

    /// <summary>Sum over parts of the distance to the customer.</summary>
    public double Metres { get; set; }

    /// <summary>Orders of which a part was promised too late.</summary>
    public int Late { get; set; }

    /// <summary>Parts of which a location did not find units.</summary>
    public int Rejects { get; set; }

    /// <summary>Times that a stock ran out; null if that is not known.</summary>
    public int? StockOuts { get; set; }

    /// <summary>Largest share of a stated capacity that was used; null if that is not known.</summary>
    public double? Peak { get; set; }

    /// <summary>Days and hours that were used up.</summary>
    public int? FullSlots { get; set; }

    /// <summary>Units not delivered, by month of the order as year x 12 + month - 1.</summary>
    public SortedDictionary<int, (long Wanted, long Served)> Months { get; } = [];

    public double SplitsPerOrder => Served == 0 ? 0 : Parts / (double)Served;

    public double PaidPerOrder => Served == 0 ? 0 : PaidMinor / (double)Served;

    public double KilometresPerPart => Parts == 0 ? 0 : Metres / Parts / 1_000;

    public double LateShare => Served == 0 ? 0 : Late / (double)Served;

    public double UnfilledShare => UnitsWanted == 0 ? 0 : 1 - (UnitsServed / (double)UnitsWanted);
}
