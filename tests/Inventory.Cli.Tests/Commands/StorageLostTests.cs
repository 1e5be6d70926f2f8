using System.Text;
using Inventory.Silo.Tests;

namespace Inventory.Cli.Tests.Commands;

/// <summary>What a person at the command line sees of a service whose disk is full.</summary>
public sealed class StorageLostTests
{
    private const int SmallDiskKilobytes = 512;
    private const int MoreRowsThanFit = 20_000;

    [Fact]
    public async Task A_full_disk_is_said_at_once_and_ready_tells_it_from_a_service_that_serves()
    {
        using var directory = new TemporaryDirectory();
        var journal = Path.Combine(directory.Path, "journal");
        await using (var roomy = await SiloProcess.StartAsync("--data", journal))
        {
            var places = Write(directory, "places.csv", ["id,name,kind,latitude,longitude", "leeds,Leeds,store,53.8,-1.5"]);
            (await CliProcess.RunAsync("locations", "import", places, "--address", $"{roomy.Endpoint}")).Ends(0);
            roomy.Signal("TERM");
            await roomy.ExitAsync();
        }

        await using var full = await SiloProcess.StartOnSmallDiskAsync(SmallDiskKilobytes, "--data", journal);
        var address = $"{full.Endpoint}";
        (await CliProcess.RunAsync("ready", "--wait", "0", "--address", address)).Ends(0);
        var rows = Write(directory, "rows.csv", Enumerable.Range(0, MoreRowsThanFit).Select(i => $"leeds,MUG-{i},5").Prepend("location_id,sku,on_hand"));
        (await CliProcess.RunAsync("stock", "import", rows, "--address", address)).Ends(3)
            .Says($"of {MoreRowsThanFit:N0} rows were answered; import the file again").Says("cannot store anything now");
        await Service.WhenAsync(async () => (await CliProcess.RunAsync("ready", "--wait", "0", "--address", address)).ExitCode != 0);
        (await CliProcess.RunAsync("ready", "--wait", "0", "--address", address)).Ends(3).Says(address, "does not serve", "storage is lost");
        (await CliProcess.RunAsync("stock", "receive", "MUG-1", "leeds", "1", "--address", address)).Ends(3).Says("cannot store anything now");
    }

    private static string Write(TemporaryDirectory directory, string name, IEnumerable<string> lines)
    {
        var path = Path.Combine(directory.Path, name);
        File.WriteAllLines(path, lines, Encoding.UTF8);
        return path;
    }
}
