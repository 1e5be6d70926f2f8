using System.Globalization;
using Inventory.Domain;
using Inventory.Domain.Orders;
using Inventory.Domain.Work;
using static Inventory.Grains.Tests.OrderDesk;

namespace Inventory.Grains.Tests;

/// <summary>Stores that can do so much and no more, and what of that is promised.</summary>
internal static class BackOrderWork
{
    /// <summary>States what a store of <see cref="BackOrderDesk.Expecting"/> can do; parcels leave at six, or as it closes at midnight.</summary>
    public static async Task Limit(World world, string store, int parcels, int picks = 0, bool untilMidnight = false)
    {
        var kilometres = store switch { "near" => 10, "middle" => 100, _ => 300 };
        var answer = await world.Locations.Upsert(world.NewId(), LocationId.Parse(store), new LocationFacts
        {
            Name = "Store " + store, Kind = LocationKind.Store, Position = new Position(Home.Latitude + (kilometres / 111.195), 0), ParcelsPerDay = parcels,
            PicksPerHour = picks, CutOffMinute = untilMidnight ? null : 18 * 60,
        });
        Assert.Equal(LocationOutcome.Accepted, answer.Outcome);
    }

    /// <summary>What is taken of a store, counted from today: <c>parcels+2 1, picks+2h10 1</c>.</summary>
    public static async Task<string> Taken(World world, string store)
    {
        var loads = await world.Get<IWork>().Kept(LocationId.Parse(store)).AsTask().WaitAsync(World.Patience);
        Assert.Empty(await world.Get<IWork>().Audit(LocationId.Parse(store)).AsTask().WaitAsync(World.Patience));
        return string.Join(", ", loads.Where(static load => load.Held > 0).Select(load => $"{NameOf(world, load.Slot)} {load.Held}"));
    }

    /// <summary>What is taken of all stores together.</summary>
    public static async Task<long> TakenInAll(World world)
    {
        var sum = 0L;
        foreach (var store in new[] { "near", "middle", "far" })
        {
            sum += (await world.Get<IWork>().Kept(LocationId.Parse(store)).AsTask().WaitAsync(World.Patience)).Sum(static load => load.Held);
        }

        return sum;
    }

    /// <summary>What an order's promises say that they take.</summary>
    public static string Work(World world, OrderView order) => string.Join(", ", order.Expected.SelectMany(static part => part.Work)
        .Concat(order.Parts.Where(static part => part.Lines.Any(static line => line.Left > 0)).SelectMany(static part => part.Work))
        .Select(work => $"{NameOf(world, work.Slot)} {work.Units}"));

    private static string NameOf(World world, WorkSlot slot)
    {
        var today = BackOrderDesk.Day(world, 0);
        var at = TimeSpan.FromMilliseconds(slot.StartMs - today);
        var day = Math.Floor(at.TotalDays).ToString("+0;-0;+0", CultureInfo.InvariantCulture);
        return slot.Kind == WorkKind.Parcels ? "parcels" + day : $"picks{day}h{(int)(at.TotalHours - (24 * Math.Floor(at.TotalDays)))}";
    }
}
