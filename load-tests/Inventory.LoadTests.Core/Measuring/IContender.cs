namespace Inventory.LoadTests.Measuring;

/// <summary>
/// Something that can reserve one unit of a numbered stock, durably before it answers: this service or one that is measured beside it.
/// <see cref="ReserveAsync"/> is called by many threads at once; the other members by one.
/// </summary>
public interface IContender : IAsyncDisposable
{
    /// <summary>Short, unique within a run; the label of its row and of its line in charts.</summary>
    string Name { get; }

    /// <summary>Leaves stocks 0 to <paramref name="stocks"/> − 1, each with <paramref name="unitsEach"/> free units and nothing held.</summary>
    Task PrepareAsync(int stocks, int unitsEach, CancellationToken ct);

    /// <summary>Holds one unit of the stock under the id. The same id again must not hold a second unit.</summary>
    ValueTask<Outcome> ReserveAsync(int stock, Guid id, CancellationToken ct);

    /// <summary>Units held over all stocks, as the contender itself has them on record, not as the caller counted them.</summary>
    Task<long> UnitsHeldAsync(CancellationToken ct);
}
