using System.CommandLine;
using Grpc.Core;
using Inventory.V1;

namespace Inventory.Cli.Commands;

/// <summary>availability, near and watch.</summary>
internal static class AvailabilityCommands
{
    public static Command Availability()
    {
        var sku = Arguments.Sku();
        var channel = Arguments.Channel();
        var locations = Arguments.Locations();
        var all = new Option<bool>("--all") { Description = "Show locations with nothing available too." };
        var command = new Command("availability", "Show what is available of a SKU, everywhere or at some locations.")
        {
            sku, channel, locations, all,
        };
        command.SetAction(async (parsed, stop) =>
        {
            using var channelToService = Connection.Open(parsed);
            var request = new GetAvailabilityRequest
            {
                Sku = parsed.GetValue(sku),
                Channel = parsed.GetValue(channel),
                AvailableOnly = !parsed.GetValue(all),
            };
            request.LocationIds.AddRange(parsed.GetValue(locations) ?? []);
            var answer = await new AvailabilityService.AvailabilityServiceClient(channelToService)
                .GetAvailabilityAsync(request, deadline: Connection.Deadline(parsed), cancellationToken: stop);
            return Output.Show(parsed, answer, () => Print(answer));
        });
        return command;
    }

    public static Command Near()
    {
        var sku = Arguments.Sku();
        var channel = Arguments.Channel();
        var at = new Option<string?>("--at") { Description = "A point as LATITUDE,LONGITUDE, such as 51.5,-0.12.", HelpName = "point" };
        var location = new Option<string?>("--location", "-l") { Description = "Near this location instead of a point.", HelpName = "id" };
        var radius = Arguments.Number("--radius-km", "At most this far, in km.", 50, 0.001, 21_000);
        var units = Arguments.Whole("--units", "Units needed at one location.", 1, 1, 1_000_000_000);
        var limit = Arguments.Whole("--limit", "At most this many locations.", 10, 1, 200);
        var collect = new Option<bool>("--collect") { Description = "Only where customers can collect." };
        var command = new Command("near", "Find locations near a place that have a SKU.")
        {
            sku, channel, at, location, radius, units, limit, collect,
        };
        command.SetAction(async (parsed, stop) =>
        {
            var request = new FindNearbyRequest
            {
                Sku = parsed.GetValue(sku),
                Channel = parsed.GetValue(channel),
                RadiusMetres = parsed.GetValue(radius) * 1000,
                Units = parsed.GetValue(units),
                Limit = parsed.GetValue(limit),
                CollectOnly = parsed.GetValue(collect),
            };
            Place(request, parsed.GetValue(at), parsed.GetValue(location));
            using var channelToService = Connection.Open(parsed);
            var answer = await new AvailabilityService.AvailabilityServiceClient(channelToService)
                .FindNearbyAsync(request, deadline: Connection.Deadline(parsed), cancellationToken: stop);
            return Output.Show(parsed, answer, () => Print(answer));
        });
        return command;
    }

    public static Command Watch()
    {
        var sku = Arguments.Sku();
        var channel = Arguments.Channel();
        var locations = Arguments.Locations();
        var command = new Command("watch", "Show what is available of a SKU and each change, until Ctrl-C.") { sku, channel, locations };
        command.SetAction(async (parsed, stop) =>
        {
            using var channelToService = Connection.Open(parsed);
            var request = new WatchAvailabilityRequest { Sku = parsed.GetValue(sku), Channel = parsed.GetValue(channel) };
            request.LocationIds.AddRange(parsed.GetValue(locations) ?? []);
            using var call = new AvailabilityService.AvailabilityServiceClient(channelToService)
                .WatchAvailability(request, cancellationToken: stop);
            await foreach (var change in call.ResponseStream.ReadAllAsync(stop))
            {
                Output.Show(parsed, change, () => Print(change));
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static void Place(FindNearbyRequest request, string? at, string? location)
    {
        if ((at is null) == (location is null))
        {
            throw new BadInputException("Give either --at LATITUDE,LONGITUDE or --location ID.");
        }

        if (location is not null)
        {
            request.LocationId = location;
            return;
        }

        var parts = at!.Split(',');
        if (parts.Length != 2 || !double.TryParse(parts[0], out var latitude) || !double.TryParse(parts[1], out var longitude))
        {
            throw new BadInputException($"--at '{at}' is wrong; write it as LATITUDE,LONGITUDE in degrees, such as 51.5,-0.12.");
        }

        request.Point = new GeoPoint { Latitude = latitude, Longitude = longitude };
    }

    private static void Print(GetAvailabilityResponse answer)
    {
        var table = new TextTable(("Location", false), ("Available", true), ("On hand", true), ("Version", true));
        foreach (var each in answer.Locations)
        {
            table.Row(each.LocationId, $"{each.AvailableUnits:N0}", $"{each.OnHandUnits:N0}", $"{each.Version}");
        }

        table.Write(Console.Out);
        var age = answer.Freshness?.AgeMs ?? 0;
        Console.Out.WriteLine(
            $"{answer.Sku}: {answer.TotalAvailableUnits:N0} available at {Output.Count(answer.Locations.Count, "location")}, {age:N0} ms old.");
    }

    private static void Print(FindNearbyResponse answer)
    {
        if (answer.Locations.Count == 0)
        {
            Console.Out.WriteLine("Nothing near. Try a larger --radius-km or fewer --units.");
            return;
        }

        var table = new TextTable(("Location", false), ("Distance", true), ("Available", true), ("Ready to collect", false), ("Name", false));
        foreach (var each in answer.Locations)
        {
            table.Row(
                each.Availability.LocationId,
                Output.Distance(each.DistanceMetres),
                $"{each.Availability.AvailableUnits:N0}",
                Output.Time(each.PickupReadyTime, "yyyy-MM-dd HH:mm'Z'"),
                each.DisplayName);
        }

        table.Write(Console.Out);
    }

    private static void Print(WatchAvailabilityResponse change)
    {
        var time = Output.Time(change.Freshness?.AsOfTime);
        if (change.Initial)
        {
            var places = change.Locations.Count(each => each.AvailableUnits > 0);
            Console.Out.WriteLine($"{time}  {change.Locations.Sum(each => each.AvailableUnits):N0} available at {Output.Count(places, "location")}");
        }

        foreach (var each in change.Locations.Where(each => !change.Initial || each.AvailableUnits > 0))
        {
            Console.Out.WriteLine($"{time}  {each.LocationId}  {each.AvailableUnits:N0} available, {each.OnHandUnits:N0} on hand");
        }
    }
}
