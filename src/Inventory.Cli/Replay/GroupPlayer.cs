using Inventory.V1;

namespace Inventory.Cli.Replay;

/// <summary>
/// Plays an order whose lines are reserved together: all that can be had is one reservation, held, confirmed and finished as a whole.
/// </summary>
internal sealed class GroupPlayer(Caller caller, Chooser chooser, SalePlayer sales)
{
    private readonly record struct Choice(int Line, StockRow Row);

    /// <summary>The results of all lines, in order of lines.</summary>
    public async Task<LineResult[]> PlayAsync(OrderGroup group)
    {
        var world = caller.Stage.World;
        var traits = world.Traits(world.Lines[group.Lines[0]]);
        var collect = traits.Pickup;
        var choices = new List<Choice>();
        if (!collect || !await TryChooseAsync(group, traits, collect: true, choices))
        {
            if (collect)
            {
                caller.Stage.Tally.FellBack();
            }

            collect = false;
            await TryChooseAsync(group, traits, collect: false, choices);
        }

        var results = new List<LineResult>();
        if (choices.Count > 0)
        {
            results.AddRange(await BuyAsync(choices, traits.Channel, collect));
        }

        var bought = choices.Select(choice => choice.Line).ToHashSet();
        foreach (var index in group.Lines.Where(line => !bought.Contains(line)))
        {
            results.Add(await sales.InsistAsync(index, traits.Channel));
        }

        return [.. results.OrderBy(result => result.Line)];
    }

    /// <summary>Chooses a store for each line that can be had; true if that is all of them. For a pickup it is all or none.</summary>
    private async Task<bool> TryChooseAsync(OrderGroup group, OrderTraits traits, bool collect, List<Choice> choices)
    {
        var stage = caller.Stage;
        Search SearchOf(int index) => collect
            ? Chooser.Pickup(traits, stage.World.Lines[index].Units)
            : Chooser.Anywhere(traits, stage.World.Lines[index].Units);
        await Task.WhenAll(group.Lines.Select(index => chooser.NearestAsync(stage.LedgerOf(index), SearchOf(index), traits.Channel)));

        // A second line of the same SKU must see what the first one takes, which the service cannot know yet: so the books choose.
        foreach (var index in group.Lines)
        {
            if (stage.LedgerOf(index).Nearest(stage.World.Stores, SearchOf(index)) is { } row)
            {
                row.Planned += stage.World.Lines[index].Units;
                choices.Add(new Choice(index, row));
            }
        }

        foreach (var choice in choices)
        {
            choice.Row.Planned -= stage.World.Lines[choice.Line].Units;
        }

        var all = choices.Count == group.Lines.Length;
        if (collect && !all)
        {
            choices.Clear();
        }

        return all;
    }

    private async Task<IEnumerable<LineResult>> BuyAsync(List<Choice> choices, string channel, bool collect)
    {
        var stage = caller.Stage;
        var first = stage.World.Lines[choices[0].Line];
        var wanted = choices.Select(choice => sales.Wanted(stage.LedgerOf(choice.Line), choice.Row, stage.World.Lines[choice.Line].Units));
        var answer = await caller.ReserveAsync(first, "reserve-together", 0, channel, wanted);
        var reason = answer.Decision.RefusalReason;
        if (answer.Decision.Accepted)
        {
            choices.ForEach(choice => Caller.CaughtUp(stage.LedgerOf(choice.Line), answer.Decision));
            reason = await caller.FinishAsync(first, answer.ReservationId, collect);
        }
        else
        {
            stage.Tally.RefusedUnexpectedly();
            stage.Differs($"Invoice {first.Invoice}: {choices.Count} lines that are all free were refused together: {reason}");
        }

        var outcome = collect ? LineOutcome.Collected : LineOutcome.Shipped;
        return choices.Select(choice => reason == RefusalReason.Unspecified
            ? new LineResult(choice.Line, outcome, 0, choice.Row.Store, stage.World.Lines[choice.Line].Units)
            : sales.Refused(choice.Line, reason));
    }
}
