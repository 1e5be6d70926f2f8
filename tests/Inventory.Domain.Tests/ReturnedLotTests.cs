using System.Collections.Immutable;
using Inventory.Domain.Stocks;
using Inventory.Domain.Tests.Scripts;

namespace Inventory.Domain.Tests;

public sealed class ReturnedLotTests
{
    private static readonly Sku s_milk = Sku.Parse("MILK");

    // What is said before a stock is asked is what the stock says.
    [Theory]
    [InlineData("A", "2026-12-24", true, StockOutcome.Accepted)]
    [InlineData("A", null, true, StockOutcome.Accepted)]
    [InlineData("A", "2026-12-25", true, StockOutcome.LotDateDiffers)]
    [InlineData("B", null, true, StockOutcome.LotDateRequired)]
    [InlineData("B", "2026-12-25", true, StockOutcome.Accepted)]
    [InlineData("-", null, true, StockOutcome.Accepted)]
    [InlineData("-", null, false, StockOutcome.Accepted)]
    [InlineData("A", "2026-12-24", false, StockOutcome.SkuHasNoLots)]
    [InlineData("B", "2026-12-25", false, StockOutcome.SkuHasNoLots)]
    public void A_lot_is_judged_beforehand_as_its_stock_will_judge_it(string lot, string? date, bool hasLots, StockOutcome expected)
    {
        var returned = new ReturnedLot(s_milk, LotName.Parse(lot), date is null ? null : DateOnly.Parse(date));
        AssertJudged(Stocked(1), returned, hasLots, expected);
    }

    [Fact]
    public void A_stock_that_is_full_of_lots_takes_no_other()
    {
        var stock = Stocked(Limits.LotsMax);
        AssertJudged(stock, new ReturnedLot(s_milk, LotName.Parse("NEW"), new DateOnly(2026, 12, 24)), true, StockOutcome.TooManyLots);
        AssertJudged(stock, new ReturnedLot(s_milk, LotName.Parse("A"), new DateOnly(2026, 12, 24)), true, StockOutcome.Accepted);
    }

    [Fact]
    public void Only_the_sku_that_is_named_gets_the_lot()
    {
        ImmutableArray<ReturnedLot> lots = [new(s_milk, LotName.Parse("A"), new DateOnly(2026, 12, 24))];
        var back = StockCommand.Return(RequestId.Parse("back"), 1);
        Assert.Equal("A", ReturnedLot.In(lots, s_milk, back).Lots.Single().Name.Value);
        Assert.True(ReturnedLot.In(lots, Sku.Parse("TEA"), back).Lots.IsDefault);
        Assert.True(ReturnedLot.In(default, s_milk, back).Lots.IsDefault);
    }

    // Lot A and as many others, and some units without a lot.
    private static Stock Stocked(int lots)
    {
        var stock = new Stock();
        Do(stock, StockCommand.Return(RequestId.Parse("none"), 2));
        for (var i = 0; i < lots; i++)
        {
            Do(stock, StockCommand.Receive(RequestId.Parse($"r-{i}"), 1).Of(LotName.Parse(i == 0 ? "A" : $"L{i}"), new DateOnly(2026, 12, 24)));
        }

        return stock;
    }

    private static void AssertJudged(Stock stock, ReturnedLot lot, bool hasLots, StockOutcome expected)
    {
        Assert.Equal(expected, lot.Judge(stock.Lots, hasLots));
        var command = ReturnedLot.In([lot], s_milk, StockCommand.Return(RequestId.Parse("back"), 1)) with { SkuHasLots = hasLots };
        Assert.Equal(expected, StockRules.Decide(stock, command, Script.StartMs, out _).Answer.Outcome);
    }

    private static void Do(Stock stock, StockCommand command)
    {
        Assert.True(StockRules.Decide(stock, command with { SkuHasLots = true }, Script.StartMs, out var change).Changes);
        stock.Apply(change);
    }
}
