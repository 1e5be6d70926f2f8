using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Orders;

namespace Inventory.Grains;

/// <summary>The lists in which the order is found. A list that names too much shows what is so; one that names too little hides an order.</summary>
/// <remarks>
/// Nobody else enters or takes it out, and it does so in turns of its own alone. It is in a location's list before any leg, move or arrival is on record that
/// names the location, and leaves once neither its parts there nor anything open name it: a leg that is being held may yet become a part, a step under way may
/// give more time to what time has ended. Who reads a list and finds nothing of the order there asks it to look, since between such a reader's look and its
/// taking out all of that can happen. What a crash keeps from leaving is asked so by the next reader.
/// </remarks>
internal sealed partial class OrderGrain
{
    private readonly List<string> _lists = []; // those that it knows to name it, because it has entered them since it lives here
    private readonly HashSet<LocationId> _leaving = [];
    private bool _isListedAsOver;

    public async ValueTask Unlist(LocationId? location)
    {
        await Finish();
        await Leave(location is { } place ? [place] : []);
    }

    // Before it is on record.
    private async ValueTask Index(IEnumerable<string> keys)
    {
        var news = keys.Distinct().Where(key => !_lists.Contains(key)).ToArray();
        await Task.WhenAll(news.Select(key => GrainFactory.GetGrain<IOrderIndexGrain>(key).Add(_id).AsTask()));
        _lists.AddRange(news);
    }

    // What time had ended may live again if the clock was set back; then it may have left lists.
    private ValueTask IndexAgain(ImmutableArray<PartUnits> units)
    {
        var soft = units.Select(each => _order.Parts[each.Part]).Where(static part => part.State == PartState.Held).ToArray();
        return soft.Length == 0 ? ValueTask.CompletedTask : Index([OrderShards.Open(_id), .. soft.Select(static part => OrderShards.At(part.Plan.Location))]);
    }

    // Not before what was rejected is somewhere else: who sees to it that orders leave a closed location finds it by that list, also after a crash.
    private async ValueTask LeaveIfDone()
    {
        if (_order.Phase == OrderPhase.Idle && _leaving.Count > 0)
        {
            LocationId[] locations = [.. _leaving];
            _leaving.Clear();
            await Leave(locations);
        }
    }

    private async ValueTask Leave(IEnumerable<LocationId> locations)
    {
        var nowMs = NowMs;
        foreach (var location in locations)
        {
            var isIdle = _order.Phase is OrderPhase.Idle or OrderPhase.None;
            if (isIdle && !_order.Parts.Any(part => part.Plan.Location == location && IsAlive(part.StateAt(nowMs))))
            {
                _lists.Remove(OrderShards.At(location));
                await GrainFactory.GetGrain<IOrderIndexGrain>(OrderShards.At(location)).Remove(_id);
            }
        }
    }

    // At every moment an order that was ever held is in one of the two lists, or in both.
    private async ValueTask IndexIfOver()
    {
        var isOver = _order.Phase == OrderPhase.Idle && _order.Exists && OrderShards.IsOver(_order.StateAt(NowMs));
        if (isOver && !_isListedAsOver)
        {
            await GrainFactory.GetGrain<IOrderIndexGrain>(OrderShards.Done(_id)).Add(_id);
            _lists.Remove(OrderShards.Open(_id));
            await GrainFactory.GetGrain<IOrderIndexGrain>(OrderShards.Open(_id)).Remove(_id);
        }

        _isListedAsOver = isOver;
    }

    private static bool IsAlive(PartState state) => state is not (PartState.Ended or PartState.Expired);
}
