namespace Inventory.Domain.Stocks;

/// <summary>One write that took effect, and what was answered.</summary>
/// <param name="Id">Id of the write.</param>
/// <param name="ContentHash">Hash of the request's content.</param>
/// <param name="AtMs">When, in Unix milliseconds.</param>
/// <param name="Verb">What.</param>
/// <param name="Answer">What was answered.</param>
/// <param name="End">Of a reservation: how it ended.</param>
/// <param name="ChannelCode">Of a reservation: for whom, as its stock counts channels from 1; 0 if that is not known.</param>
public readonly record struct RememberedRequest(
    RequestId Id, ulong ContentHash, long AtMs, StockVerb Verb, StockAnswer Answer, HoldEnd End = HoldEnd.None, byte ChannelCode = 0)
{
    /// <summary>True once a step took the last of its units, false if time did.</summary>
    public bool Ended => End is not (HoldEnd.None or HoldEnd.ExpiredInPart);
}

/// <summary>How a hold ended. Numbers are on disk. It costs a byte where an entry has room to spare; only what ended in several ways costs more.</summary>
public enum HoldEnd : byte
{
    /// <summary>It lives, or its time passed before any step.</summary>
    None = 0,

    /// <summary>All of it was collected.</summary>
    Collected = 1,

    /// <summary>All of it was shipped.</summary>
    Shipped = 2,

    /// <summary>All of it was given back.</summary>
    Released = 3,

    /// <summary>Some of it went one way and some another.</summary>
    Mixed = 4,

    /// <summary>Some of it went its way before its time passed.</summary>
    ExpiredInPart = 5,
}

/// <summary>What is still known of a hold that is over.</summary>
/// <param name="Channel">For whom; <c>default</c> if that is not known.</param>
/// <param name="Reserved">Units promised at first.</param>
/// <param name="Collected">Units collected of it.</param>
/// <param name="Shipped">Units shipped of it.</param>
/// <param name="Released">Units given back by a step.</param>
/// <param name="Expired">True if time ended it.</param>
public readonly record struct EndedHold(Channel Channel, long Reserved, long Collected, long Shipped, long Released, bool Expired);
