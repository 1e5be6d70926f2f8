using Inventory.Domain;
using Inventory.Domain.Orders;

namespace Inventory.Grains;

/// <summary>
/// A location of the order is out of business: what nobody has begun to pick there leaves, and so does what was promised from what is to come there.
/// </summary>
internal sealed partial class OrderGrain
{
    private const uint EvacuateSalt = 0x4556_4143;

    public async ValueTask<bool> Evacuate(LocationId location, RequestId cause)
    {
        await silo.WhenLoaded();
        if (silo.Directory.IsOpen(location))
        {
            await silo.Directory.LookAgain(); // another silo may know sooner
            if (silo.Directory.IsOpen(location))
            {
                return true; // it is open again
            }
        }

        // First what was cut off, which may have been about to hold something there. With it go the promises: to ask how they stand is to give these up.
        _mustAskSupply |= _order.Expected.Any(part => part.Left > 0 && part.Plan.Location == location);
        await Finish();
        var by = new Actor(Channel.Web, "service", $"{location} was closed");
        var parts = _order.Parts.Where(part => part.Plan.Location == location && part.StateAt(NowMs) is PartState.Held or PartState.Open).ToArray();
        if (_order.IsQuote && parts.Length > 0)
        {
            // A quote is redeemed as it stands or not at all.
            await Step(new OrderStep(cause.Derive(EvacuateSalt), by, OrderVerb.Cancel, null, []));
            return IsSure;
        }

        // Customers who were to collect right there, and nowhere else, keep it: the router would only find nothing.
        foreach (var part in parts.Where(static part => part.Plan.Kind is not (WishKind.CollectAt or WishKind.Fitting)))
        {
            await Step(new OrderStep(cause.Derive(EvacuateSalt).Derive((uint)part.Number), by, OrderVerb.Reject, part.Number, []));
        }

        await Leave([location]); // it may have been listed for a leg that was refused
        return IsSure;
    }

    private bool IsSure => _order.Phase is OrderPhase.Idle or OrderPhase.None && (!_mustAskSupply || !Made().Any());
}
