using System.Collections.Immutable;
using System.Globalization;
using Inventory.Domain;
using Inventory.Domain.Orders;
using Inventory.Domain.Routing;

namespace Inventory.Grains;

/// <summary>Makes what readers see of an order.</summary>
internal static class OrderViews
{
    public static OrderView? Of(OrderRecord order, long nowMs)
    {
        if (order.Placed is not { } placed)
        {
            return null;
        }

        return new OrderView
        {
            Id = placed.Id,
            Content = order.Content!,
            Exchanges = placed.Exchanges,
            Placed = new OrderNote(null, placed.AtMs, placed.By, OrderOutcome.Accepted),
            State = order.StateAt(nowMs),
            Parts = [.. order.Parts.Select(part => Of(part, nowMs))],
            Unfilled = LinesOf(order.Unfilled),
            Expected = [.. order.Expected.Where(static part => part.Left > 0).Select(part => Of(order, part, nowMs))],
            Version = order.Version,
            ChangedAtMs = order.ChangedAtMs,
            Policy = order.Legs.Count == 0 ? order.GivenUp?.Policy ?? "" : order.Legs[^1].Policy,
            Steps = Notes(order),
            PolicyVersion = order.Legs.Count == 0 ? order.GivenUp?.PolicyVersion ?? 0 : order.Legs[^1].PolicyVersion,
            Unfillable = order.Unfillable ?? Unfillable.Cancel,
            Routes = [.. order.Legs.SelectMany(leg => leg.Routes.IsDefault ? [] : leg.Routes)
                .Concat(order.GivenUp is { Routes.IsDefault: false } given ? given.Routes : [])],
            Why = [.. order.Legs.SelectMany(leg => leg.Why).Concat(order.GivenUp?.Why ?? [])
                .Concat(order.SupplyNotes.Where(static note => note.Verb == OrderVerb.Move).Select(Text))],
        };
    }

    /// <summary>Figures of lines, without the zeros.</summary>
    public static ImmutableArray<LineUnits> LinesOf(ReadOnlySpan<long> units)
    {
        var lines = ImmutableArray.CreateBuilder<LineUnits>();
        for (var i = 0; i < units.Length; i++)
        {
            if (units[i] > 0)
            {
                lines.Add(new LineUnits(i, units[i]));
            }
        }

        return lines.ToImmutable();
    }

    // In the order of their events.
    private static ImmutableArray<OrderNote> Notes(OrderRecord order) =>
    [
        .. order.Steps.Select(static step => (step.Version, Note: new OrderNote(
                step.Step.Verb, step.Step.AtMs, step.Step.By, step.Outcome) { NewOrder = step.NewOrder }))
            .Concat(order.SupplyNotes.Select(static note => (note.Version, Note: new OrderNote(
                note.Verb, note.AtMs, new Actor(Channel.Web, "service", Text(note)), OrderOutcome.Accepted))))
            .OrderBy(static each => each.Version).Select(static each => each.Note),
    ];

    private static string Text(SupplyNote note)
    {
        var what = string.Create(CultureInfo.InvariantCulture, $"{note.Units} of line {note.Part.Plan.Line} from {note.Receipt} at {note.Part.Plan.Location}");
        what = note.To.Length == 0 ? what : $"{what}, which would be late, now {note.To}";
        return note.PromisedAtMs == 0 ? what : $"{what}, promised for {DateTimeOffset.FromUnixTimeMilliseconds(note.PromisedAtMs):yyyy-MM-dd'T'HH:mm:ss'Z'}";
    }

    private static ExpectedPartView Of(OrderRecord order, ExpectedPart part, long nowMs) => new(
        order.PromiseId(part.Number), part.Plan.Location, part.Plan.Kind, part.Plan.Line, part.Left, part.Receipt, part.DueMs, part.PromisedAtMs,
        part.Plan.PromisedAtMs, part.IsLateAt(nowMs))
    {
        Components = [.. part.Components.Select(component => new ExpectedComponentView(
            component.Units == 0 ? default : order.PromiseId(part.Number, component.Place), component.Sku, component.PerKit, component.Left, component.Kept))],
        Work = part.Work,
        EndsAtMs = order.EndsAtMs(part) is < long.MaxValue and var endsAtMs ? endsAtMs : 0,
    };

    private static OrderPartView Of(OrderPart part, long nowMs) => new(
        part.Number,
        part.Plan.Location,
        part.Plan.Kind,
        part.StateAt(nowMs),
        part.Plan.PromisedAtMs,
        part.State == PartState.Held ? part.ExpiresAtMs : 0,
        part.Plan.CostMinor,
        [.. part.Lines.Select(line => new OrderPartLineView(
            line.Line, line.Units, line.Left, line.Collected, line.Shipped, line.Rejected, line.Cancelled, line.Returned, line.Moved))])
    {
        Work = part.Plan.Work,
    };
}
