using System.Threading.Channels;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Inventory.V1;

namespace Inventory.Cli.Replay;

/// <summary>Puts the network and the opening stock into the service. Whatever is repeated is repeated with the same request ids.</summary>
internal sealed class WorldLoader(Stage stage, Func<int, ReplayClient> clientOf, Action<int> tick, CancellationToken stop)
{
    private const int RowsPerMessage = 1_000;
    private const int MessagesAhead = 8;
    private static readonly IComparer<Store> s_byId = Comparer<Store>.Create(static (a, b) => string.CompareOrdinal(a.Id, b.Id));

    /// <summary>How many rows an opening stock has.</summary>
    public static int Rows(World world) => world.Opening.Sum(rows => rows.Length);

    /// <summary>Refuses a service that holds anything but this network without stock: the books would not add up.</summary>
    /// <exception cref="BadInputException">Says what was found and what to do.</exception>
    public async Task RequireEmptyAsync()
    {
        var ours = stage.World.Stores.Select(store => store.Id).ToHashSet(StringComparer.Ordinal);
        var known = new List<string>();
        var request = new ListLocationsRequest { PageSize = 1_000 };
        do
        {
            var page = await clientOf(0).AskAsync(Operation.ListLocations, request, clientOf(0).Locations.ListLocationsAsync, stop);
            known.AddRange(page.Locations.Select(location => location.Id));
            request = new ListLocationsRequest { PageSize = 1_000, PageToken = page.NextPageToken };
        }
        while (request.PageToken.Length > 0);

        if (known.Find(id => !ours.Contains(id)) is { } stranger)
        {
            throw new BadInputException(
                $"The service knows location '{stranger}', which is not of this replay. Start it on an empty data directory.");
        }

        await InParallel.ForEachAsync(known, stage.Settings.Callers, async (id, caller) =>
        {
            var first = new ListStocksRequest { LocationId = id, PageSize = 1 };
            var page = await clientOf(caller).AskAsync(Operation.ListStocks, first, clientOf(caller).Stock.ListStocksAsync, stop);
            if (page.Stocks.Count > 0)
            {
                throw new BadInputException(
                    $"The service holds stock at '{id}' already. Start it on an empty data directory, "
                    + "or go on with the replay that put it there: --resume FILE.");
            }
        });
    }

    /// <summary>Creates or replaces every location.</summary>
    public Task LoadNetworkAsync() => InParallel.ForEachAsync(stage.World.Stores, stage.Settings.Callers, async (store, caller) =>
    {
        var location = Describe(store);
        var capacity = stage.World.Capacities[Array.BinarySearch(stage.World.Stores, store, s_byId)];
        (location.ParcelsPerDay, location.PicksPerHour) = (capacity.ParcelsPerDay, capacity.PicksPerHour);
        var request = new UpsertLocationRequest { RequestId = stage.Ids.Of(store.Id, 0, "location"), Location = location };
        var client = clientOf(caller);
        var answer = await client.AskAsync(Operation.UpsertLocation, request, client.Locations.UpsertLocationAsync, stop);
        if (!answer.Decision.Accepted)
        {
            throw new ServiceLostException(
                $"Location '{store.Id}' was refused: {answer.Decision.RefusalReason} {answer.Decision.RefusalMessage}");
        }

        tick(1);
    });

