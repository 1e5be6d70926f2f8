using Inventory.Cli.Replay;

namespace Inventory.Cli.Tests.Replay;

/// <summary>A test that needs the real retail files; without them it is skipped and says so.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RealDataFactAttribute : FactAttribute
{
    public RealDataFactAttribute()
    {
        if (RealData.Folder is null)
        {
            Skip = "The retail files are not there: set INVENTORY_DATA to their folder, or put them into ../shared/data.";
        }
    }
}

/// <summary>Where the real files are, read once.</summary>
internal static class RealData
{
    private static readonly Lazy<RetailData> s_data = new(() => RetailFiles.In(Folder!).Read(skipBad: false, out _));

    public static string? Folder { get; } = Find();

    public static RetailData Data => s_data.Value;

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("INVENTORY_DATA") is { Length: > 0 } named)
        {
            return File.Exists(Path.Combine(named, "orders.csv.gz")) ? named : null;
        }

        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var data = Path.Combine(folder.FullName, "shared", "data");
            if (File.Exists(Path.Combine(data, "orders.csv.gz")))
            {
                return data;
            }
        }

        return null;
    }
}
