namespace Inventory.Domain.Orders;

/// <summary>Parts that change their place or their way.</summary>
public sealed partial class OrderRecord
{
    private const int ChoiceLegsFrom = 1 << 20; // more than an order has legs
    private int _choices;

    /// <summary>
    /// Of a step that moves parts: number of the leg, and so name of the reservation, that holds what goes to another location from a part that came from
    /// supply. It has the lines of all such moves, in their order, and then their work.
    /// </summary>
    public int ChoiceLeg => ChoiceLegsFrom + _choices;

    /// <summary>True of a move of units that came from supply, which no reservation holds, to another location.</summary>
    public bool LeavesSupply(PartMove move) => _parts[move.Part] is { Promise: not null } from && move.To.Location != from.Plan.Location;

    private void Move(OrderStepIntended step, OrderStepDecided decided, HashSet<int> took)
    {
        if (step.Moves.IsDefaultOrEmpty)
        {
            return;
        }

        var leaving = step.Moves.Where(LeavesSupply).ToArray();
        var (slot, work) = (0, leaving.Sum(static move => move.To.Lines.Length));
        for (var i = 0; i < step.Moves.Length; i++)
        {
            var move = step.Moves[i];
            var isLeaving = leaving.Contains(move);
            if (took.Contains(move.Part))
            {
                var (leg, at) = isLeaving ? (ChoiceLeg, slot) : (_parts[move.Part].Leg, decided.Slots[i]);
                Move(move, leg, at, isLeaving ? work : at + move.To.Lines.Length);
            }

            (slot, work) = isLeaving ? (slot + move.To.Lines.Length, work + move.To.Work.Length) : (slot, work);
        }

        _choices++;
    }

    private void Move(PartMove move, int leg, int slot, int workSlot)
    {
        var from = _parts[move.Part];
        if (move.To.Location == from.Plan.Location)
        {
            from.Plan = move.To with { Lines = from.Plan.Lines, Work = from.Plan.Work };
            return;
        }

        foreach (var units in move.To.Lines)
        {
            Array.Find(from.Lines, line => line.Line == units.Line)!.Moved += units.Units;
        }

        from.CheckInvariants();
        _parts.Add(new OrderPart(_parts.Count, leg, move.To, slot, workSlot, from.State == PartState.Open, from.ExpiresAtMs));
        from.State = from.Left == 0 ? PartState.Ended : from.State;
    }
}
