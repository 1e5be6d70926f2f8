namespace Inventory.Cli.Tests.Commands;

/// <summary>A reservation's whole life on the command line.</summary>
public sealed class ReservationCommandTests(Service service) : IClassFixture<Service>
{
    [Fact]
    public async Task From_reserve_to_collect_and_back_again()
    {
        await service.ReceiveAsync("MUG-1", "leeds", 10);
        var held = (await service.RunAsync("reserve", "MUG-1@leeds=4", "--ttl", "1h")).Ends(0).Prints("Held as MUG-1@leeds~", "until 20", "Z.");
        var id = held.Output.Split(' ')[2];
        (await service.RunAsync("extend", id, "--ttl", "2h")).Ends(0).Prints("Held until 20");
        (await service.RunAsync("confirm", id)).Ends(0).Prints("Confirmed.");
        (await service.RunAsync("extend", id)).Ends(1).Says("Refused (RESERVATION_FIRM)", "firm already");
        (await service.RunAsync("collect", id, "--line", "0=1")).Ends(0).Prints("Collected.");
        (await service.RunAsync("ship", id, "--line", "0=1")).Ends(0).Prints("Shipped.");
        (await service.RunAsync("release", id, "--line", "0=1")).Ends(0).Prints("Released.");
        (await service.RunAsync("reservation", id)).Ends(0)
            .Prints(id).Prints("Line", "Stock", "State", "Units", "Held", "Collected", "Shipped", "Released")
            .Prints("0", "MUG-1@leeds", "firm", "4", "1", "1", "1", "1");
        (await service.RunAsync("collect", id)).Ends(0);
        (await service.RunAsync("collect", id)).Ends(1).Says("Refused (RESERVATION_ENDED)");
        (await service.RunAsync("return", "MUG-1", "york", "2", "--reservation", id)).Ends(0).Prints("Taken back.");
        Assert.Equal(7, (await service.StockAsync("MUG-1", "leeds")).OnHandUnits);
        Assert.Equal(2, (await service.StockAsync("MUG-1", "york")).OnHandUnits);
    }

    [Fact]
    public async Task Each_step_answers_programs_with_its_decision()
    {
        await service.ReceiveAsync("MUG-2", "leeds", 5);
        var id = await service.ReserveAsync("MUG-2", "leeds", 3);
        foreach (var step in new[] { "extend", "confirm", "ship --line 0=2" })
        {
            var decision = (await service.RunAsync([.. step.Split(' '), id, "--json"])).Ends(0).Object.GetProperty("decision");
            Assert.True(decision.GetProperty("accepted").GetBoolean(), step);
        }

        var reservation = (await service.RunAsync("reservation", id, "--json")).Ends(0).Object.GetProperty("reservation");
        Assert.Equal("2", reservation.GetProperty("lines")[0].GetProperty("shippedUnits").GetString());
        var refused = (await service.RunAsync("release", id, "--line", "0=2", "--json")).Ends(1).Object.GetProperty("decision");
        Assert.Equal("REFUSAL_REASON_EXCEEDS_HELD", refused.GetProperty("refusalReason").GetString());
        var returned = (await service.RunAsync("return", "MUG-2", "leeds", "1", "--condition", "damaged", "--json")).Ends(0).Object;
        Assert.True(returned.GetProperty("decision").GetProperty("accepted").GetBoolean());
        Assert.Equal(1, (await service.StockAsync("MUG-2", "leeds")).DamagedUnits);
    }

    [Fact]
    public async Task What_is_sold_out_is_refused_with_its_reason()
    {
        await service.ReceiveAsync("MUG-3", "leeds", 1);
        (await service.RunAsync("reserve", "MUG-3@leeds=2")).Ends(1).Says("Refused (INSUFFICIENT)", "Fewer units are available", "later");
        var answer = (await service.RunAsync("reserve", "MUG-3@leeds=2", "--json")).Ends(1).Object;
        Assert.Equal("REFUSAL_REASON_INSUFFICIENT", answer.GetProperty("decision").GetProperty("refusalReason").GetString());
        Assert.Equal(0, (await service.StockAsync("MUG-3", "leeds")).HeldUnits);
    }

    [Fact]
    public async Task Several_lines_are_all_held_or_none_unless_part_is_enough()
    {
        await service.ReceiveAsync("MUG-4", "leeds", 2);
        await service.ReceiveAsync("MUG-4", "york", 1);
        (await service.RunAsync("reserve", "MUG-4@leeds=2", "MUG-4@york=2")).Ends(1)
            .Says("line 0", "OTHER_LINE_REFUSED").Says("line 1", "INSUFFICIENT");
        (await service.RunAsync("reserve", "MUG-4@leeds=2", "MUG-4@york=2", "--partial")).Ends(0)
            .Prints("Held as MANY~").Says("line 1", "INSUFFICIENT");
        (await service.RunAsync("reservations", "MUG-4", "leeds")).Ends(0)
            .Prints("Reservation", "State", "Held", "Expires").Prints("MANY~", "soft", "2", "Z").Prints("1 reservation.");
        var held = (await service.RunAsync("reservations", "MUG-4", "leeds", "--json")).Ends(0).Object.GetProperty("reservations");
        Assert.StartsWith("MANY~", Assert.Single(held.EnumerateArray()).GetProperty("id").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reservation_that_nobody_knows_is_said_to_be_unknown()
    {
        await service.ReceiveAsync("MUG-5", "leeds", 1);
        var id = (await service.ReserveAsync("MUG-5", "leeds", 1)).Replace("MUG-5", "MUG-55", StringComparison.Ordinal);
        (await service.RunAsync("reservation", id)).Ends(2).Says("no Reservation", id);
        (await service.RunAsync("confirm", id)).Ends(1).Says("Refused (RESERVATION_NOT_FOUND)");
        (await service.RunAsync("confirm", "nonsense")).Ends(2).Says("reservation_id");
    }
}
