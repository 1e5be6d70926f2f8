using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Inventory.V1;

namespace Inventory.Cli.Replay;

/// <summary>Sums over all stocks. <see cref="OnHand"/> is what is there, in every condition; all else is how it came about.</summary>
internal readonly record struct Totals(
    long Stocks, long OnHand, long Held, long Opening, long Received, long Returned, long Collected, long Shipped, long Adjusted,
    long TransferredOut = 0, long TransferredIn = 0)
{
    /// <summary>What must be on hand when nothing is lost and nothing appears.</summary>
    public long Balance => Opening + Received + Returned + Adjusted - Collected - Shipped - TransferredOut + TransferredIn;

    public static Totals operator +(Totals a, Totals b) => new(
        a.Stocks + b.Stocks, a.OnHand + b.OnHand, a.Held + b.Held, a.Opening + b.Opening, a.Received + b.Received,
        a.Returned + b.Returned, a.Collected + b.Collected, a.Shipped + b.Shipped, a.Adjusted + b.Adjusted,
        a.TransferredOut + b.TransferredOut, a.TransferredIn + b.TransferredIn);
}

/// <summary>What the comparison of the service with the books found.</summary>
/// <param name="Service">Sums of what the service holds.</param>
/// <param name="Books">Sums of what it must hold.</param>
/// <param name="EndState">SHA-256 over every figure of every stock of the service: equal for equal worlds.</param>
/// <param name="Differences">How many stocks differ.</param>
internal sealed record Reconciliation(Totals Service, Totals Books, string EndState, int Differences);

/// <summary>Reads every stock of the network from the service and compares each figure with the books.</summary>
internal sealed class Reconciler(Stage stage, Func<int, ReplayClient> clientOf, Action<int> tick, CancellationToken stop)
{
    private static readonly string[] s_figures =
    [
        "on hand", "held", "damaged", "quarantine", "display",
        "imported", "received", "returned", "collected", "shipped", "damage", "shrink", "found", "other",
        "transferred out", "transferred in",
    ];

    /// <summary>Figures that came later: a stock of which all of these are 0 has the digest that it always had.</summary>
    private const int LaterFigures = 2;

    /// <summary>The figures of one stock, in the order of <see cref="s_figures"/>.</summary>
    private readonly record struct Shelf(string Sku, long[] Figures);

    public async Task<Reconciliation> RunAsync()
    {
        var books = Books();
        var digests = new byte[stage.World.Stores.Length][];
        var totals = new (Totals Service, Totals Books, int Differences)[stage.World.Stores.Length];
        var indexes = Enumerable.Range(0, stage.World.Stores.Length).ToArray();
        await InParallel.ForEachAsync(indexes, stage.Settings.Callers, async (store, caller) =>
        {
            var shelves = await ReadAsync(clientOf(caller), stage.World.Stores[store].Id);
            digests[store] = Digest(stage.World.Stores[store].Id, shelves);
            var differences = Compare(stage.World.Stores[store].Id, shelves, books[store]);
            totals[store] = (Sum(shelves), Sum(books[store]), differences);
            tick(1);
        });

        var service = totals.Aggregate(default(Totals), (sum, one) => sum + one.Service);
        var known = totals.Aggregate(default(Totals), (sum, one) => sum + one.Books);
        CheckConservation(service);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var digest in digests)
        {
            hash.AppendData(digest);
        }

