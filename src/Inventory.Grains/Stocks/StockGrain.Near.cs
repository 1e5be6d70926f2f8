using Inventory.Domain;

namespace Inventory.Grains;

/// <content>Memory, asked for before it is needed.</content>
internal sealed partial class StockGrain : INearStock
{
    void INearStock.Fetch(int step, in RequestId id)
    {
        switch (step)
        {
            case 0:
                Ahead.Fetch(this, 160);
                return;
            case 1:
                Ahead.Fetch(_stream, 56);
                Ahead.Fetch(GrainContext, 96);
                break;
            case 2:
                _stream.Expect();
                break;
        }

        _stock.Fetch(step - 1, id);
    }
}
