using Inventory.Cli.Replay;

namespace Inventory.Cli.Tests.Replay;

/// <summary>What the real year is known to hold.</summary>
public sealed class RealDataTests
{
    [RealDataFact]
    public void Every_line_is_sorted_as_the_data_says()
    {
        var data = RealData.Data;
        int Count(LineKind kind) => data.Lines.Count(line => line.Kind == kind);

        Assert.Equal(527_667, Count(LineKind.Sale));
        Assert.Equal(8_701, Count(LineKind.Return));
        Assert.Equal(1_336, Count(LineKind.WriteOff));
        Assert.Equal(1_160, Count(LineKind.Found));
        Assert.Equal(541_909 - 538_864, data.NotProductLines);
        Assert.Equal(0, data.SkippedLines);
    }

    [RealDataFact]
    public void Network_and_products_are_whole()
    {
        var data = RealData.Data;

        Assert.Equal(2_534, data.Stores.Count);
        Assert.Equal(55, data.Stores.Count(store => store.Kind == StoreKind.Wholesale));
        Assert.Equal(12_015, data.Sectors.Count);
        Assert.Equal(4_070 - 112, data.Descriptions.Count);
        Assert.Equal(3_796, data.Lines.Where(line => line.Kind == LineKind.Sale).Select(line => line.Sku).Distinct().Count());
    }

    [RealDataFact]
    public void The_huge_sale_and_its_return_stand_twelve_minutes_apart_and_can_be_served()
    {
        var world = World.Build(RealData.Data, new WorldSettings());
        var lines = world.Lines.Where(line => line.Sku == "23843").ToArray();
        var sale = lines.Single(line => line.Kind == LineKind.Sale);
        var back = lines.Single(line => line.Invoice == "C581484");

        Assert.Equal(80_995, sale.Units);
        Assert.Equal(80_995, back.Units);
        Assert.Equal(TimeSpan.FromMinutes(12), TimeSpan.FromMilliseconds(back.TimeMs - sale.TimeMs));
        Assert.Contains(world.Opening[Array.IndexOf(world.Skus, "23843")], row => row.Units >= 80_995);
    }

    [RealDataFact]
    public void The_whole_world_stays_within_its_bound()
    {
        var world = World.Build(RealData.Data, new WorldSettings());

        Assert.InRange(WorldLoader.Rows(world), 200_000, 304_000);
        Assert.All(world.Opening, rows => Assert.NotEmpty(rows));
    }

    [RealDataFact]
    public async Task A_slice_of_the_real_year_reconciles()
    {
        var world = World.Build(RealData.Data, new WorldSettings { LinesMax = 1_500, Retailer = "Costco" });
        var run = TestWorlds.Run(RealData.Data, world, new FakeInventory { LoseAnswerEvery = 23 });

        var report = await run.RunAsync(TestWorlds.NoProgress, CancellationToken.None);

        Assert.Empty(report.Differences);
        Assert.Equal(1_500, report.LinesDone);
        Assert.Equal(run.ExpectedEndState(), report.Reconciliation!.EndState);
    }
}
