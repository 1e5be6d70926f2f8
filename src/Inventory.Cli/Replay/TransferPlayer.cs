using Inventory.V1;

namespace Inventory.Cli.Replay;

/// <summary>Plays a transfer: drafted, sent, taken in, and what was lost is written off. Every answer is held against the books.</summary>
internal sealed class TransferPlayer(Caller caller)
{
    private TransferService.TransferServiceClient Transfers => caller.Client.Transfers;

    private Stage Stage => caller.Stage;

    /// <summary>What left and came in, by the answers.</summary>
    public async Task<List<LineResult>> PlayAsync(int number)
    {
        var drawn = TransferDraw.Of(Stage.World, number);
        var request = new CreateTransferRequest
        {
            RequestId = IdOf(number, "create"),
            FromLocationId = Stage.World.Stores[drawn.From].Id,
            ToLocationId = Stage.World.Stores[drawn.To].Id,
            Hold = drawn.Hold,
            Reference = $"week's transfer {number}",
        };
        request.Lines.AddRange(drawn.Lines.Select(line => new TransferUnits { Sku = Stage.World.Lines[line.Line].Sku, Units = line.Units }));
        var created = await caller.DecideAsync(Operation.CreateTransfer, request, Transfers.CreateTransferAsync, answer => answer.Decision);
        return created.Decision.Accepted ? await SendAsync(drawn, created.Transfer.Id) : []; // the hub does not have all of it to hold
    }

    private async Task<List<LineResult>> SendAsync(TransferDraw drawn, string id)
    {
        var ship = new ShipTransferRequest { RequestId = IdOf(drawn.Number, "ship"), TransferId = id };
        var sent = await caller.DecideAsync(Operation.ShipTransfer, ship, Transfers.ShipTransferAsync, answer => answer.Decision);
        var went = sent.Transfer is null ? [] : Went(drawn, sent.Transfer);
        foreach (var (line, units) in went)
        {
            Stage.Room(line, drawn.From, -units);
        }

        if (went.Length == 0)
        {
            var cancel = new CancelTransferRequest { RequestId = IdOf(drawn.Number, "cancel"), TransferId = id };
            var ended = await caller.DecideAsync(Operation.CloseTransfer, cancel, Transfers.CancelTransferAsync, answer => answer.Decision);
            Granted(id, "cancel", ended.Decision);
            return [];
        }

        return await ReceiveAsync(drawn, id, went);
    }

    private async Task<List<LineResult>> ReceiveAsync(TransferDraw drawn, string id, (int Line, int Units)[] went)
    {
        var lost = drawn.LosesOne ? 1 : 0;
        var came = went.Select((line, i) => i == 0 ? (line.Line, Units: line.Units - lost) : line).Where(line => line.Units > 0).ToArray();
        foreach (var (line, units) in came)
        {
            Stage.Room(line, drawn.To, units);
        }

        Transfer? over = null;
        if (came.Length > 0)
        {
            var receive = new ReceiveTransferRequest { RequestId = IdOf(drawn.Number, "receive"), TransferId = id };
            receive.Lines.AddRange(came.Select(line => new ReceivedUnits { Sku = Stage.World.Lines[line.Line].Sku, Units = line.Units }));
            var received = await caller.DecideAsync(Operation.ReceiveTransfer, receive, Transfers.ReceiveTransferAsync, answer => answer.Decision);
            Granted(id, "receive", received.Decision);
            over = received.Transfer;
        }

        // What is lost is written off, and what the hub could not send is given up.
        if (lost > 0 || went.Sum(line => line.Units) < drawn.Lines.Sum(line => line.Units))
        {
            var close = new CloseTransferRequest { RequestId = IdOf(drawn.Number, "close"), TransferId = id, Reason = LossReason.Lost };
            var closed = await caller.DecideAsync(Operation.CloseTransfer, close, Transfers.CloseTransferAsync, answer => answer.Decision);
            Granted(id, "close", closed.Decision);
            over = closed.Transfer;
        }

        Compare(over, went.Sum(line => (long)line.Units), came.Sum(line => (long)line.Units), lost);
        return
        [
            .. went.Select(line => new LineResult(line.Line, LineOutcome.TransferredOut, 0, drawn.From, line.Units)),
            .. came.Select(line => new LineResult(line.Line, LineOutcome.TransferredIn, 0, drawn.To, line.Units)),
            .. lost == 0 ? Array.Empty<LineResult>() : [new LineResult(went[0].Line, LineOutcome.LostInTransit, 0, -1, lost)],
        ];
    }

    /// <summary>What left the hub, by the answer: at most what was planned.</summary>
    private (int Line, int Units)[] Went(TransferDraw drawn, Transfer transfer)
    {
        var went = new List<(int, int)>();
        foreach (var (line, units) in drawn.Lines)
        {
            var told = transfer.Lines.FirstOrDefault(each => each.Sku == Stage.World.Lines[line].Sku);
            if (told is null || told.ShippedUnits < 0 || told.ShippedUnits > units)
            {
                Stage.Differs($"Transfer {transfer.Id} sent {told?.ShippedUnits} of {units} units of {Stage.World.Lines[line].Sku}");
            }
            else if (told.ShippedUnits > 0)
            {
                went.Add((line, (int)told.ShippedUnits));
            }
        }

        return [.. went];
    }

    private void Compare(Transfer? over, long sent, long came, long lost)
    {
        if (over is null)
        {
            Stage.Differs("A transfer was answered without what it is");
            return;
        }

        var told = (over.Lines.Sum(line => line.ShippedUnits), over.Lines.Sum(line => line.ReceivedUnits), over.Lines.Sum(line => line.LostUnits));
        if (told != (sent, came, lost) || over.Lines.Any(line => line.InTransitUnits != 0 || line.HeldUnits != 0))
        {
            Stage.Differs($"Transfer {over.Id} says sent, received and lost {told}, by the books {(sent, came, lost)}; in transit "
                + $"{over.Lines.Sum(line => line.InTransitUnits)}, held {over.Lines.Sum(line => line.HeldUnits)}, both must be 0");
        }
    }

    private void Granted(string id, string step, Decision decision)
    {
        if (!decision.Accepted)
        {
            Stage.Tally.RefusedUnexpectedly();
            Stage.Differs($"Transfer {id}: {step} was refused: {decision.RefusalReason} {decision.RefusalMessage}");
        }
    }

    private string IdOf(int number, string step) => Stage.Ids.Of("transfer", number, step);
}
