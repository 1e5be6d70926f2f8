using Inventory.V1;

namespace Inventory.Cli.Replay;

/// <summary>What everyone who plays lines shares.</summary>
internal sealed record Stage(World World, SkuLedger[] Ledgers, RequestIds Ids, Tally Tally, PlaySettings Settings, TimeProvider Clock)
{
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
