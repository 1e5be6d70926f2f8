using System.CommandLine;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Inventory.V1;

namespace Inventory.Cli.Commands;

/// <summary>locations: import, list, show, work, open, close.</summary>
internal static class LocationCommands
{
    private static readonly string[] s_columns = ["id", "name", "kind", "latitude", "longitude"];

    public static Command Create() => new("locations", "Stores, warehouses and other places that hold stock.")
    {
        Import(), List(), Show(), Work(), Switch("open"), Switch("close"),
    };

    private static Command Import()
    {
        var file = new Argument<string>("file")
        {
            Description = $"CSV with the columns id, name, kind ({Names.List(Names.Kinds)}), latitude, longitude and, if you like, "
                + $"postal_code, town, region, country, time_zone, preparation_minutes, {LocationWork.Columns}; gzip if its name ends in .gz.",
        };
        var skipBad = new Option<bool>("--skip-bad") { Description = "Count bad lines instead of stopping at the first." };
        var requestId = Arguments.RequestId();
        var command = new Command("import", "Create or replace locations from a CSV file.") { file, skipBad, requestId };
        command.SetAction(async (parsed, stop) =>
        {
            var (locations, skipped) = CsvTable.Read(parsed.GetValue(file)!, s_columns, Parse, parsed.GetValue(skipBad));
            using var channel = Connection.Open(parsed);
            var client = new LocationService.LocationServiceClient(channel);
            var refused = 0;
            await Progress.RunAsync("locations", locations.Count, async tick =>
            {
                var id = parsed.IdOf(requestId);
                var limits = new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = stop };
                await Parallel.ForEachAsync(locations.Index(), limits, async (each, token) =>
                {
                    var request = new UpsertLocationRequest { RequestId = $"{id}/{each.Index}", Location = each.Item };
                    if (await RefusalAsync(() => client.UpsertLocationAsync(request, null, Connection.Deadline(parsed), token)) is { } refusal)
                    {
                        Interlocked.Increment(ref refused);
                        Errors.Tell("REFUSED", $"{each.Item.Id}: {refusal}", new ErrorDetail(each.Item.Id, refusal));
                    }

                    tick(1);
                });
            });
            Errors.Line(
                $"{Output.Count(locations.Count - refused, "location")} imported, {refused:N0} refused, {Output.Count(skipped, "bad line")} skipped.");
            if (parsed.GetValue(Connection.Json))
            {
                Output.Figures(new { Imported = locations.Count - refused, Refused = refused, SkippedLines = skipped });
            }

            return refused > 0 ? ExitCode.Refused : ExitCode.Done;
        });
        return command;
    }

    // Why one location was not taken in; null if it was. Another one may be right all the same.
    private static async Task<string?> RefusalAsync(Func<AsyncUnaryCall<UpsertLocationResponse>> call)
    {
        try
        {
            var answer = await call();
            return answer.Decision.Accepted ? null : Output.Refusal(answer.Decision);
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.InvalidArgument)
        {
            return e.Status.Detail;
        }
    }

    private static Command List()
    {
        var command = new Command("list", "List all locations.");
        command.SetAction(async (parsed, stop) =>
        {
            using var channel = Connection.Open(parsed);
            var client = new LocationService.LocationServiceClient(channel);
            var table = new TextTable(("Id", false), ("Name", false), ("Kind", false), ("Town", false), ("Open", false));
            var request = new ListLocationsRequest { PageSize = 1000 };
            var json = parsed.GetValue(Connection.Json);
            do
            {
                var page = await client.ListLocationsAsync(request, null, Connection.Deadline(parsed), stop);
                foreach (var location in page.Locations)
                {
                    if (json)
                    {
                        Output.Json(location);
                    }

                    table.Row(location.Id, location.DisplayName, Names.Of(Names.Kinds, location.Kind), location.Town, LocationWork.Open(location));
                }

                request.PageToken = page.NextPageToken;
            }
            while (request.PageToken.Length > 0);
            if (!json)
            {
                table.Write(Console.Out);
                Console.Out.WriteLine($"{Output.Count(table.Count, "location")}.");
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static Command Show()
    {
        var id = Arguments.Location();
        var command = new Command("show", "Show one location.") { id };
        command.SetAction(async (parsed, stop) =>
        {
            using var channel = Connection.Open(parsed);
            var answer = await new LocationService.LocationServiceClient(channel)
                .GetLocationAsync(new GetLocationRequest { Id = parsed.GetValue(id) }, null, Connection.Deadline(parsed), stop);
            return Output.Show(parsed, answer, () => Print(answer.Location));
        });
        return command;
    }

    private static Command Work()
    {
        var id = Arguments.Location();
        var command = new Command("work", "Show how much of a location's days and hours is promised.") { id };
        command.SetAction(async (parsed, stop) =>
        {
            using var channel = Connection.Open(parsed);
            var answer = await new LocationService.LocationServiceClient(channel)
                .GetLocationWorkAsync(new GetLocationWorkRequest { Id = parsed.GetValue(id) }, null, Connection.Deadline(parsed), stop);
            return Output.Show(parsed, answer, () => LocationWork.Table(answer).Write(Console.Out));
        });
        return command;
    }

    private static Command Switch(string verb)
    {
        var id = Arguments.Location();
        var requestId = Arguments.RequestId();
        var command = new Command(verb, verb == "open" ? "Make a location's stock available." : "Take a location out at once.") { id, requestId };
        command.SetAction(async (parsed, stop) =>
        {
            using var channel = Connection.Open(parsed);
            var client = new LocationService.LocationServiceClient(channel);
            var (request, location) = (parsed.IdOf(requestId), parsed.GetValue(id));
            var deadline = Connection.Deadline(parsed);
            if (verb == "open")
            {
                var opened = await client.OpenLocationAsync(new OpenLocationRequest { RequestId = request, Id = location }, null, deadline, stop);
                return Output.Decided(parsed, opened, opened.Decision, $"{location} is open.");
            }

            var closed = await client.CloseLocationAsync(new CloseLocationRequest { RequestId = request, Id = location }, null, deadline, stop);
            return Output.Decided(parsed, closed, closed.Decision, $"{location} is closed.");
        });
        return command;
    }

    private static Location Parse(CsvRow row)
    {
        var location = new Location
        {
            Id = Arguments.LocationOf(row, "id"),
            DisplayName = row.Text("name"),
            Kind = Kind(row.Text("kind")),
            Position = new GeoPoint { Latitude = row.Number("latitude", -90, 90), Longitude = row.Number("longitude", -180, 180) },
            PostalCode = row.Optional("postal_code"),
            Town = row.Optional("town"),
            Region = row.Optional("region"),
            CountryCode = row.Optional("country"),
            TimeZone = Zone(row.Optional("time_zone")),
        };
        if (row.Optional("preparation_minutes").Length > 0)
        {
            location.PreparationTime = Duration.FromTimeSpan(TimeSpan.FromMinutes(row.Whole("preparation_minutes", 0, 14 * 24 * 60)));
        }

        LocationWork.Read(row, location);
        return location;
    }

    private static LocationKind Kind(string text) => Names.Kinds.TryGetValue(text.Replace('_', '-'), out var kind)
        ? kind
        : throw CsvRow.Wrong("kind", text, $"must be {Names.List(Names.Kinds)}.");

    private static string Zone(string text) => text.Length == 0 || TimeZoneInfo.TryFindSystemTimeZoneById(text, out _)
        ? text
        : throw CsvRow.Wrong("time_zone", text, "must be a name of the IANA database, such as Europe/London.");

    private static void Print(Location location)
    {
        var table = new TextTable(("", false), ("", false));
        void Line(string name, string value) => table.Row(name, value);
        Line("Id", location.Id);
        Line("Name", location.DisplayName);
        Line("Kind", Names.Of(Names.Kinds, location.Kind));
        Line("Open", LocationWork.Open(location));
        Line("Position", $"{location.Position?.Latitude}, {location.Position?.Longitude}");
        string[] address = [location.PostalCode, location.Town, location.Region, location.CountryCode];
        Line("Address", string.Join(", ", address.Where(part => part.Length > 0)));
        Line("Time zone", location.TimeZone);
        Line("Hours", OpeningHours.Of(location));
        Line("Preparation", $"{location.PreparationTime?.ToTimeSpan().TotalMinutes ?? 0:0} min");
        foreach (var (name, value) in LocationWork.Lines(location))
        {
            Line(name, value);
        }

        Line("Version", $"{location.Version}");
        table.Write(Console.Out);
    }
}
