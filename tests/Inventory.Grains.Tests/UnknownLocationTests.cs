using Inventory.Domain;
using Inventory.Domain.Stocks;

namespace Inventory.Grains.Tests;

/// <summary>Nothing is kept, promised or offered at a location that nobody has described.</summary>
public sealed class UnknownLocationTests
{
    private static readonly LocationId s_nowhere = LocationId.Parse("nowhere");
    private static readonly StockKey s_mug = World.Key("MUG@nowhere");

    [Fact]
    public async Task Every_write_is_refused_and_leaves_no_trace()
    {
        await using var world = await World.Start();
        foreach (var command in new[]
        {
            StockCommand.Receive(world.NewId(), 5), StockCommand.Import(world.NewId(), 5), StockCommand.Return(world.NewId(), 5),
            StockCommand.SetPolicy(world.NewId(), StockPolicy.Default), StockCommand.Reserve(world.NewId(), 1, Channel.Web, 60_000),
        })
        {
            var answer = await world.Stocks.Do(s_mug, command);
            Assert.Equal((StockOutcome.LocationUnknown, 0L, true), (answer.Outcome, answer.Version, answer.Outcome.MayPassLater()));
        }

        Assert.Equal([Registering.Itself], await world.Stocks.Prepare([s_mug]));
        var many = await world.Stocks.DoMany(s_mug, [StockCommand.Import(world.NewId(), 5), StockCommand.Receive(world.NewId(), 5)]);
        Assert.All(many, answer => Assert.Equal(StockOutcome.LocationUnknown, answer.Outcome));
        Assert.Equal(0, world.Journal.Appends);
        Assert.True((await world.Stocks.Get(s_mug, Channel.Web)).LocationUnknown);
        Assert.True((await world.Stocks.List(s_nowhere, Channel.Web, null, 9)).LocationUnknown);
        var board = await world.Availability.Get(new BoardQuery(s_mug.Sku, Channel.Web, [s_nowhere]));
        Assert.Equal([s_nowhere], board.Unknown);
        Assert.Empty(board.Rows);
    }

    [Fact]
    public async Task The_same_write_passes_once_the_location_is_described()
    {
        await using var world = await World.Start();
        var receive = StockCommand.Receive(world.NewId(), 5);
        Assert.Equal(StockOutcome.LocationUnknown, (await world.Stocks.Do(s_mug, receive)).Outcome);
        await world.Open("nowhere");
        Assert.Equal(StockOutcome.Accepted, (await world.Stocks.Do(s_mug, receive)).Outcome);
        await world.Shown("MUG@nowhere", row => row.Available == 5);
        Assert.False((await world.Stocks.Get(s_mug, Channel.Web)).LocationUnknown);
        Assert.Empty((await world.Availability.Get(new BoardQuery(s_mug.Sku, Channel.Web, [s_nowhere]))).Unknown);

        await using var next = await world.Restart();
        Assert.Equal(StockOutcome.AlreadyAccepted, (await next.Stocks.Do(s_mug, receive)).Outcome);
        Assert.Equal(5, (await next.View("MUG@nowhere")).Available);
    }

    [Fact]
    public async Task The_copy_of_another_silo_learns_of_a_location_when_somebody_needs_it()
    {
        await using var world = await World.Start();
        using var elsewhere = new LocationDirectory(world.Grains, world.Time); // follows by itself only when time passes, and none does
        await elsewhere.WhenLoaded();
        await world.Open("nowhere");
        Assert.False(elsewhere.Knows(s_nowhere));
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => elsewhere.LookAgain()));
        Assert.True(elsewhere.IsOpen(s_nowhere));
        await world.Locations.SetOpen(world.NewId(), s_nowhere, false);
        await elsewhere.LookAgain();
        Assert.True(elsewhere.Knows(s_nowhere));
        Assert.True(elsewhere.IsClosed(s_nowhere));
        Assert.False(elsewhere.IsOpen(s_nowhere));
    }

    [Fact]
    public async Task A_reservation_with_one_line_at_an_unknown_location_holds_nothing_anywhere()
    {
        await using var world = await ReservationTests.Stocked();
        var refused = await ReservationTests.Reserve(world, false, ("MUG@north", 2), ("MUG@nowhere", 1));
        Assert.Equal(StockOutcome.LocationUnknown, refused.Outcome);
        Assert.True(refused.Lines[0].OtherLineRefused);
        Assert.Equal(0, (await world.View("MUG@north")).Held);
    }
}
