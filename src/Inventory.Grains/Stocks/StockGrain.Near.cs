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
                Ahead.Fetch(this, 112);
                return;
            case 1:
                Ahead.Fetch(GrainContext, 80);
                break;
            case 2:
                _stream.Expect(Name);
                break;
        }

        _stock.Fetch(step - 1, id);
    }

    // For a write that nobody announced: a stock that was not used lately waits for its memory at once, not for one piece behind the other.
    private void Expect(in RequestId id)
    {
        _stock.Fetch(0, id);
        _stock.Fetch(1, id);
        _stream.Expect(Name);
    }
}
