using System.Globalization;
using System.Threading.Channels;
using Grpc.Core;
using Inventory.V1;

namespace Inventory.Cli.Tests.Replay;

/// <summary>
/// A service in memory that is as simple as the books of a village shop: sums and holds under one lock. It can lose requests, lose answers,
/// show boards that lag, and cheat.
/// </summary>
internal sealed partial class FakeInventory : CallInvoker
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, Location> _locations = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Sku, string Location), Shelf> _shelves = [];
    private readonly Dictionary<string, object> _answers = [];
    private readonly Dictionary<string, Held> _reservations = [];
    private long _calls;
    private bool _stolen;

    /// <summary>Every so many-th request is lost on its way; 0 loses none.</summary>
    public int LoseRequestEvery { get; init; }

    /// <summary>Every so many-th answer is lost on its way back.</summary>
    public int LoseAnswerEvery { get; init; }

    /// <summary>Every so many-th search is answered as if nothing were there.</summary>
    public int LagEvery { get; init; }

    /// <summary>Gives away more than there is.</summary>
    public bool Oversells { get; init; }

    /// <summary>Takes this many units off the first shelf that is listed.</summary>
    public long Steals { get; init; }

    /// <summary>Called before each call is served.</summary>
    public Action<object>? Serving { get; set; }

    public long Calls => Interlocked.Read(ref _calls);

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        var answer = Task.Run(() => (TResponse)Serve(request));
        return new AsyncUnaryCall<TResponse>(answer, Task.FromResult(new Metadata()), () => Status.DefaultSuccess, () => [], () => { });
    }

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        var stream = new FakeStream<TRequest, TResponse>(request => (TResponse)Serve(request));
        return new AsyncDuplexStreamingCall<TRequest, TResponse>(
            stream, stream, Task.FromResult(new Metadata()), () => Status.DefaultSuccess, () => [], () => { });
    }

    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) => throw new NotSupportedException();

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) => throw new NotSupportedException();

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options) => throw new NotSupportedException();

    /// <summary>Serves one call, or fails as it was told to.</summary>
    public object Serve(object request)
    {
        Serving?.Invoke(request);
        var number = Interlocked.Increment(ref _calls);
        if (LoseRequestEvery > 0 && number % LoseRequestEvery == 0)
        {
            throw new RpcException(new Status(StatusCode.Unavailable, "the request was lost"));
        }

        object answer;
        lock (_lock)
        {
            answer = Answer(request, number);
        }

        return LoseAnswerEvery > 0 && number % LoseAnswerEvery == 0
            ? throw new RpcException(new Status(StatusCode.Unavailable, "the answer was lost"))
            : answer;
    }

    private object Answer(object request, long number) => request switch
    {
        ListLocationsRequest => ListLocations(),
        UpsertLocationRequest upsert => Upsert(upsert),
        ImportStockRequest import => Import(import),
        FindNearbyRequest near => LagEvery > 0 && number % LagEvery == 0 ? new FindNearbyResponse() : FindNearby(near),
        ReserveRequest reserve => Once(reserve.RequestId, () => Reserve(reserve), answer => answer.Decision),
        ConfirmReservationRequest confirm => Once(
            confirm.RequestId, () => new ConfirmReservationResponse { Decision = Confirm(confirm.ReservationId) }, answer =>
                answer.Decision),
        CollectReservationRequest collect => Once(
            collect.RequestId, () => new CollectReservationResponse { Decision = Leave(collect.ReservationId, true) }, answer =>
                answer.Decision),
        ShipReservationRequest ship => Once(
            ship.RequestId, () => new ShipReservationResponse { Decision = Leave(ship.ReservationId, false) }, answer => answer.Decision),
        ReleaseReservationRequest release => Once(
            release.RequestId, () => new ReleaseReservationResponse { Decision = Release(release.ReservationId) }, answer =>
                answer.Decision),
        ReturnItemsRequest items => Once(
            items.RequestId, () => new ReturnItemsResponse { Decision = Return(items) }, answer => answer.Decision),
        AdjustStockRequest adjust => Once(
            adjust.RequestId, () => new AdjustStockResponse { Decision = Adjust(adjust) }, answer => answer.Decision),
        ListStocksRequest list => ListStocks(list),
        _ => AnswerOrder(request),
    };

    /// <summary>Remembers accepted answers, as the service does; what was refused is decided anew.</summary>
    private object Once<T>(string id, Func<T> decide, Func<T, Decision> decision)
        where T : class, Google.Protobuf.IDeepCloneable<T>
    {
        if (_answers.TryGetValue(id, out var known))
        {
            var again = ((T)known).Clone();
            decision(again).Repeated = true;
            return again;
        }

        var answer = decide();
        if (decision(answer).Accepted)
        {
            _answers.Add(id, answer);
        }

        return answer;
    }

    private ListLocationsResponse ListLocations()
    {
        var answer = new ListLocationsResponse();
        answer.Locations.AddRange(_locations.Values);
        return answer;
    }

    private UpsertLocationResponse Upsert(UpsertLocationRequest request)
    {
        _locations[request.Location.Id] = request.Location;
        return new UpsertLocationResponse { Decision = Accepted(), Location = request.Location };
    }

    private ImportStockResponse Import(ImportStockRequest request)
    {
        var answer = new ImportStockResponse();
        foreach (var row in request.Rows)
        {
            var shelf = At(row.Key);
            if (_answers.TryAdd($"{request.RequestId}/{row.Key.Sku}/{row.Key.LocationId}", row))
            {
                shelf.Counted += row.OnHandUnits - shelf.OnHand;
                shelf.OnHand = row.OnHandUnits;
            }

            answer.Results.Add(ImportResult.Changed);
        }

        return answer;
    }

    private FindNearbyResponse FindNearby(FindNearbyRequest request)
    {
        var answer = new FindNearbyResponse();
        var found =
            from pair in _shelves
            where pair.Key.Sku == request.Sku && pair.Value.Free >= Math.Max(1, request.Units)
            let location = _locations[pair.Key.Location]
            where !request.CollectOnly || location.Capabilities.Contains(Capability.Collect)
            let metres = Metres(request.Point, location.Position)
            where metres <= request.RadiusMetres
            orderby metres, location.Id
            select new NearbyLocation
            {
                DistanceMetres = metres,
                Availability = new LocationAvailability { LocationId = location.Id, AvailableUnits = pair.Value.Free },
            };
        answer.Locations.AddRange(found.Take(request.Limit));
        return answer;
    }

    private ReserveResponse Reserve(ReserveRequest request)
    {
        var wanted = request.Lines.GroupBy(line => (line.Key.Sku, line.Key.LocationId)).ToList();
        if (!Oversells && wanted.Any(lines => At(lines.First().Key).Free < lines.Sum(line => line.Units)))
        {
            var reason = request.Lines.Count == 1 ? RefusalReason.Insufficient : RefusalReason.OtherLineRefused;
            return new ReserveResponse { Decision = new Decision { RefusalReason = reason, MayPassLater = true } };
        }

        foreach (var line in request.Lines)
        {
            At(line.Key).Held += line.Units;
        }

        _reservations.Add(request.RequestId, new Held(request.Lines));
        return new ReserveResponse { Decision = Accepted(), ReservationId = request.RequestId };
    }

    private Decision Confirm(string id)
    {
        _reservations[id].Firm = true;
        return Accepted();
    }

    private Decision Leave(string id, bool collect)
    {
        var held = _reservations[id];
        if (held.Ended || !held.Firm)
        {
            return new Decision { RefusalReason = RefusalReason.ReservationEnded };
        }

        held.Ended = true;
        foreach (var line in held.Lines)
        {
            var shelf = At(line.Key);
            shelf.Held -= line.Units;
            shelf.OnHand -= line.Units;
            (shelf.Collected, shelf.Shipped) = collect
                ? (shelf.Collected + line.Units, shelf.Shipped)
                : (shelf.Collected, shelf.Shipped + line.Units);
        }

        return Accepted();
    }

    private Decision Release(string id)
    {
        foreach (var line in _reservations[id].Lines.Where(_ => !_reservations[id].Ended))
        {
            At(line.Key).Held -= line.Units;
        }

        _reservations[id].Ended = true;
        return Accepted();
    }

    private Decision Return(ReturnItemsRequest request)
    {
        var shelf = At(request.Key);
        shelf.Returned += request.Units;
        shelf.OnHand += request.Condition == Condition.Sellable ? request.Units : 0;
        shelf.Damaged += request.Condition == Condition.Damaged ? request.Units : 0;
        shelf.Quarantine += request.Condition == Condition.Quarantine ? request.Units : 0;
        return Accepted();
    }

    private Decision Adjust(AdjustStockRequest request)
    {
        var shelf = At(request.Key);
        if (shelf.Free + request.Units < 0)
        {
            return new Decision { RefusalReason = RefusalReason.ExceedsOnHand };
        }

        shelf.OnHand += request.Units;
        shelf.Adjusted[request.Reason] = shelf.Adjusted.GetValueOrDefault(request.Reason) + request.Units;
        return Accepted();
    }

    private ListStocksResponse ListStocks(ListStocksRequest request)
    {
        var all = _shelves.Where(pair => pair.Key.Location == request.LocationId).OrderBy(pair => pair.Key.Sku,
            StringComparer.Ordinal).ToList();
        var from = request.PageToken.Length == 0 ? 0 : int.Parse(request.PageToken, CultureInfo.InvariantCulture);
        var page = Math.Min(request.PageSize, 7);
        var answer = new ListStocksResponse();
        if (Steals > 0 && all.Count > 0 && !_stolen)
        {
            _stolen = true;
            all[0].Value.OnHand -= Steals;
        }

        answer.Stocks.AddRange(all.Skip(from).Take(page).Select(pair => pair.Value.Show(pair.Key.Sku, pair.Key.Location)));
        answer.NextPageToken = from + page < all.Count ? (from + page).ToString(CultureInfo.InvariantCulture) : "";
        return answer;
    }

    private Shelf At(StockKey key)
    {
        if (!_shelves.TryGetValue((key.Sku, key.LocationId), out var shelf))
        {
            _shelves.Add((key.Sku, key.LocationId), shelf = new Shelf());
        }

        return shelf;
    }

    private static Decision Accepted() => new() { Accepted = true };

    /// <summary>Haversine, on purpose another formula than the replay's.</summary>
    private static double Metres(GeoPoint a, GeoPoint b)
    {
        static double Radians(double degrees) => degrees * Math.PI / 180;
        var north = Math.Sin(Radians(b.Latitude - a.Latitude) / 2);
        var east = Math.Sin(Radians(b.Longitude - a.Longitude) / 2);
        var h = (north * north) + (Math.Cos(Radians(a.Latitude)) * Math.Cos(Radians(b.Latitude)) * east * east);
        return 2 * 6_371_000 * Math.Asin(Math.Min(1, Math.Sqrt(h)));
    }

    private sealed class Held(IEnumerable<ReservationLine> lines)
    {
        public List<ReservationLine> Lines { get; } = [.. lines];

        public bool Firm { get; set; }

        public bool Ended { get; set; }
    }

    private sealed partial class Shelf
    {
        public long OnHand { get; set; }

        public long Held { get; set; }

        public long Damaged { get; set; }

        public long Quarantine { get; set; }

        public long Counted { get; set; }

        public long Returned { get; set; }

        public long Collected { get; set; }

        public long Shipped { get; set; }

        public Dictionary<AdjustReason, long> Adjusted { get; } = [];

        public long Free => OnHand - Held;

        public Stock Show(string sku, string location)
        {
            var stock = new Stock
            {
                Key = new StockKey { Sku = sku, LocationId = location },
                OnHandUnits = OnHand,
                HeldUnits = Held,
                DamagedUnits = Damaged,
                QuarantineUnits = Quarantine,
                Ledger = new StockLedger
                {
                    CountedUnits = Counted, ReturnedUnits = Returned, CollectedUnits = Collected, ShippedUnits = Shipped,
                    TransferredOutUnits = TransferredOut, TransferredInUnits = TransferredIn,
                },
            };
            stock.Ledger.AdjustedUnits.AddRange(Adjusted.Select(pair => new AdjustedUnits { Reason = pair.Key, Units = pair.Value }));
            return stock;
        }
    }

    /// <summary>Answers each message of a stream in turn; a message that fails ends it.</summary>
    private sealed class FakeStream<TRequest, TResponse>(Func<TRequest, TResponse> serve)
        : IClientStreamWriter<TRequest>, IAsyncStreamReader<TResponse>
    {
        private readonly Channel<TResponse> _answers = Channel.CreateUnbounded<TResponse>();
        private TResponse? _current;

        public WriteOptions? WriteOptions { get; set; }

        public TResponse Current => _current!;

        public Task WriteAsync(TRequest message, CancellationToken cancellationToken) => WriteAsync(message);

        public Task WriteAsync(TRequest message)
        {
            try
            {
                _answers.Writer.TryWrite(serve(message));
                return Task.CompletedTask;
            }
            catch (RpcException e)
            {
                _answers.Writer.TryComplete(e);
                return Task.FromException(new InvalidOperationException("The call has ended.", e));
            }
        }

        public Task CompleteAsync()
        {
            _answers.Writer.TryComplete();
            return Task.CompletedTask;
        }

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            if (!await _answers.Reader.WaitToReadAsync(cancellationToken))
            {
                return false;
            }

            return _answers.Reader.TryRead(out _current);
        }
    }
}
