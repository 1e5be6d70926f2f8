namespace Inventory.Cli.Replay;

/// <summary>What an order line means for the stock.</summary>
internal enum LineKind : byte
{
    /// <summary>Units leave to a customer.</summary>
    Sale,

    /// <summary>Units come back from a customer.</summary>
    Return,

    /// <summary>Units are written off.</summary>
    WriteOff,

    /// <summary>Units turn up, or come free of charge.</summary>
    Found,
}

/// <summary>One line of an order, about stock.</summary>
/// <param name="Invoice">Groups lines; lines of an invoice need not stand together.</param>
/// <param name="Line">Place in the invoice, from 1; unique in it.</param>
/// <param name="Sku">What, in upper case.</param>
/// <param name="Kind">What it means.</param>
/// <param name="Units">How many, 1 or more, whatever the kind.</param>
/// <param name="TimeMs">When, in Unix milliseconds; the data has whole minutes.</param>
/// <param name="Customer">Who; empty if unknown.</param>
internal readonly record struct OrderLine(string Invoice, int Line, string Sku, LineKind Kind, int Units, long TimeMs, string Customer);

/// <summary>What sort of store it is.</summary>
internal enum StoreKind : byte
{
    /// <summary>Up to a weekly shop.</summary>
    Supermarket,

    /// <summary>Everything under one roof, open long.</summary>
    Superstore,

    /// <summary>For traders: it sends goods but hands none to customers.</summary>
    Wholesale,
}

/// <summary>One store of the network.</summary>
internal sealed record Store(string Id, string Name, StoreKind Kind, Place Position, string Retailer)
{
    /// <summary>Postal code, at most 16 characters.</summary>
    public string PostalCode { get; init; } = "";

    /// <summary>Town, at most 64 characters.</summary>
    public string Town { get; init; } = "";

    /// <summary>Region, at most 64 characters.</summary>
    public string Region { get; init; } = "";

    /// <summary>ISO 3166 alpha-2.</summary>
    public string CountryCode { get; init; } = "GB";

    /// <summary>True if customers can collect there.</summary>
    public bool Collects => Kind != StoreKind.Wholesale;
}

/// <summary>A postcode sector, in which customers live.</summary>
/// <param name="PostalCode">Such as <c>AB1 0</c>.</param>
/// <param name="Position">Its middle.</param>
/// <param name="Weight">How many unit postcodes it has: the weight with which customers are put there.</param>
internal readonly record struct Sector(string PostalCode, Place Position, int Weight);

/// <summary>Everything that a replay plays: read from files or generated.</summary>
internal sealed record RetailData(IReadOnlyList<OrderLine> Lines, IReadOnlyList<Store> Stores, IReadOnlyList<Sector> Sectors)
{
    /// <summary>Description of each SKU, for people.</summary>
    public IReadOnlyDictionary<string, string> Descriptions { get; init; } = new Dictionary<string, string>();

    /// <summary>Lines of postage, fees and manual corrections, which are not stock.</summary>
    public int NotProductLines { get; init; }

    /// <summary>Lines that could not be read and were left out because the caller asked so.</summary>
    public int SkippedLines { get; init; }

    /// <summary>Where it comes from, for the report.</summary>
    public required string Source { get; init; }
}
