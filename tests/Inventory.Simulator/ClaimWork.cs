using Inventory.Domain;
using Inventory.Domain.Orders;
using Inventory.Domain.Work;

namespace Inventory.Simulator;

/// <summary>
/// The capacity that promises take: each has a reservation of its own, whose name follows from the order. All places here hand their parcels over at midnight,
/// so what comes in the course of a day takes capacity of the day that begins then, or of one of the two after it.
/// </summary>
internal sealed class ClaimWork(Auditor auditor)
{
    private const int DaysLookedAt = 3;
    private const long DayMs = 86_400_000;

    /// <summary>
    /// True if a promise may have lost its place for want of room: something else is expected than its order was told, and from when that comes on there is a
    /// moment for each day at which others had too much of it. A day that it holds itself is room enough.
    /// </summary>
    /// <param name="order">The order that gives the promise up.</param>
    /// <param name="number">Which promise.</param>
    /// <param name="sinceMs">When it began to look.</param>
    public bool IsCrowdedOut(OrderBook order, int number, long sinceMs)
    {
        var (promise, own) = (order.Now.Promises[number], order.WorkOf(number));
        var held = Held(promise.Location, own).ToArray();
        var parcels = promise.Work.Sum(static work => work.Units);
        var dues = promise.Shares.SelectMany(share => ((SupplyBook)auditor.Owners.Of(OwnerBooks.StreamOf(share.Key))).Since(sinceMs))
            .SelectMany(static state => state.Receipts.Values)
            .Where(receipt => (receipt.Name, receipt.DueMs) != (promise.Word.Receipt, promise.Word.DueMs))
            .Select(receipt => Math.Max(receipt.DueMs, sinceMs)).Distinct().ToArray();
        var isCrowdedOut = parcels > 0 && Array.Exists(dues, dueMs =>
        {
            var first = (dueMs / DayMs * DayMs) + DayMs;
            return Array.TrueForAll(held, work => work.Slot.StartMs < first)
                && Enumerable.Range(0, DaysLookedAt).All(day => WasFull(promise.Location, first + (day * DayMs), own, parcels, sinceMs));
        });
        auditor.Met("promise given up for want of room", isCrowdedOut ? 1 : 0);
        return isCrowdedOut;
    }

    /// <summary>
    /// In the end: what is held for each promise is what its order's record says, to the parcel and the day. It holds that until all of it was given up, was
    /// cancelled or went elsewhere; what was sent or collected has used it.
    /// </summary>
    public void CheckEnd(OrderBook order, Func<int, bool> isDelivered)
    {
        for (var number = 0; number < order.Now.Promises.Count; number++)
        {
            var promise = order.Now.Promises[number];
            var (held, parts) = (Held(promise.Location, order.WorkOf(number)).ToArray(), Enumerable.Range(0, order.Now.Parts.Count)
                .Where(part => order.Now.Parts[part].Promise == number).ToArray());
            var isKept = promise.IsMade && (promise.Left > 0 || Array.Exists(
                parts, part => order.Now.Parts[part] is { Left: > 0, HasLapsed: false } || isDelivered(part)));
            var told = isKept ? promise.Work.OrderBy(static work => work.Slot.StartMs).ToArray() : [];
            auditor.Met("capacity of a promise looked at in the end", held.Sum(static work => work.Units));
            auditor.Met("capacity of a promise given back in the end", isKept ? 0 : promise.Work.Length);
            if (!held.SequenceEqual(told))
            {
                auditor.Fail($"{order.Stream}: for {promise} its place holds {string.Join(' ', held)}, by its record it should be {string.Join(' ', told)}");
            }
        }
    }

    private IEnumerable<PartWork> Held(LocationId place, RequestId reservation) => auditor.Work.At(place)
        .Select(each => new PartWork(each.Slot, each.Book.Now.Holds.Where(hold => hold.Key.Reservation == reservation && hold.Value.IsLive(auditor.NowMs))
            .Sum(static hold => hold.Value.Units)))
        .Where(static work => work.Units > 0);

    private bool WasFull(LocationId place, long startMs, RequestId own, long parcels, long sinceMs) => auditor.Work
        .Of(place, new WorkSlot(WorkKind.Parcels, startMs)).Since(sinceMs)
        .Any(state => OfOthers(state, own, Math.Max(state.AtMs, sinceMs)) + parcels > Shop.LeastParcels(place));

    private static long OfOthers(StockState state, RequestId own, long atMs) =>
        state.Holds.Where(hold => hold.Key.Reservation != own && hold.Value.IsLive(atMs)).Sum(static hold => hold.Value.Units);
}
