using Inventory.V1;

namespace Inventory.Cli.Replay;

/// <summary>What everyone who plays lines shares.</summary>
internal sealed record Stage(World World, SkuLedger[] Ledgers, RequestIds Ids, Tally Tally, PlaySettings Settings, TimeProvider Clock)
{
    /// <summary>The books of orders; of no use where reservations are played.</summary>
    public OrderBooks Orders { get; } = new(World);

    /// <summary>True where orders are played: many callers sell the same SKU at once.</summary>
    public bool IsShared => World.Settings.Orders is not null;

    /// <summary>True after a resume: the service may be ahead of these books by what was not noted when the last run stopped.</summary>
    public bool IsResumed { get; set; }

    /// <summary>Index of a store by its id; below 0 if it is none of the network.</summary>
    public int StoreOf(string id) => Array.BinarySearch(World.StoreIds, id, StringComparer.Ordinal);

    /// <summary>Enters units that may be promised from now on, or that an answer says are promised or gone; see <see cref="StockRow.Room"/>.</summary>
    public void Room(int line, int store, long units)
    {
        var sku = LedgerOf(line);
        lock (sku)
        {
            var row = sku.Row(store);
            row.Room += units;
            if (row.Room < 0 && units < 0 && !IsResumed)
            {
                Differs($"{sku.Sku}: {-units} units were promised at {World.Stores[store].Id} where {row.Room - units} can be free");
            }
        }
    }

    /// <summary>Notes something that the service answered and that the books do not bear out.</summary>
    public void Differs(string message) => Tally.Differs(message);

    /// <summary>The books of the SKU of a line.</summary>
    public SkuLedger LedgerOf(int line) => Ledgers[World.SkuOf[line]];

    public StockKey Key(SkuLedger sku, int store) => new() { Sku = sku.Sku, LocationId = World.Stores[store].Id };
}

/// <summary>One caller's hands: a connection, and the steps of a sale. Each step is asked until it is answered.</summary>
internal sealed class Caller(Stage stage, ReplayClient client, CancellationToken stop)
{
    private static readonly Google.Protobuf.WellKnownTypes.Duration s_ttl = new() { Seconds = 24 * 3600 };

    public Stage Stage => stage;

    public ReplayClient Client => client;

    public CancellationToken Stop => stop;

    /// <summary>
    /// Holds units for a line, or for the lines of a group under the id of the first. The hold lasts as long as the service remembers
    /// request ids at least, 24 h, so that a replay that is resumed within that time finds it.
    /// </summary>
    public Task<ReserveResponse> ReserveAsync(
        in OrderLine line, string step, int attempt, string channel, IEnumerable<ReservationLine> wanted)
    {
        var request = new ReserveRequest { RequestId = stage.Ids.Of(line, step, attempt), Channel = channel, Ttl = s_ttl };
        request.Lines.AddRange(wanted);
        return client.AskAsync(Operation.Reserve, request, client.Reservations.ReserveAsync, stop);
    }

    /// <summary>Confirms and hands over or sends what is held. If a step is refused, what is still held is given back.</summary>
    /// <returns>The refusal, or unspecified if the goods left.</returns>
    public async Task<RefusalReason> FinishAsync(OrderLine line, string reservation, bool collect)
    {
        var confirm = new ConfirmReservationRequest { RequestId = stage.Ids.Of(line, "confirm"), ReservationId = reservation };
        var confirmed = await client.AskAsync(Operation.Confirm, confirm, client.Reservations.ConfirmReservationAsync, stop);
        var decision = confirmed.Decision;
        if (decision.Accepted)
        {
            decision = collect ? await CollectAsync(line, reservation) : await ShipAsync(line, reservation);
        }

        if (decision.Accepted)
        {
            return RefusalReason.Unspecified;
        }

        stage.Differs(
            $"The hold of invoice {line.Invoice} line {line.Line} was not finished: {decision.RefusalReason} {decision.RefusalMessage}");
        await ReleaseAsync(line, reservation);
        return decision.RefusalReason;
    }

    /// <summary>Gives back what a reservation still holds; it does not matter if that is nothing.</summary>
    public async Task ReleaseAsync(OrderLine line, string reservation)
    {
        var request = new ReleaseReservationRequest { RequestId = stage.Ids.Of(line, "release"), ReservationId = reservation };
        await client.AskAsync(Operation.Release, request, client.Reservations.ReleaseReservationAsync, stop);
    }

    /// <summary>
    /// Asks until a decision is made: while a stock cannot be reached, an order says that an earlier step is still in doubt.
    /// </summary>
    public async Task<TAnswer> DecideAsync<TRequest, TAnswer>(
        Operation operation,
        TRequest request,
        Func<TRequest, Grpc.Core.CallOptions, Grpc.Core.AsyncUnaryCall<TAnswer>> call,
        Func<TAnswer, Decision> decision)
    {
        var begun = stage.Clock.GetTimestamp();
        for (var attempt = 0; ; attempt++)
        {
            var answer = await client.AskAsync(operation, request, call, stop);
            if (decision(answer).RefusalReason != RefusalReason.ReservationPending)
            {
                return answer;
            }

            stage.Tally.Retried(Grpc.Core.StatusCode.OK);
            var cause = new Grpc.Core.RpcException(new Grpc.Core.Status(Grpc.Core.StatusCode.Unavailable, decision(answer).RefusalMessage));
            await client.PauseAsync(operation, attempt, begun, cause, stop);
        }
    }

    /// <summary>Remembers that the service has reached the end of what it did before a resume.</summary>
    public static void CaughtUp(SkuLedger sku, Decision decision)
    {
        if (sku.CatchingUp && decision.Accepted && !decision.Repeated)
        {
            sku.CatchingUp = false;
        }
    }

    private async Task<Decision> CollectAsync(OrderLine line, string reservation)
    {
        var request = new CollectReservationRequest { RequestId = stage.Ids.Of(line, "collect"), ReservationId = reservation };
        return (await client.AskAsync(Operation.Collect, request, client.Reservations.CollectReservationAsync, stop)).Decision;
    }

    private async Task<Decision> ShipAsync(OrderLine line, string reservation)
    {
        var request = new ShipReservationRequest { RequestId = stage.Ids.Of(line, "ship"), ReservationId = reservation };
        return (await client.AskAsync(Operation.Ship, request, client.Reservations.ShipReservationAsync, stop)).Decision;
    }
}
