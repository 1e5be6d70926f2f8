using Inventory.Domain;
using Inventory.Domain.Stocks;
using Rules = Inventory.Domain.Stocks.StockRules;

namespace Inventory.Benchmarks;

/// <summary>A stock in a steady state: time moves with each write, so that as much falls back and is forgotten as is added.</summary>
internal sealed class SteadyStock
{
    private readonly long _stepMs;
    private ulong _writes;
    private long _nowMs = World.BeginMs;

    /// <summary>A full stock.</summary>
    /// <param name="stepMs">By how much each write moves time.</param>
    /// <param name="writes">How many reservations are made first.</param>
    public SteadyStock(long stepMs, int writes)
    {
        _stepMs = stepMs;
        Do(StockCommand.Receive(NextId(), Limits.UnitsMax));
        for (var i = 0; i < writes; i++)
        {
            Reserve();
        }
    }

    public Stock Stock { get; } = new();

    public RequestId NextId() => World.Id(++_writes);

    public StockAnswer Reserve() => Do(StockCommand.Reserve(NextId(), 1, Channel.Web, World.TtlMs));

    public StockAnswer Do(in StockCommand command)
    {
        _nowMs += _stepMs;
        var decision = Rules.Decide(Stock, command, _nowMs, out var change);
        if (decision.Changes)
        {
            Stock.Apply(change);
        }

        return decision.Answer;
    }

    /// <summary>The event that a command would make now.</summary>
    public StockEvent Judge(in StockCommand command)
    {
        Rules.Decide(Stock, command, _nowMs, out var change);
        return change;
    }
}
