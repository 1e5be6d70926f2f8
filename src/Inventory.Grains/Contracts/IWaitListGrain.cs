using System.Collections.Immutable;
using System.Globalization;
using Inventory.Domain;
using Orleans.Concurrency;

namespace Inventory.Grains;

/// <summary>
/// Owns who waits for a SKU, the oldest order first. Key: the SKU. While anybody waits it watches the SKU's board, and tries their orders again when it shows
/// units that it did not show before. What an order waits for is known by its owner alone: the list may name too much, never too little.
/// </summary>
[Alias("wait-list")]
public interface IWaitListGrain : IGrainWithStringKey
{
    /// <summary>Notes durably that an order waits. It may be noted again.</summary>
    [Alias("add")]
    ValueTask Add(WaitTicket ticket);

    /// <summary>As <see cref="Add"/>, unless <see cref="GrainLimits.WaitingPerSkuMax"/> wait already.</summary>
    /// <returns>False if there is no room.</returns>
    [Alias("try-add")]
    ValueTask<bool> TryAdd(WaitTicket ticket);

    /// <summary>Forgets one.</summary>
    [Alias("remove")]
    ValueTask Remove(WaitTicket ticket);

    /// <summary>Some that wait, by age, after one.</summary>
    [Alias("list")]
    ValueTask<ImmutableArray<WaitTicket>> List(WaitTicket? after, int max);

    /// <summary>Begins to watch, if anybody waits: asked once when a silo has started.</summary>
    [Alias("resume")]
    ValueTask Resume();

    /// <summary>There may be more of the SKU than before: those who wait are tried, soon after.</summary>
    [Alias("more"), OneWay]
    ValueTask More();

    /// <summary>What is to come of the SKU has changed, for the better or for the worse: all who wait are tried, soon after.</summary>
    [Alias("expected"), OneWay]
    ValueTask Expected();

    /// <summary>Whether all are about to be tried once more: then what there is belongs to the oldest, not to the one that is being tried now.</summary>
    [Alias("begins-anew")]
    ValueTask<bool> BeginsAnew();

    /// <summary>
    /// An order on the list is to be tried at a time, because something of it ends then that does not end by itself. Not durable: see
    /// <see cref="WokenOrder.AgainMs"/>.
    /// </summary>
    [Alias("remind"), OneWay]
    ValueTask Remind(WaitTicket ticket, long atMs);
}

/// <summary>SKUs for which anybody waits, or waited a moment ago. Key: <see cref="OnlyKey"/>.</summary>
[Alias("waited-skus")]
public interface IWaitedSkusGrain : IGrainWithStringKey
{
    /// <summary>The only key.</summary>
    const string OnlyKey = "all";

    /// <summary>Notes a SKU durably. It may be noted again.</summary>
    [Alias("add")]
    ValueTask Add(Sku sku);

    /// <summary>Forgets one.</summary>
    [Alias("remove")]
    ValueTask Remove(Sku sku);

    /// <summary>Some SKUs, in the order of their names, after one.</summary>
    [Alias("list")]
    ValueTask<ImmutableArray<Sku>> List(Sku? after, int max);
}

/// <summary>An order's place among those who wait for a SKU.</summary>
/// <param name="SinceMs">When it was placed, Unix milliseconds: who ordered first is served first.</param>
/// <param name="Order">The order.</param>
[GenerateSerializer, Immutable, Alias("wait-ticket")]
public readonly record struct WaitTicket([property: Id(0)] long SinceMs, [property: Id(1)] RequestId Order)
{
    private const int Digits = 16;

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static WaitTicket Parse(string text) =>
        new(long.Parse(text.AsSpan(0, Digits), CultureInfo.InvariantCulture), RequestId.ParseToken(text[(Digits + 1)..]));

    /// <summary>A text whose ordinal order is the order of age.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{SinceMs:D16}~{Order}");
}

/// <summary>What became of an order that was tried again.</summary>
/// <param name="Waits">True if units of it still wait for the SKU.</param>
/// <param name="Units">Units that a location has now, or that are promised from what is to come.</param>
/// <param name="AgainMs">When the order is to be tried again in any case, Unix milliseconds; 0 for no such time.</param>
[GenerateSerializer, Immutable, Alias("woken-order")]
public readonly record struct WokenOrder([property: Id(0)] bool Waits, [property: Id(1)] long Units, [property: Id(2)] long AgainMs = 0);