        return new Reconciliation(service, known, Convert.ToHexStringLower(hash.GetHashAndReset()), totals.Sum(one => one.Differences));
    }

    /// <summary>The hash that the service must have if it agrees with the books: needs no service.</summary>
    public string ExpectedEndState()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var books = Books();
        for (var store = 0; store < books.Length; store++)
        {
            hash.AppendData(Digest(stage.World.Stores[store].Id, books[store]));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private List<Shelf>[] Books()
    {
        var books = Enumerable.Range(0, stage.World.Stores.Length).Select(_ => new List<Shelf>()).ToArray();
        foreach (var sku in stage.Ledgers)
        {
            foreach (var row in sku.Rows)
            {
                long[] figures =
                [
                    row.Sellable, row.Planned, row.Damaged, row.Quarantine, 0, row.Opening, 0,
                    row.Returned, row.Collected, row.Shipped, row.Damage, row.Shrink, row.Found, 0,
                    row.TransferredOut, row.TransferredIn,
                ];
                if (figures.Any(figure => figure != 0))
                {
                    books[row.Store].Add(new Shelf(sku.Sku, figures));
                }
            }
        }

        return books;
    }

    private async Task<List<Shelf>> ReadAsync(ReplayClient client, string location)
    {
        var shelves = new List<Shelf>();
        var token = "";
        do
        {
            var request = new ListStocksRequest { LocationId = location, PageSize = 1_000, PageToken = token };
            var page = await client.AskAsync(Operation.ListStocks, request, client.Stock.ListStocksAsync, stop);
            shelves.AddRange(page.Stocks.Select(FiguresOf).Where(shelf => shelf.Figures.Any(figure => figure != 0)));
            token = page.NextPageToken;
        }
        while (token.Length > 0);

        shelves.Sort((a, b) => string.CompareOrdinal(a.Sku, b.Sku));
        return shelves;
    }

    private static Shelf FiguresOf(Stock stock)
    {
        var ledger = stock.Ledger ?? new StockLedger();
        long Adjusted(AdjustReason reason) => ledger.AdjustedUnits.Where(one => one.Reason == reason).Sum(one => one.Units);
        var (damage, shrink, found) = (Adjusted(AdjustReason.Damage), Adjusted(AdjustReason.Shrink), Adjusted(AdjustReason.Found));
        var other = ledger.AdjustedUnits.Sum(adjusted => adjusted.Units) - damage - shrink - found;
        return new Shelf(stock.Key.Sku,
        [
            stock.OnHandUnits, stock.HeldUnits, stock.DamagedUnits, stock.QuarantineUnits, stock.DisplayUnits,
            ledger.CountedUnits, ledger.ReceivedUnits, ledger.ReturnedUnits, ledger.CollectedUnits, ledger.ShippedUnits,
            damage, shrink, found, other,
            ledger.TransferredOutUnits, ledger.TransferredInUnits,
        ]);
    }

    private int Compare(string location, List<Shelf> service, List<Shelf> books)
    {
        var differences = 0;
        var unseen = books.ToDictionary(shelf => shelf.Sku, StringComparer.Ordinal);
        foreach (var shelf in service)
        {
            unseen.Remove(shelf.Sku, out var known);
            differences += Compare(location, shelf.Sku, shelf.Figures, known.Figures);
        }

        return differences + unseen.Values.Sum(shelf => Compare(location, shelf.Sku, null, shelf.Figures));
    }

    private int Compare(string location, string sku, long[]? service, long[]? books)
    {
        var differing = s_figures
            .Select((name, i) => (Name: name, Is: service?[i] ?? 0, Must: books?[i] ?? 0))
            .Where(figure => figure.Is != figure.Must)
            .Select(figure => string.Create(CultureInfo.InvariantCulture, $"{figure.Name} {figure.Is}, by the books {figure.Must}"))
            .ToArray();
        if (differing.Length > 0)
        {
            stage.Differs($"{sku}@{location}: {string.Join("; ", differing)}");
        }

        return Math.Min(1, differing.Length);
    }

    private void CheckConservation(Totals service)
    {
        if (service.OnHand != service.Balance)
        {
            stage.Differs($"In the whole world {service.OnHand} units are on hand, but what came less what went is {service.Balance}");
        }
    }

    private static Totals Sum(List<Shelf> shelves)
    {
        var sum = default(Totals);
        foreach (var (_, f) in shelves)
        {
            sum += new Totals(1, f[0] + f[2] + f[3] + f[4], f[1], f[5], f[6], f[7], f[8], f[9], f[10] + f[11] + f[12] + f[13], f[14], f[15]);
        }

        return sum;
    }

    private static byte[] Digest(string location, List<Shelf> shelves)
    {
        var text = new StringBuilder(location).Append('\n');
        foreach (var (sku, figures) in shelves)
        {
            text.Append(sku).Append('|').AppendJoin('|', figures[^LaterFigures..].Any(figure => figure != 0) ? figures : figures[..^LaterFigures]).Append('\n');
        }

        return SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()));
    }
}
