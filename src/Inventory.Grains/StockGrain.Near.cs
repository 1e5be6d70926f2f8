using Inventory.Domain;

namespace Inventory.Grains;

/// <content>Memory, asked for before it is needed.</content>
internal sealed partial class StockGrain
{
    /// <summary>As <see cref="IStocks.Near"/>, from any thread.</summary>
    internal void Fetch(int step, in RequestId id)
    {
        if (step == 0)
        {
            Ahead.Fetch(this, 3);
            return;
        }

        if (step == 1)
        {
            Ahead.Fetch(_stream, 1);
            Ahead.Fetch(GrainContext, 2);
        }

        _stock.Fetch(step - 1, id);
    }
}
