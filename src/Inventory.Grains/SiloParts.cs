using Inventory.Journal;

namespace Inventory.Grains;

/// <summary>What every owner of this silo stands on, in one place: owners are many, and each keeps one reference.</summary>
internal sealed class SiloParts(
    IJournal journal, TimeProvider time, LocationDirectory directory, CatalogDirectory catalog, BoardNews news, PolicyDirectory policies)
{
    /// <summary>Tells this silo's journal from that of another: a position means nothing elsewhere.</summary>
    public Guid Id { get; } = Guid.NewGuid();

    /// <summary>Entered by who tries an order that waits again.</summary>
    public SemaphoreSlim Waking { get; } = new(GrainLimits.WakingAtOnce);

    /// <summary>
    /// Set for good once a list of those who wait has heard that this silo stops. From then on no list begins to try orders: an order that is tried calls its
    /// list, a list that begins anew tries its orders, and so the two would keep each other, and the silo, from coming to an end.
    /// </summary>
    public bool IsStopping { get; set; }

    /// <summary>How many orders may wait for a SKU before a new one is refused, 1 or more.</summary>
    public int WaitingPerSkuMax { get; set; } = GrainLimits.WaitingPerSkuMax;

    public IJournal Journal => journal;

    public TimeProvider Time => time;

    public LocationDirectory Directory => directory;

    public BoardNews News => news;

    public PolicyDirectory Policies => policies;

    public CatalogDirectory Catalog => catalog;

    /// <summary>Done once this silo's copies are there: before that no owner may judge.</summary>
    public Task WhenLoaded() =>
        directory.IsLoaded && catalog.IsLoaded ? Task.CompletedTask : Task.WhenAll(directory.WhenLoaded(), catalog.WhenLoaded());
}