    /// <summary>Imports the opening stock in one stream; if it breaks, all of it is sent again under the same id.</summary>
    public async Task LoadStockAsync()
    {
        var begun = stage.Clock.GetTimestamp();
        var confirmed = 0;
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await ImportAsync(rows =>
                {
                    if (rows > confirmed)
                    {
                        tick(rows - confirmed);
                        confirmed = rows;
                        begun = stage.Clock.GetTimestamp();
                    }
                });
                return;
            }
            catch (RpcException e) when (ReplayClient.LeavesOutcomeUnknown(e.StatusCode))
            {
                stop.ThrowIfCancellationRequested();
                stage.Tally.Retried(e.StatusCode);
                await clientOf(0).PauseAsync(Operation.ImportStock, attempt, begun, e, stop);
            }
            catch (RpcException e)
            {
                throw new ServiceLostException($"The import failed with {e.StatusCode}: {e.Status.Detail}", e);
            }
        }
    }

    internal static Location Describe(Store store)
    {
        var location = new Location
        {
            Id = store.Id,
            DisplayName = store.Name,
            Kind = store.Kind == StoreKind.Wholesale ? LocationKind.Warehouse : LocationKind.Store,
            Position = new GeoPoint { Latitude = store.Position.Latitude, Longitude = store.Position.Longitude },
            PostalCode = store.PostalCode,
            Town = store.Town,
            Region = store.Region,
            CountryCode = store.CountryCode,
            TimeZone = "Europe/London",
            PreparationTime = Duration.FromTimeSpan(TimeSpan.FromMinutes(store.Kind == StoreKind.Superstore ? 60 : 120)),
        };
        var (open, close) = store.Kind switch
        {
            StoreKind.Supermarket => (8 * 60, 22 * 60),
            StoreKind.Superstore => (6 * 60, 24 * 60),
            _ => (7 * 60, 20 * 60),
        };
        for (var day = Weekday.Monday; day <= Weekday.Saturday; day++)
        {
            location.WeeklyHours.Add(new OpeningPeriod { Weekday = day, OpenMinute = open, CloseMinute = close });
        }

        // Large shops trade for six hours on Sundays.
        location.WeeklyHours.Add(new OpeningPeriod { Weekday = Weekday.Sunday, OpenMinute = 10 * 60, CloseMinute = 16 * 60 });
        location.Capabilities.Add([Capability.Ship, Capability.Return]);
        if (store.Collects)
        {
            location.Capabilities.Add(Capability.Collect);
        }

        return location;
    }

    private async Task ImportAsync(Action<int> acknowledged)
    {
        using var call = clientOf(0).Stock.ImportStock(cancellationToken: stop);
        var window = Channel.CreateBounded<long>(MessagesAhead);
        var reading = ReadAnswersAsync(call.ResponseStream, window.Reader, acknowledged);
        try
        {
            foreach (var message in Messages())
            {
                // Waits while too much is under way; a broken stream ends the wait through the reader.
                var room = window.Writer.WriteAsync(stage.Clock.GetTimestamp(), stop).AsTask();
                if (await Task.WhenAny(room, reading) == reading)
                {
                    break;
                }

                await call.RequestStream.WriteAsync(message, stop);
            }

            if (!reading.IsCompleted)
            {
                await call.RequestStream.CompleteAsync();
            }
        }
        catch (Exception e) when (e is InvalidOperationException or RpcException)
        {
            // The answers carry the status of a call that ended early, and a better one than the failed write.
            call.Dispose();
            await reading;
            throw new RpcException(new Status(StatusCode.Unavailable, e.Message));
        }

        var rows = await reading;
        if (rows != Rows(stage.World))
        {
            throw new RpcException(new Status(StatusCode.Unavailable, $"the import ended after {rows} rows"));
        }
    }

    private IEnumerable<ImportStockRequest> Messages()
    {
        var world = stage.World;
        var rows =
            from sku in Enumerable.Range(0, world.Skus.Length)
            from row in world.Opening[sku]
            select new ImportRow
            {
                Key = new StockKey { Sku = world.Skus[sku], LocationId = world.Stores[row.Store].Id },
                OnHandUnits = row.Units,
            };
        var id = stage.Ids.Of("opening-stock", 0, "import");
        foreach (var chunk in rows.Chunk(RowsPerMessage))
        {
            var message = new ImportStockRequest { RequestId = id };
            message.Rows.AddRange(chunk);
            yield return message;
        }
    }

    private async Task<int> ReadAnswersAsync(
        IAsyncStreamReader<ImportStockResponse> answers, ChannelReader<long> window, Action<int> acknowledged)
    {
        var rows = 0;
        await foreach (var answer in answers.ReadAllAsync(stop))
        {
            if (answer.Problems.Count > 0)
            {
                throw new ServiceLostException(
                    $"Row {answer.Problems[0].Row} of the opening stock was refused: {answer.Problems[0].Message}");
            }

            if (window.TryRead(out var sent))
            {
                stage.Tally.Latency(Operation.ImportStock).Record((long)stage.Clock.GetElapsedTime(sent).TotalMicroseconds);
            }

            rows += answer.Results.Count;
            acknowledged(rows);
        }

        return rows;
    }
}
