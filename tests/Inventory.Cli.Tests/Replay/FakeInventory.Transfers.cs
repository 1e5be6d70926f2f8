using Inventory.V1;

namespace Inventory.Cli.Tests.Replay;

/// <summary>Transfers of the fake.</summary>
internal sealed partial class FakeInventory
{
    private readonly Dictionary<string, Transfer> _transfers = [];

    /// <summary>Says once that a unit came which did not.</summary>
    public bool ForgetsUnits { get; set; }

    private object AnswerTransfer(object request) => request switch
    {
        CreateTransferRequest create => Once(create.RequestId, () => Create(create), answer => answer.Decision),
        ShipTransferRequest ship => Once(ship.RequestId, () => Ship(ship), answer => answer.Decision),
        ReceiveTransferRequest receive => Once(receive.RequestId, () => Receive(receive), answer => answer.Decision),
        CloseTransferRequest close => Once(close.RequestId, () => Close(close), answer => answer.Decision),
        CancelTransferRequest cancel => Once(
            cancel.RequestId, () => new CancelTransferResponse { Decision = Accepted(), Transfer = _transfers[cancel.TransferId].Clone() },
            answer => answer.Decision),
        ListTransfersRequest => new ListTransfersResponse { Transfers = { _transfers.Values.Where(each => each.Lines.Any(line => line.InTransitUnits > 0)) } },
        _ => throw new NotSupportedException(request.GetType().Name),
    };

    private CreateTransferResponse Create(CreateTransferRequest request)
    {
        if (request.Hold && request.Lines.Any(line => ShelfAt(line.Sku, request.FromLocationId).Free < line.Units))
        {
            return new CreateTransferResponse { Decision = new Decision { RefusalReason = RefusalReason.Insufficient, MayPassLater = true } };
        }

        var transfer = new Transfer
        {
            Id = request.RequestId, FromLocationId = request.FromLocationId, ToLocationId = request.ToLocationId, Hold = request.Hold,
        };
        foreach (var line in request.Lines)
        {
            transfer.Lines.Add(new TransferLine { Sku = line.Sku, PlannedUnits = line.Units, HeldUnits = request.Hold ? line.Units : 0 });
            ShelfAt(line.Sku, request.FromLocationId).Held += request.Hold ? line.Units : 0;
        }

        _transfers.Add(transfer.Id, transfer);
        return new CreateTransferResponse { Decision = Accepted(), Transfer = transfer.Clone() };
    }

    private ShipTransferResponse Ship(ShipTransferRequest request)
    {
        var transfer = _transfers[request.TransferId];
        foreach (var line in transfer.Lines)
        {
            var shelf = ShelfAt(line.Sku, transfer.FromLocationId);
            if (shelf.Free + line.HeldUnits >= line.PlannedUnits)
            {
                shelf.Held -= line.HeldUnits;
                shelf.OnHand -= line.PlannedUnits;
                shelf.TransferredOut += line.PlannedUnits;
                (line.HeldUnits, line.ShippedUnits, line.InTransitUnits) = (0, line.PlannedUnits, line.PlannedUnits);
            }
        }

        var went = transfer.Lines.Any(line => line.ShippedUnits > 0);
        return new ShipTransferResponse
        {
            Decision = went ? Accepted() : new Decision { RefusalReason = RefusalReason.Insufficient, MayPassLater = true }, Transfer = transfer.Clone(),
        };
    }

    private ReceiveTransferResponse Receive(ReceiveTransferRequest request)
    {
        var transfer = _transfers[request.TransferId];
        foreach (var came in request.Lines)
        {
            var (line, shelf) = (transfer.Lines.Single(each => each.Sku == came.Sku), ShelfAt(came.Sku, transfer.ToLocationId));
            line.InTransitUnits -= came.Units;
            line.ReceivedUnits += came.Units;
            shelf.OnHand += came.Units - (ForgetsUnits ? 1 : 0);
            shelf.TransferredIn += came.Units - (ForgetsUnits ? 1 : 0);
            ForgetsUnits = false;
        }

        return new ReceiveTransferResponse { Decision = Accepted(), Transfer = transfer.Clone() };
    }

    private CloseTransferResponse Close(CloseTransferRequest request)
    {
        var transfer = _transfers[request.TransferId];
        foreach (var line in transfer.Lines)
        {
            ShelfAt(line.Sku, transfer.FromLocationId).Held -= line.HeldUnits;
            (line.LostUnits, line.InTransitUnits, line.HeldUnits) = (line.InTransitUnits, 0, 0);
        }

        return new CloseTransferResponse { Decision = Accepted(), Transfer = transfer.Clone() };
    }

    private sealed partial class Shelf
    {
        public long TransferredOut { get; set; }

        public long TransferredIn { get; set; }
    }

    private Shelf ShelfAt(string sku, string location) => At(new StockKey { Sku = sku, LocationId = location });
}
