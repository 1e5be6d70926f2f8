namespace Inventory.Cli.Tests.Commands;

/// <summary>Wrong command lines and a service that is not there: each answer says what would be right.</summary>
public sealed class WrongUseTests
{
    // Nothing listens there, and nothing can: it is reserved.
    private const string Nobody = "http://127.0.0.1:1";

    [Theory]
    [InlineData("stock adjust A b x --reason shrink", "<units> 'x' must be a whole number")]
    [InlineData("stock adjust A b 3 --reason blah", "--reason 'blah' must be damage, shrink, found, expired, internal-use or correction")]
    [InlineData("stock adjust A b 3", "--reason")]
    [InlineData("stock receive A b 3 --condition 17", "--condition '17' must be sellable, damaged, quarantine or display")]
    [InlineData("stock receive A b", "<units> is missing: How many units")]
    [InlineData("stock count A b 3 --seen-version x", "--seen-version 'x' must be a whole number")]
    [InlineData("stock move A b 3 --to shelf", "--to 'shelf' must be sellable")]
    [InlineData("stock policy A b --safety few", "--safety 'few' must be a whole number")]
    [InlineData("stock policy A b --ring-fence app", "--ring-fence 'app' is wrong; write it as CHANNEL=UNITS")]
    [InlineData("stock list b --limit 0", "--limit '0' must be a whole number from 1")]
    [InlineData("stock", "inventory stock needs one of: import, show, list")]
    [InlineData("stock shwo A b", "Did you mean show?")]
    [InlineData("stock import", "<file> is missing: CSV with the columns location_id, sku, on_hand")]
    [InlineData("stock import nowhere.csv", "nowhere.csv: there is no such file")]
    [InlineData("locations show", "<location> is missing")]
    [InlineData("locations list --timeout 0", "--timeout '0' must be a whole number from 1 to 3600")]
    [InlineData("locations list --address nonsense", "--address 'nonsense' is no http address; write it like http://")]
    [InlineData("availability", "<sku> is missing")]
    [InlineData("near X", "Give either --at LATITUDE,LONGITUDE or --location ID")]
    [InlineData("near X --at 1;2", "--at '1;2' is wrong; write it as LATITUDE,LONGITUDE")]
    [InlineData("near X --at 1,2 --radius-km far", "--radius-km 'far' must be a number from")]
    [InlineData("watch A --chanel web", "Did you mean --channel?")]
    [InlineData("reserve", "<lines> is missing: What to hold, as SKU@LOCATION")]
    [InlineData("reserve A", "'A' is wrong; write it as SKU@LOCATION or SKU@LOCATION=UNITS")]
    [InlineData("reserve A@b --ttl 5x", "--ttl '5x' is no duration; write it like 90s, 15m, 2h or 1d")]
    [InlineData("reserve A@b --tll 5m", "'--tll' is no option of reserve")]
    [InlineData("collect R --line 1", "--line '1' is wrong; write it as LINE=UNITS")]
    [InlineData("confirm", "<reservation> is missing")]
    [InlineData("return A b many", "<units> 'many' must be a whole number")]
    [InlineData("reservations A b --limit -1", "--limit '-1' must be a whole number from 1 to 1000")]
    [InlineData("play --orders none", "--orders 'none' must be a whole number from 1 to 100000")]
    [InlineData("ready --wait", "--wait needs a value")]
    [InlineData("frobnicate", "'frobnicate' is unknown to inventory")]
    [InlineData("", "inventory needs one of: locations, stock")]
    public async Task A_wrong_command_line_is_named_with_what_would_be_right(string line, string words)
    {
        var result = (await CliProcess.RunAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries))).Ends(2).Says(words);
        Assert.Empty(result.Output);
        Assert.True(result.Error.Split('\n').Length <= 5, $"too long to read:\n{result}");
    }

    [Theory]
    [InlineData("locations list")]
    [InlineData("stock receive A b 1")]
    [InlineData("watch A")]
    [InlineData("ready --wait 0")]
    public async Task A_service_that_is_not_there_is_named_with_its_address(string line) =>
        (await CliProcess.RunAsync([.. line.Split(' '), "--address", Nobody])).Ends(3)
            .Says($"The service at {Nobody}", "cannot be reached", "refused").Says("Start one with");

    [Theory]
    [InlineData("stock adjust A b x --reason shrink", 2, "USAGE")]
    [InlineData("stock import nowhere.csv", 2, "BAD_INPUT")]
    [InlineData("near X", 2, "BAD_INPUT")]
    [InlineData("whatif --orders nowhere.csv", 2, "BAD_INPUT")]
    [InlineData("policy create nowhere.json", 2, "BAD_INPUT")]
    [InlineData("frobnicate", 2, "USAGE")]
    [InlineData("order list", 3, "UNAVAILABLE")]
    [InlineData("ready --wait 0", 3, "UNAVAILABLE")]
    public async Task With_json_what_is_wrong_is_an_object_a_line(string line, int exit, string code)
    {
        var result = (await CliProcess.RunAsync([.. line.Split(' '), "--json", "--address", Nobody])).Ends(exit);
        var error = result.Problem;
        Assert.Equal((code, ""), (error.GetProperty("code").GetString(), result.Output));
        Assert.NotEqual("", error.GetProperty("message").GetString());
        Assert.Equal(code == "USAGE", error.GetProperty("details").GetArrayLength() > 0);
    }

    [Theory]
    [InlineData("", "Commands:", "reserve <lines>")]
    [InlineData("stock adjust", "--reason", "internal-use")]
    [InlineData("reserve", "SKU@LOCATION", "--ttl")]
    public async Task Help_is_the_same_each_time_and_names_what_there_is(string line, params string[] words)
    {
        string[] args = [.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"];
        var help = (await CliProcess.RunAsync(args)).Ends(0);
        Assert.All(words, word => Assert.Contains(word, help.Output, StringComparison.Ordinal));
        Assert.Equal(help.Output, (await CliProcess.RunAsync(args)).Output);
    }
}
