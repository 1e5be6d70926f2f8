using Inventory.Domain.Stocks;

namespace Inventory.Domain.Tests;

public sealed class OutcomeTests
{
    public static TheoryData<StockOutcome> Outcomes => [.. Enum.GetValues<StockOutcome>()];

    [Theory]
    [MemberData(nameof(Outcomes))]
    public void Every_outcome_is_sorted_into_passing_or_not(StockOutcome outcome)
    {
        var passes = outcome.MayPassLater();
        Assert.False(passes && outcome.IsAccepted());
    }

    [Fact]
    public void Numbers_have_no_gaps() =>
        Assert.Equal(Enumerable.Range(0, Enum.GetValues<StockOutcome>().Length), Enum.GetValues<StockOutcome>().Select(outcome => (int)outcome));

    [Fact]
    public void An_outcome_that_is_none_is_not_classified() =>
        Assert.Throws<System.Diagnostics.UnreachableException>(() => ((StockOutcome)200).MayPassLater());

    [Fact]
    public void A_command_without_a_verb_is_a_bug() =>
        Assert.Throws<System.Diagnostics.UnreachableException>(
            () => StockRules.Decide(new Stock(), new StockCommand { Units = 1 }, 1, out _));

    [Fact]
    public void An_event_that_takes_more_than_is_there_stops_its_owner()
    {
        var stock = new Stock();
        var taken = new StockEvent { Verb = StockVerb.Adjust, Units = -1, Reason = AdjustReason.Shrink, AtMs = 1 };
        Assert.Throws<InvariantBrokenException>(() => stock.Apply(taken));
        Assert.Throws<InvariantBrokenException>(() => new Stock().Apply(new StockEvent { Verb = StockVerb.Collect, Units = 1, AtMs = 1 }));
    }
}
