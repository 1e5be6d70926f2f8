namespace Inventory.Domain;

/// <summary>Every bound of the rules, with its reason. What exceeds one is refused, never truncated.</summary>
public static class Limits
{
    /// <summary>Longest SKU: GS1 keys and common ERP article numbers fit several times.</summary>
    public const int SkuCharactersMax = 64;

    /// <summary>Longest location id.</summary>
    public const int LocationIdCharactersMax = 64;

    /// <summary>Longest channel name.</summary>
    public const int ChannelCharactersMax = 32;

    /// <summary>Longest request id: a UUID takes 36, an order number with a step fits.</summary>
    public const int RequestIdCharactersMax = 64;

    /// <summary>Most units of one figure or one step. Sums of a billion such steps still fit 64 bits.</summary>
    public const long UnitsMax = 1_000_000_000;

    /// <summary>Most units that a stock can carry in one condition: a thousand steps of the largest size.</summary>
    public const long OnHandMax = 1_000_000_000_000;

    /// <summary>Most live holds of one stock. A flash sale of 1,000,000 units with one unit each still fits; memory stays near 200 MB.</summary>
    public const int HoldsMax = 1_000_000;

    /// <summary>Most ring-fences of one stock: each costs work in every ATP.</summary>
    public const int RingFencesMax = 16;

    /// <summary>Shortest hold, in milliseconds.</summary>
    public const long TtlMsMin = 1_000;

    /// <summary>Longest soft hold, in milliseconds: 30 days, a generous lay-away.</summary>
    public const long TtlMsMax = 30L * 24 * 60 * 60 * 1000;

    /// <summary>How long a request id is remembered, in milliseconds: a day covers every retry that is not an archive replay.</summary>
    public const long RememberMs = 24L * 60 * 60 * 1000;

    /// <summary>Most request ids that one stock remembers; the oldest are forgotten first, even within <see cref="RememberMs"/>.</summary>
    public const int RememberedMax = 65_536;

    /// <summary>How many changes of on hand a stock remembers, for counts taken earlier: a shelf sees fewer in the hour that a count takes.</summary>
    public const int CountHistoryMax = 256;

    /// <summary>How many writes a location remembers: it changes a few times a day.</summary>
    public const int LocationWritesRememberedMax = 64;

    /// <summary>Most parcels a day or picks an hour: the largest fulfilment centres send about a million parcels a day.</summary>
    public const int CapacityMax = 10_000_000;

    /// <summary>How far ahead work may be promised, in milliseconds: 400 days, so that this season's orders may be promised the next season's goods.</summary>
    public const long SlotAheadMsMax = 400L * 24 * 60 * 60 * 1000;

    /// <summary>Most live holds on the work of one location: its snapshot stays well under what a journal takes.</summary>
    public const int WorkHoldsMax = 500_000;

    /// <summary>Most bytes of one encoded stock event without lots: the fixed part and a full policy.</summary>
    public const int StockEventBytesMax = 128 + (RingFencesMax * (ChannelCharactersMax + 9)) + ChannelCharactersMax;

    /// <summary>Most lines of an order: the longest of a year of real ones had 1,112, all others fit.</summary>
    public const int OrderLinesMax = 1_000;

    /// <summary>Most orders that one round of improvement looks at: a second's work or so.</summary>
    public const int ImprovedMax = 200;

    /// <summary>Most steps of an order that are remembered; one more is refused. A life has about six.</summary>
    public const int OrderStepsMax = 500;

    /// <summary>Most promises from what is to come that an order ever asks for: two for each line of the longest one.</summary>
    public const int OrderPromisesMax = 2_000;

    /// <summary>
    /// How long what is to be tried on stays promised without being paid, in milliseconds after the day on which it was due at first, however often that day
    /// moves: 30 days, as long as anything may be held.
    /// </summary>
    public const long FittingLateMsMax = TtlMsMax;

