namespace Inventory.Cli.Tests.Commands;

/// <summary>What is where: availability, near, watch; and the commands that look over the whole: play, verify, ready.</summary>
public sealed class AvailabilityCommandTests(Service service) : IClassFixture<Service>
{
    [Fact]
    public async Task Availability_adds_up_what_all_places_can_promise()
    {
        await service.ReceiveAsync("LAMP-1", "leeds", 3);
        await service.ReceiveAsync("LAMP-1", "york", 1200);
        await service.ReserveAsync("LAMP-1", "leeds", 3);
        (await service.RunAsync("availability", "lamp-1")).Ends(0)
            .Prints("Location", "Available", "On hand", "Version").Prints("york", "1,200", "1,200", "1").Prints("LAMP-1: 1,200 available at 1 location,");
        (await service.RunAsync("availability", "LAMP-1", "--all")).Ends(0).Prints("leeds", "0", "3", "2").Prints("at 2 locations");
        var answer = (await service.RunAsync("availability", "LAMP-1", "--all", "-l", "leeds", "--json")).Ends(0).Object;
        Assert.Equal("0", answer.GetProperty("totalAvailableUnits").GetString());
        Assert.Equal("leeds", Assert.Single(answer.GetProperty("locations").EnumerateArray()).GetProperty("locationId").GetString());
        (await service.RunAsync("availability", "NOTHING-1")).Ends(0).Prints("NOTHING-1: 0 available at 0 locations");
    }

    [Fact]
    public async Task Near_goes_by_distance_from_a_point_or_a_place()
    {
        await service.ReceiveAsync("LAMP-2", "leeds", 2);
        await service.ReceiveAsync("LAMP-2", "york", 5);
        var near = (await service.RunAsync("near", "LAMP-2", "--at", "53.80,-1.55")).Ends(0)
            .Prints("Location", "Distance", "Available", "Ready to collect", "Name")
            .Prints("leeds", " m", "2", "Z", "Hearth, Leeds").Prints("york", " km", "5");
        Assert.True(near.Output.IndexOf("leeds", StringComparison.Ordinal) < near.Output.IndexOf("york", StringComparison.Ordinal), near.ToString());
        var many = (await service.RunAsync("near", "LAMP-2", "-l", "leeds", "--units", "3", "--json")).Ends(0).Object.GetProperty("locations");
        var only = Assert.Single(many.EnumerateArray());
        Assert.Equal("york", only.GetProperty("availability").GetProperty("locationId").GetString());
        Assert.InRange(only.GetProperty("distanceMetres").GetDouble(), 30_000, 40_000);
        (await service.RunAsync("near", "LAMP-2", "--at", "53.80,-1.55", "--radius-km", "1", "--units", "9")).Ends(0).Prints("Nothing near");
        (await service.RunAsync("near", "LAMP-2", "-l", "nowhere")).Ends(2).Says("nowhere");
    }

    [Fact]
    public async Task Watch_tells_the_state_first_and_then_each_change_until_it_is_interrupted()
    {
        await service.ReceiveAsync("LAMP-3", "leeds", 4);
        await using var watch = service.Start("watch", "LAMP-3");
        await using var json = service.Start("watch", "LAMP-3", "-l", "york", "--json");
        await watch.LineAsync(line => line.EndsWith("4 available at 1 location", StringComparison.Ordinal));
        await watch.LineAsync(line => line.EndsWith("leeds  4 available, 4 on hand", StringComparison.Ordinal));
        await json.LineAsync(line => line.Contains("\"initial\": true", StringComparison.Ordinal));

        await service.ReserveAsync("LAMP-3", "leeds", 3);
        await watch.LineAsync(line => line.EndsWith("leeds  1 available, 4 on hand", StringComparison.Ordinal));
        await service.ReceiveAsync("LAMP-3", "york", 7);
        await watch.LineAsync(line => line.EndsWith("york  7 available, 7 on hand", StringComparison.Ordinal));
        await json.LineAsync(line => line.Contains("\"availableUnits\": \"7\"", StringComparison.Ordinal));

        watch.Interrupt();
        json.Interrupt();
        (await watch.ExitAsync()).Ends(130).Says("Stopped.");
        var lines = (await json.ExitAsync()).Ends(130).Json;
        Assert.Equal([true, false], lines.Select(line => line.GetProperty("initial").GetBoolean()));
    }

    [Fact]
    public async Task Play_tells_what_each_customer_does_and_verify_finds_no_difference()
    {
        var stock = service.Write("play.csv", "location_id,sku,on_hand\nleeds,TRAY-1,50\nleeds,TRAY-2,50\nyork,TRAY-1,50\n");
        (await service.RunAsync("stock", "import", stock)).Ends(0);
        var play = (await service.RunAsync("play", "--orders", "12", "--pace-ms", "0", "--seed", "7")).Ends(0).Prints("held at Hearth").Prints("paid");
        Assert.Equal(12, play.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);

        (await service.RunAsync("verify")).Ends(0).Says("stocks verified, 0 differences.");
        (await service.RunAsync("verify", "-l", "leeds", "--sku", "TRAY-1")).Ends(0).Says("1 stock verified, 0 differences.");
        var audit = (await service.RunAsync("verify", "--location", "york", "--json")).Ends(0).Object;
        Assert.Equal(0, audit.GetProperty("differences").GetInt64());
        Assert.True(audit.GetProperty("verified").GetInt64() >= 1);
        (await service.RunAsync("verify", "--sku", "TRAY-1")).Ends(2).Says("--sku needs --location");
        (await service.RunAsync("verify", "-l", "nowhere")).Ends(2).Says("nowhere");
        (await service.RunAsync("verify", "-l", "nowhere", "--sku", "TRAY-1")).Ends(2).Says("nowhere");
    }

    [Fact]
    public async Task Play_can_be_interrupted()
    {
        var stock = service.Write("long.csv", "location_id,sku,on_hand\nleeds,VASE-1,5000\nyork,VASE-1,5000\nswindon,VASE-1,5000\n");
        (await service.RunAsync("stock", "import", stock)).Ends(0);
        await using var play = service.Start("play", "--orders", "100000");
        await play.LineAsync(line => line.TrimStart().StartsWith("2 ", StringComparison.Ordinal));
        play.Interrupt();
        (await play.ExitAsync()).Ends(130).Says("Stopped.");
    }

    [Fact]
    public async Task Ready_says_so_when_the_service_answers()
    {
        (await service.RunAsync("ready", "--wait", "5")).Ends(0).Prints("ready");
        Assert.True((await service.RunAsync("ready", "--json")).Ends(0).Object.GetProperty("ready").GetBoolean());
    }

    [Fact]
    public async Task Play_tells_programs_of_each_customer_in_a_line()
    {
        (await service.RunAsync("stock", "import", service.Write("json.csv", "location_id,sku,on_hand\nleeds,JUG-1,50\nyork,JUG-1,50\n"))).Ends(0);
        var customers = (await service.RunAsync("play", "--orders", "6", "--pace-ms", "0", "--seed", "7", "--json")).Ends(0).Json;
        Assert.Equal([1, 2, 3, 4, 5, 6], customers.Select(each => each.GetProperty("number").GetInt32()));
        Assert.All(customers, each => Assert.NotEmpty(each.GetProperty("steps").EnumerateArray()));
        Assert.Contains(customers, each => each.GetProperty("locationId").GetString() == "leeds");
    }
}
