namespace Inventory.LoadTests.Breaking;

/// <summary>How a reservation stands by the answers that its caller got.</summary>
internal enum HoldState
{
    /// <summary>Asked for and not answered, or refused.</summary>
    None,

    /// <summary>Held until its time has passed.</summary>
    Soft,

    /// <summary>Held without end.</summary>
    Firm,

    /// <summary>Given back.</summary>
    Released,

    /// <summary>Gone from the shelf.</summary>
    Shipped,

    /// <summary>A step came too late.</summary>
    Expired,
}

/// <summary>One reservation as its caller knows it.</summary>
/// <param name="stock">Number of the stock in its plan.</param>
/// <param name="units">How many.</param>
/// <param name="isBrief">Whether it falls back after two seconds unless confirmed, instead of after a day.</param>
internal sealed class Hold(int stock, int units, bool isBrief)
{
    public static TimeSpan BriefTtl { get; } = TimeSpan.FromSeconds(2);

    public static TimeSpan LongTtl { get; } = TimeSpan.FromDays(1);

    public int Stock => stock;

    public int Units => units;

    public bool IsBrief => isBrief;

    public string ReservationId { get; set; } = "";

    public HoldState State { get; set; }

    /// <summary>Units that are held for it when all that is brief has expired.</summary>
    public int UnitsHeldAtLast => State == HoldState.Firm || (State == HoldState.Soft && !isBrief) ? units : 0;

    public int UnitsGone => State == HoldState.Shipped ? units : 0;
}