    /// <summary>
    /// Most notes of an order about promises. One whose announcements moved so often keeps the date that it has; what arrives is taken over all the same.
    /// </summary>
    public const int OrderSupplyNotesMax = 1_000;

    /// <summary>Most locations that one line of thought about an order tries before it gives up.</summary>
    public const int OrderAttemptsMax = 8;

    /// <summary>Longest note of a person or system: a name, a reason, a reference.</summary>
    public const int NoteCharactersMax = 200;

    /// <summary>Most lines that explain a route and are kept with the order.</summary>
    public const int ExplanationLinesMax = 64;

    /// <summary>Most ways of an order of which the routing is explained to programs: an event with all of them stays a fraction of a record.</summary>
    public const int ExplainedRoutesMax = 8;

    /// <summary>Most policies: brands, countries and seasons of a large retailer, several times.</summary>
    public const int PoliciesMax = 64;

    /// <summary>Most versions of a policy that are kept; who needs more deletes old ones.</summary>
    public const int PolicyVersionsMax = 100;

    /// <summary>Most rules that choose a policy: each is looked at for each order.</summary>
    public const int PolicyRulesMax = 100;

    /// <summary>Most channels, tiers or regions that one rule names.</summary>
    public const int PolicyConditionsMax = 50;

    /// <summary>Longest name of a tier or region.</summary>
    public const int TierCharactersMax = 64;

    /// <summary>How many writes the policies remember: they change a few times a day.</summary>
    public const int PolicyWritesRememberedMax = 1_000;

    /// <summary>
    /// Most items of the catalogue: SKUs that are kits, have lots or a weight of their own to tell. Others need no item. Every silo has a copy in
    /// memory, some hundred bytes each.
    /// </summary>
    public const int CatalogItemsMax = 100_000;

    /// <summary>How many writes an item of the catalogue remembers: it changes a few times a year.</summary>
    public const int CatalogWritesRememberedMax = 4;

    /// <summary>Most components of a kit: each is a line of the reservation, asked at a stock of its own.</summary>
    public const int KitComponentsMax = 20;

    /// <summary>Most units of one component in a kit: a pallet of tins. A thousand kits still fit <see cref="UnitsMax"/>.</summary>
    public const int KitUnitsMax = 1_000;

    /// <summary>Most days of shelf life that may be asked of a lot: ten years.</summary>
    public const int ShelfDaysMax = 3_650;

    /// <summary>Longest name of a lot: a GS1 batch number has 20 characters at most.</summary>
    public const int LotNameCharactersMax = 32;

    /// <summary>Most lots of one stock that have units: a shelf has a handful, a warehouse a few dozen. All are looked at with each change.</summary>
    public const int LotsMax = 100;

    /// <summary>How many writes that took lots to other places a stock remembers for whoever brings them there; none longer than a day.</summary>
    public const int LotsTakenRememberedMax = 1_000;

    /// <summary>Most bytes of one lot in an event: name, date, units.</summary>
    public const int LotUnitsBytesMax = 1 + LotNameCharactersMax + 4 + 8;

    /// <summary>Heaviest unit, in grams: a thousand tonnes.</summary>
    public const int UnitGramsMax = 1_000_000_000;

    /// <summary>Most lines of a transfer: what a lorry brings to a store fits, and its record stays well under a megabyte.</summary>
    public const int TransferLinesMax = 1_000;

    /// <summary>Most steps of a transfer: a life has about four, one that arrives pallet by pallet some dozens.</summary>
    public const int TransferStepsMax = 500;

    /// <summary>Most announcements that one stock expects: one a day for three years.</summary>
    public const int ExpectedReceiptsMax = 1_000;

    /// <summary>Most promises that wait at one stock: they are allotted anew with each change.</summary>
    public const int SupplyPromisesMax = 10_000;

    /// <summary>How many writes to one stock's supply are remembered.</summary>
    public const int SupplyWritesRememberedMax = 10_000;

    /// <summary>Longest name of an announcement: an order number with a line.</summary>
    public const int ReceiptNameCharactersMax = 64;
}
