using System.Collections.Immutable;
using Orleans;

namespace Inventory.Domain.Stocks;

/// <summary>What can be done to a stock. Numbers are on disk and never reused.</summary>
[GenerateSerializer, Alias("stock-verb")]
public enum StockVerb : byte
{
    /// <summary>Not a verb.</summary>
    None = 0,

    /// <summary>Add units that came in.</summary>
    Receive = 1,

    /// <summary>Add or take units for a named reason.</summary>
    Adjust = 2,

    /// <summary>Set on hand to what was counted at a version.</summary>
    Count = 3,

    /// <summary>Set sellable on hand as of now.</summary>
    Import = 4,

    /// <summary>Move units between conditions.</summary>
    Move = 5,

    /// <summary>Replace the policy.</summary>
    SetPolicy = 6,

    /// <summary>Hold units until an expiry.</summary>
    Reserve = 7,

    /// <summary>Move the expiry of a soft hold.</summary>
    Extend = 8,

    /// <summary>Make a hold firm.</summary>
    Confirm = 9,

    /// <summary>Give held units back.</summary>
    Release = 10,

    /// <summary>Hand held units to the customer.</summary>
    Collect = 11,

    /// <summary>Send held units.</summary>
    Ship = 12,

    /// <summary>Take goods back.</summary>
    Return = 13,

    /// <summary>Hold units, or keep a hold that is there, for a coordinator that decides later.</summary>
    Lease = 14,

    /// <summary>The coordinator's word on a leased hold.</summary>
    Settle = 15,

    /// <summary>Take units away to another location: free ones, or those of a hold.</summary>
    TransferOut = 16,

    /// <summary>Add units that came from another location.</summary>
    TransferIn = 17,

    /// <summary>Add units that came in and were promised before: they are firmly held in the same step.</summary>
    ReceiveHeld = 18,

    /// <summary>As <see cref="ReceiveHeld"/>, of units that came from another location.</summary>
    TransferInHeld = 19,
}

/// <summary>What follows from a verb.</summary>
internal static class StockVerbs
{
    /// <summary>True if the word takes units.</summary>
    public static bool Takes(this Settlement word) => word >= Settlement.Collect;

    /// <summary>True if it concerns a hold.</summary>
    public static bool IsAboutHold(this StockVerb verb) =>
        verb is (>= StockVerb.Reserve and <= StockVerb.Ship) or StockVerb.Lease or StockVerb.Settle;

    /// <summary>True if units arrive and are held in one step.</summary>
    public static bool ArrivesHeld(this StockVerb verb) => verb is StockVerb.ReceiveHeld or StockVerb.TransferInHeld;

    /// <summary>True if it needs a location that is described. A hold that is there may always go on to its end.</summary>
    public static bool NeedsLocation(this StockVerb verb) => !verb.IsAboutHold() || verb is StockVerb.Reserve or StockVerb.Lease;
}

/// <summary>In which condition units are. Numbers are on disk.</summary>
[GenerateSerializer, Alias("condition")]
public enum Condition : byte
{
    /// <summary>Can be sold; the only condition that counts as available.</summary>
    Sellable = 0,

    /// <summary>Broken or soiled.</summary>
    Damaged = 1,

    /// <summary>Waiting for a judgement.</summary>
    Quarantine = 2,

    /// <summary>On show and not for sale.</summary>
    Display = 3,
}

/// <summary>Why units were added or taken. Numbers are on disk.</summary>
[GenerateSerializer, Alias("adjust-reason")]
public enum AdjustReason : byte
{
    /// <summary>Not given.</summary>
    None = 0,

    /// <summary>Destroyed.</summary>
    Damage = 1,

    /// <summary>Lost, stolen or unexplained.</summary>
    Shrink = 2,

    /// <summary>Found again.</summary>
    Found = 3,

    /// <summary>Past its date.</summary>
    Expired = 4,

    /// <summary>Given away or used up in the house.</summary>
    InternalUse = 5,

