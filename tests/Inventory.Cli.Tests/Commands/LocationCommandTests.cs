namespace Inventory.Cli.Tests.Commands;

/// <summary>The commands under <c>inventory locations</c>, run as a person runs them.</summary>
public sealed class LocationCommandTests(Service service) : IClassFixture<Service>
{
    [Fact]
    public async Task Listing_shows_every_place_as_a_table_or_as_lines_of_json()
    {
        (await service.RunAsync("locations", "list")).Ends(0)
            .Prints("Id", "Name", "Kind", "Town", "Open")
            .Prints("leeds", "Hearth, Leeds", "store", "Leeds", "yes")
            .Prints(" locations.");
        var json = (await service.RunAsync("locations", "list", "--json")).Ends(0).Json;
        Assert.Superset(new HashSet<string?> { "leeds", "swindon", "york" }, json.Select(each => each.GetProperty("id").GetString()).ToHashSet());
        var warehouse = json.Single(each => each.GetProperty("id").GetString() == "swindon");
        Assert.Equal("LOCATION_KIND_WAREHOUSE", warehouse.GetProperty("kind").GetString());
    }

    [Fact]
    public async Task Showing_one_tells_what_was_imported()
    {
        (await service.RunAsync("locations", "show", "leeds")).Ends(0)
            .Prints("Name", "Hearth, Leeds").Prints("Position", "53.8, -1.549").Prints("Address", "LS1 1AA, Leeds, GB").Prints("Preparation", "30 min");
        var location = (await service.RunAsync("locations", "show", "leeds", "--json")).Ends(0).Object.GetProperty("location");
        Assert.Equal("1800s", location.GetProperty("preparationTime").GetString());
        Assert.Equal(-1.549, location.GetProperty("position").GetProperty("longitude").GetDouble());
        (await service.RunAsync("locations", "show", "nowhere")).Ends(2).Says("no Location", "nowhere");
        (await service.RunAsync("locations", "work", "nowhere")).Ends(2).Says("no Location", "nowhere");
        (await service.RunAsync("locations", "work", "leeds")).Ends(0).Prints("Work", "Capacity", "Used");
    }

    [Fact]
    public async Task A_closed_place_promises_nothing_until_it_is_open_again()
    {
        await service.ReceiveAsync("BED-1", "york", 5);
        (await service.RunAsync("locations", "close", "york")).Ends(0).Prints("york is closed.");
        (await service.RunAsync("locations", "list")).Ends(0).Prints("york", "no");
        (await service.RunAsync("reserve", "BED-1@york")).Ends(1).Says("Refused (LOCATION_CLOSED)", "The location is closed: open it");
        var opened = (await service.RunAsync("locations", "open", "york", "--json")).Ends(0).Object.GetProperty("decision");
        Assert.True(opened.GetProperty("accepted").GetBoolean());
        (await service.RunAsync("reserve", "BED-1@york")).Ends(0).Prints("Held as BED-1@york~");
        (await service.RunAsync("locations", "close", "nowhere")).Ends(2).Says("no Location", "nowhere");
    }

    [Fact]
    public async Task A_place_whose_life_is_over_or_has_not_begun_is_not_shown_as_open()
    {
        var file = service.Write("lives.csv", """
            id,name,kind,latitude,longitude,first_date,last_date
            whitby,Hearth Whitby,pop-up,54.48,-0.61,2020-01-01,2020-12-31
            filey,Hearth Filey,pop-up,54.21,-0.29,2999-01-01,
            """);
        (await service.RunAsync("locations", "import", file)).Ends(0);
        var list = (await service.RunAsync("locations", "list")).Ends(0).Output.Split('\n');
        Assert.EndsWith("ended", list.Single(line => line.StartsWith("whitby", StringComparison.Ordinal)).TrimEnd(), StringComparison.Ordinal);
        Assert.EndsWith("not yet", list.Single(line => line.StartsWith("filey", StringComparison.Ordinal)).TrimEnd(), StringComparison.Ordinal);
        (await service.RunAsync("locations", "show", "whitby")).Ends(0).Prints("Open", "ended").Prints("Life", "2020-01-01 to 2020-12-31");
        var shown = (await service.RunAsync("locations", "show", "filey", "--json")).Ends(0).Object.GetProperty("location");
        Assert.Equal("LOCATION_STATE_NOT_BEGUN", shown.GetProperty("state").GetString());
    }

    [Fact]
    public async Task Importing_again_replaces_and_says_how_many()
    {
        var file = service.Write("more.csv", """
            id,name,kind,latitude,longitude
            hull,Hearth Hull,pop-up,53.75,-0.33
            leeds,"Hearth, Leeds",store,53.800,-1.549
            """);
        var answer = (await service.RunAsync("locations", "import", file, "--json")).Ends(0).Object;
        Assert.Equal(2, answer.GetProperty("imported").GetInt64());
        Assert.Equal(0, answer.GetProperty("refused").GetInt64());
        Assert.Equal(0, answer.GetProperty("skippedLines").GetInt64());
        (await service.RunAsync("locations", "show", "hull")).Ends(0).Prints("Kind", "pop-up");
        var tidy = service.Write("tidy.csv", "id,name,kind,latitude,longitude,postal_code,town,country,time_zone,preparation_minutes\n"
            + "leeds,\"Hearth, Leeds\",store,53.800,-1.549,LS1 1AA,Leeds,GB,Europe/London,30\n");
        (await service.RunAsync("locations", "import", tidy)).Ends(0).Says("1 location imported, 0 refused, 0 bad lines skipped.");
    }

    [Fact]
    public async Task What_a_place_can_do_is_imported_and_shown()
    {
        var file = service.Write("work.csv", """
            id,name,kind,latitude,longitude,parcels_per_day,picks_per_hour,cut_off,carrier_days,parcel_cost_minor,hazardous,oversized,first_date,last_date
            selby,Hearth Selby,pop-up,53.78,-1.07,40,12,17:30,Mon Tue fri,310,yes,no,2026-01-01,2999-12-31
            """);
        (await service.RunAsync("locations", "import", file)).Ends(0).Says("1 location imported, 0 refused, 0 bad lines skipped.");
        (await service.RunAsync("locations", "show", "selby")).Ends(0)
            .Prints("Parcels a day", "40").Prints("Picks an hour", "12").Prints("Cut-off", "17:30").Prints("Carrier comes", "Mon Tue Fri")
            .Prints("Cost of a parcel", "310 minor units").Prints("May handle", "hazardous").Prints("Life", "2026-01-01 to 2999-12-31");
        var wrong = service.Write("wrong.csv", "id,name,kind,latitude,longitude,cut_off\nselby,Hearth Selby,pop-up,53.78,-1.07,5pm\n");
        (await service.RunAsync("locations", "import", wrong)).Says("column cut_off is '5pm'; it must be a local time");
    }
}
