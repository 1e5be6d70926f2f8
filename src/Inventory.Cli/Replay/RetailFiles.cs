namespace Inventory.Cli.Replay;

/// <summary>Where the four files are.</summary>
internal sealed record RetailFiles(string Orders, string Products, string Stores, string Postcodes)
{
    /// <summary>The files of a folder under their usual names, gzip before plain.</summary>
    public static RetailFiles In(string folder) => new(
        Find(folder, "orders"), Find(folder, "products"), Find(folder, "stores"), Find(folder, "postcodes"));

    /// <summary>Reads everything before anything is played.</summary>
    /// <param name="skipBad">Leave bad lines out and count them.</param>
    /// <param name="problems">What was wrong, also when it was skipped.</param>
    /// <exception cref="BadInputException">Names file and line of what is wrong.</exception>
    public RetailData Read(bool skipBad, out Problems problems)
    {
        problems = new Problems(skipBad);
        var network = new NetworkReader(problems);
        var products = network.Products(Products);
        var orders = new OrdersReader(problems, products);
        var lines = orders.Read(Orders);
        var (stores, sectors) = (network.Stores(Stores), network.Sectors(Postcodes));
        problems.ThrowIfAny();
        if (stores.Count == 0 || sectors.Count == 0)
        {
            throw new BadInputException($"'{Stores}' must name one store and '{Postcodes}' one sector at least.");
        }

        return new RetailData(lines, stores, sectors)
        {
            Descriptions = products,
            NotProductLines = orders.NotProductLines,
            SkippedLines = problems.Count,
            Source = $"{Path.GetFileName(Orders)}, {Path.GetFileName(Products)}, {Path.GetFileName(Stores)}, {Path.GetFileName(Postcodes)}",
        };
    }

    private static string Find(string folder, string name)
    {
        var zipped = Path.Combine(folder, name + ".csv.gz");
        return File.Exists(zipped) ? zipped : Path.Combine(folder, name + ".csv");
    }
}