    /// <summary>Put right by a person.</summary>
    Correction = 6,
}

/// <summary>A coordinator's word on a leased hold. Numbers are on disk.</summary>
[GenerateSerializer, Alias("settlement")]
public enum Settlement : byte
{
    /// <summary>As it was before the lease: a hold that the lease made goes, a soft one keeps its expiry.</summary>
    Restore = 0,

    /// <summary>Soft, with the expiry that comes with the word.</summary>
    Soft = 1,

    /// <summary>Firm.</summary>
    Firm = 2,

    /// <summary>Gone: the units are free.</summary>
    Free = 3,

    /// <summary>As it was before the lease, less units that the customer was handed.</summary>
    Collect = 4,

    /// <summary>As it was before the lease, less units that were sent.</summary>
    Ship = 5,

    /// <summary>As it was before the lease, less units that were given back.</summary>
    Release = 6,
}

/// <summary>One thing to do to one stock. Made by the factories below; fields that a verb does not use are zero.</summary>
[GenerateSerializer, Immutable, Alias("stock-command")]
public readonly record struct StockCommand
{
    /// <summary>What.</summary>
    [Id(0)] public StockVerb Verb { get; init; }

    /// <summary>Id of the write.</summary>
    [Id(1)] public RequestId Id { get; init; }

    /// <summary>Units; 0 where "all that is left" is meant.</summary>
    [Id(2)] public long Units { get; init; }

    /// <summary>The condition concerned, or the one that units leave.</summary>
    [Id(3)] public Condition Condition { get; init; }

    /// <summary>The condition that units enter.</summary>
    [Id(4)] public Condition To { get; init; }

    /// <summary>Why, of an adjustment.</summary>
    [Id(5)] public AdjustReason Reason { get; init; }

    /// <summary>The hold concerned.</summary>
    [Id(6)] public HoldId Hold { get; init; }

    /// <summary>Who asks, of a reservation.</summary>
    [Id(7)] public Channel Channel { get; init; }

    /// <summary>
    /// Time to hold from now, in milliseconds; of a settlement the absolute expiry in Unix milliseconds; 0 of a lease that keeps what is there.
    /// </summary>
    [Id(8)] public long TimeMs { get; init; }

    /// <summary>Time that a lease may stay open from now, in milliseconds.</summary>
    [Id(9)] public long LeaseMs { get; init; }

    /// <summary>Version that a counter saw; 0 means as of now.</summary>
    [Id(10)] public long SeenVersion { get; init; }

    /// <summary>The new policy.</summary>
    [Id(11)] public StockPolicy? Policy { get; init; }

    /// <summary>A coordinator's word.</summary>
    [Id(12)] public Settlement Settlement { get; init; }

    /// <summary>True if the location is closed: no part of the request's content, set by the owner.</summary>
    [Id(13)] public bool LocationClosed { get; init; }

    /// <summary>True if nobody has described the location: as <see cref="LocationClosed"/>, no part of the content.</summary>
    [Id(14)] public bool LocationUnknown { get; init; }

    /// <summary>True if the SKU is a kit: as <see cref="LocationClosed"/>, no part of the content.</summary>
    [Id(15)] public bool SkuIsKit { get; init; }

    /// <summary>True if units of the SKU belong to lots: as <see cref="LocationClosed"/>, no part of the content.</summary>
    [Id(16)] public bool SkuHasLots { get; init; }

    /// <summary>
    /// Which lot the units belong to: one with 0 units for all of them; of TransferIn several, each with its units, the rest without a lot. Default if
    /// the caller names none.
    /// </summary>
    [Id(17)] public ImmutableArray<LotUnits> Lots { get; init; }

    /// <summary>The lot that a caller names for all units; null if none is named.</summary>
    internal LotUnits? Lot => Lots.IsDefaultOrEmpty ? null : Lots[0];

    /// <summary>This command with the lot that the caller names for all its units.</summary>
    public StockCommand Of(LotName lot, DateOnly? bestBefore = null) => this with { Lots = [new LotUnits(lot, bestBefore)] };

    /// <summary>Adds units that came in.</summary>
    public static StockCommand Receive(RequestId id, long units, Condition condition = Condition.Sellable) =>
        new() { Verb = StockVerb.Receive, Id = id, Units = units, Condition = condition };

    /// <summary>Adds or takes units.</summary>
    public static StockCommand Adjust(RequestId id, long units, AdjustReason reason, Condition condition = Condition.Sellable) =>
        new() { Verb = StockVerb.Adjust, Id = id, Units = units, Reason = reason, Condition = condition };

    /// <summary>Sets on hand to a count taken at a version (0: as of now).</summary>
    public static StockCommand Count(RequestId id, long counted, long seenVersion, Condition condition = Condition.Sellable) =>
        new() { Verb = StockVerb.Count, Id = id, Units = counted, SeenVersion = seenVersion, Condition = condition };

    /// <summary>Sets sellable on hand as of now. Also one that finds it so is an event, or its retry would undo what was sold since.</summary>
    public static StockCommand Import(RequestId id, long onHand) => new() { Verb = StockVerb.Import, Id = id, Units = onHand };

    /// <summary>Moves units between conditions.</summary>
    public static StockCommand Move(RequestId id, long units, Condition from, Condition to) =>
        new() { Verb = StockVerb.Move, Id = id, Units = units, Condition = from, To = to };

    /// <summary>Replaces the policy.</summary>
    public static StockCommand SetPolicy(RequestId id, StockPolicy policy) => new() { Verb = StockVerb.SetPolicy, Id = id, Policy = policy };

    /// <summary>Holds units for <paramref name="ttlMs"/>. The hold's id is made of the request's.</summary>
    public static StockCommand Reserve(RequestId id, long units, Channel channel, long ttlMs) =>
        new() { Verb = StockVerb.Reserve, Id = id, Units = units, Channel = channel, TimeMs = ttlMs, Hold = new HoldId(id, 0) };

    /// <summary>Moves the expiry of a soft hold to <paramref name="ttlMs"/> from now.</summary>
    public static StockCommand Extend(RequestId id, HoldId hold, long ttlMs) =>
        new() { Verb = StockVerb.Extend, Id = id, Hold = hold, TimeMs = ttlMs };

    /// <summary>Makes a hold firm.</summary>
    public static StockCommand Confirm(RequestId id, HoldId hold) => new() { Verb = StockVerb.Confirm, Id = id, Hold = hold };

    /// <summary>Gives units back; 0 means all that are left.</summary>
    public static StockCommand Release(RequestId id, HoldId hold, long units = 0) =>
        new() { Verb = StockVerb.Release, Id = id, Hold = hold, Units = units };

    /// <summary>Hands units over; 0 means all that are left.</summary>
    public static StockCommand Collect(RequestId id, HoldId hold, long units = 0) =>
        new() { Verb = StockVerb.Collect, Id = id, Hold = hold, Units = units };

    /// <summary>Sends units; 0 means all that are left.</summary>
    public static StockCommand Ship(RequestId id, HoldId hold, long units = 0) =>
        new() { Verb = StockVerb.Ship, Id = id, Hold = hold, Units = units };

    /// <summary>Takes goods back in a condition.</summary>
    public static StockCommand Return(RequestId id, long units, Condition condition = Condition.Sellable) =>
        new() { Verb = StockVerb.Return, Id = id, Units = units, Condition = condition };

    /// <summary>Takes units away to another location.</summary>
    /// <param name="id">Id of the write.</param>
    /// <param name="units">How many.</param>
    /// <param name="hold">The hold that they come from; default means free units.</param>
    public static StockCommand TransferOut(RequestId id, long units, HoldId hold = default) =>
        new() { Verb = StockVerb.TransferOut, Id = id, Units = units, Hold = hold };

    /// <summary>Adds units that came from another location.</summary>
    public static StockCommand TransferIn(RequestId id, long units, Condition condition = Condition.Sellable) =>
        new() { Verb = StockVerb.TransferIn, Id = id, Units = units, Condition = condition };

    /// <summary>Adds sellable units and holds them firmly, in one step: nobody else can have them in between.</summary>
    /// <param name="id">Id of the write.</param>
    /// <param name="units">How many.</param>
    /// <param name="hold">The hold; it grows if it is there already.</param>
    /// <param name="channel">For whom.</param>
    /// <param name="transferred">True if they came from another location.</param>
    public static StockCommand ReceiveHeld(RequestId id, long units, HoldId hold, Channel channel, bool transferred) => new()
    {
        Verb = transferred ? StockVerb.TransferInHeld : StockVerb.ReceiveHeld, Id = id, Units = units, Hold = hold, Channel = channel,
    };

    /// <summary>Holds units for a coordinator, until its word.</summary>
    public static StockCommand Lease(RequestId id, HoldId hold, long units, Channel channel, long ttlMs, long leaseMs) =>
        new() { Verb = StockVerb.Lease, Id = id, Hold = hold, Units = units, Channel = channel, TimeMs = ttlMs, LeaseMs = leaseMs };

    /// <summary>Keeps a hold that is there until its coordinator's word, whatever the time.</summary>
    /// <param name="id">Id of the write.</param>
    /// <param name="hold">The hold.</param>
    /// <param name="shelfUnits">So many of its units must be on the shelf, and stay there: the word may take them. 0 or more.</param>
    /// <param name="leaseMs">How long the coordinator may take, in milliseconds.</param>
    public static StockCommand Keep(RequestId id, HoldId hold, long shelfUnits, long leaseMs) =>
        new() { Verb = StockVerb.Lease, Id = id, Hold = hold, Units = shelfUnits, LeaseMs = leaseMs };

    /// <summary>Passes on a coordinator's word; of one that takes, with how many units.</summary>
    public static StockCommand Settle(RequestId id, HoldId hold, Settlement settlement, long expiresAtMs = 0, long units = 0) =>
        new() { Verb = StockVerb.Settle, Id = id, Hold = hold, Settlement = settlement, TimeMs = expiresAtMs, Units = units };

    /// <summary>A 64-bit hash of the request's content: everything but its id and what the owner sets.</summary>
    public ulong ContentHash()
    {
        var hash = Step(0xCBF29CE484222325UL, (ulong)Verb | ((ulong)Condition << 8) | ((ulong)To << 16) | ((ulong)Reason << 24) | ((ulong)Settlement << 32));
        hash = Step(hash, (ulong)Units);
        hash = Step(hash, Hold.Reservation.High ^ (ulong)Hold.Line);
        hash = Step(hash, Hold.Reservation.Low);
        hash = Step(hash, (ulong)TimeMs);
        hash = Step(hash, (ulong)SeenVersion);
        foreach (var character in Channel.Value ?? "")
        {
            hash = Step(hash, character);
        }

        if (!Lots.IsDefaultOrEmpty)
        {
            hash = HashOfLots(hash);
        }

        return Policy is null ? hash : Step(hash, Policy.ContentHash());
    }

    private ulong HashOfLots(ulong hash)
    {
        foreach (var lot in Lots)
        {
            foreach (var character in lot.Name.Value)
            {
                hash = Step(hash, character);
            }

            hash = Step(Step(hash, (ulong)(lot.BestBefore?.DayNumber ?? -1)), (ulong)lot.Units);
        }

        return hash;
    }

    // One round of a multiply-and-fold hash: order matters, every input bit reaches the upper half, and the fold brings it back down.
    private static ulong Step(ulong hash, ulong value)
    {
        var high = Math.BigMul(hash ^ value, 0x9E3779B97F4A7C15UL, out var low);
        return high ^ low ^ (value << 1) ^ 0x2545F4914F6CDD1DUL;
    }
}
