using Inventory.Domain.Orders;
using Inventory.Domain.Stocks;
using Inventory.Domain.Supply;
using Inventory.Domain.Transfers;
using Inventory.Grains;
using Inventory.Grpc.Mapping;
using Inventory.V1;

namespace Inventory.Grpc.Tests.Mapping;

public sealed class RefusalsTests
{
    public static TheoryData<StockOutcome> Outcomes => [.. Enum.GetValues<StockOutcome>()];

    public static TheoryData<RefusalReason> Reasons => [.. Enum.GetValues<RefusalReason>()];

    [Theory]
    [MemberData(nameof(Outcomes))]
    public void Every_outcome_of_a_stock_has_a_row(StockOutcome outcome)
    {
        var decision = Decisions.Of(new StockAnswer(outcome, 7));
        Assert.Equal(outcome.IsAccepted(), decision.Accepted);
        Assert.Equal(outcome.IsAccepted(), decision.RefusalReason == RefusalReason.Unspecified);
        Assert.Equal(outcome.IsAccepted(), decision.RefusalMessage.Length == 0);
        Assert.Equal(!outcome.IsAccepted() && outcome.MayPassLater(), decision.MayPassLater);
        Assert.Equal(outcome == StockOutcome.AlreadyAccepted, decision.Repeated);
        Assert.Equal(7, decision.Version);
    }

    [Fact]
    public void Every_outcome_of_an_order_has_a_row_of_its_own()
    {
        var refused = Enum.GetValues<OrderOutcome>().Where(outcome => !outcome.IsAccepted()).Select(outcome => Decisions.Of(outcome, 7)).ToArray();
        Assert.All(refused, decision => Assert.True(decision is { Accepted: false, Version: 7, RefusalMessage.Length: > 0 }));
        Assert.Equal(refused.Length, refused.Select(decision => decision.RefusalReason).Distinct().Count());
        Assert.True(Decisions.Of(OrderOutcome.AlreadyAccepted, 7) is { Accepted: true, Repeated: true });
    }

    [Fact]
    public void Every_outcome_of_a_transfer_has_a_row_of_its_own()
    {
        var refused = Enum.GetValues<TransferOutcome>().Where(outcome => !outcome.IsAccepted())
            .Select(outcome => Decisions.Of(new TransferAnswer(outcome, 7, null, []))).ToArray();
        Assert.All(refused, decision => Assert.True(decision is { Accepted: false, Version: 7, RefusalMessage.Length: > 0 }));
        Assert.Equal(refused.Length, refused.Select(decision => decision.RefusalReason).Distinct().Count());
        Assert.True(Decisions.Of(new TransferAnswer(TransferOutcome.AlreadyAccepted, 7, null, [])) is { Accepted: true, Repeated: true });
        var bySource = new TransferAnswer(TransferOutcome.StockRefused, 7, null, [new(Domain.Sku.Parse("A"), 1, StockOutcome.ExceedsOnHand)]);
        Assert.Equal(RefusalReason.ExceedsOnHand, Decisions.Of(bySource).RefusalReason);
    }

    [Fact]
    public void Every_outcome_of_supply_has_a_row_of_its_own()
    {
        var refused = Enum.GetValues<SupplyOutcome>().Where(outcome => !outcome.IsAccepted())
            .Select(outcome => Decisions.Of(new SupplyAnswer(outcome, 7, [], [], 0, StockOutcome.Accepted))).ToArray();
        Assert.All(refused, decision => Assert.True(decision is { Accepted: false, Version: 7, RefusalMessage.Length: > 0 }));
        Assert.Equal(refused.Length, refused.Select(decision => decision.RefusalReason).Distinct().Count());
        Assert.True(Decisions.Of(new SupplyAnswer(SupplyOutcome.AlreadyAccepted, 7, [], [], 0, default)) is { Accepted: true, Repeated: true });
    }

    [Theory]
    [MemberData(nameof(Reasons))]
    public void Every_reason_has_words_of_bounded_length(RefusalReason reason)
    {
        Assert.Equal(reason == RefusalReason.Unspecified, Refusals.WordsOf(reason).Length == 0);
        Assert.True(Refusals.WordsOf(reason).Length <= Limits.MessageCharsMax);
    }

    [Fact]
    public void Different_outcomes_are_told_apart_unless_they_mean_the_same_to_a_caller()
    {
        StockOutcome[] together = [StockOutcome.UnitsMustBePositive, StockOutcome.UnitsMustNotBeZero, StockOutcome.Accepted];
        var told = Enum.GetValues<StockOutcome>().Except(together).Where(outcome => outcome != StockOutcome.AlreadyAccepted)
            .Select(Refusals.ReasonOf).ToArray();
        Assert.Equal(told.Length, told.Distinct().Count());
    }
}
