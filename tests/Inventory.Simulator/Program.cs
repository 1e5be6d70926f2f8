using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Inventory.Simulator;

var seeds = new Option<int>("--seeds") { Description = "How many runs.", DefaultValueFactory = _ => 1_000 };
var from = new Option<int>("--from") { Description = "Seed of the first.", DefaultValueFactory = _ => 1 };
var clients = new Option<int>("--clients") { Description = "Callers at once.", DefaultValueFactory = _ => new Plan(0).Clients };
var calls = new Option<int>("--calls") { Description = "Calls of each.", DefaultValueFactory = _ => new Plan(0).Calls };
var faults = new Option<Faults>("--faults") { Description = "What may go wrong: names with commas.", DefaultValueFactory = _ => Faults.All };
var bug = new Option<Bug>("--bug") { Description = "A mistake to plant, to see that it is found.", DefaultValueFactory = _ => Bug.None };
var orders = new Option<int>("--orders") { Description = "Callers at once who place orders beside the others.", DefaultValueFactory = _ => 0 };
var transfers = new Option<int>("--transfers") { Description = "Callers at once who send units from place to place beside the others." };
var supply = new Option<int>("--supply") { Description = "Callers at once who announce, promise and take in supply beside the others." };
var kits = new Option<int>("--kits") { Description = "Callers at once who define, reserve and bring back kits beside the others; orders have kits then." };
var lots = new Option<int>("--lots") { Description = "Callers at once who sell what has a date beside the others; orders and kits have it then." };
var backOrders = new Option<int>("--back-orders")
{
    Description = "Callers at once who order what is not there yet beside the others; with --supply it is promised to them.",
};
var threads = new Option<int>("--threads") { Description = "Runs at once.", DefaultValueFactory = _ => Environment.ProcessorCount };
var command = new RootCommand("Runs the whole service on a simulated engine, clock and disk, breaks it in every way it knows, and audits every reply.")
{
    seeds, from, clients, calls, faults, bug, orders, transfers, supply, kits, lots, backOrders, threads,
};
command.SetAction((arguments, cancellation) => Task.FromResult(Simulate(
    new Plan(arguments.GetValue(from), arguments.GetValue(clients), arguments.GetValue(calls), arguments.GetValue(faults), arguments.GetValue(bug),
        arguments.GetValue(orders), arguments.GetValue(transfers), arguments.GetValue(supply), arguments.GetValue(kits), arguments.GetValue(lots),
        arguments.GetValue(backOrders)),
    arguments.GetValue(seeds),
    arguments.GetValue(threads),
    cancellation)));
return await command.Parse(args).InvokeAsync();

static int Simulate(Plan plan, int seeds, int threads, CancellationToken cancellation)
{
    var watch = Stopwatch.StartNew();
    var shows = !Console.IsOutputRedirected;
    Action<int>? progress = shows ? done => Console.Write(done % 10 == 0 ? $"\r{done:N0} runs" : "") : null;
    var (failed, runs, tally) = Campaign.Of(plan, seeds, threads, progress, cancellation);
    Console.WriteLine(shows ? "\r" : "");
    foreach (var (what, count) in tally.Counts)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count,14:N0}  {what}"));
    }

    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"\n{runs:N0} runs in {watch.Elapsed.TotalSeconds:N1} s"));
    if (failed is null)
    {
        Console.WriteLine("Nothing is wrong.");
        return 0;
    }

    Console.WriteLine($"\nSEED {failed.Plan.Seed}: {failed.Failure}\nrepeat it with: {failed.Plan.Arguments}\n\nlooking for a smaller one ...");
    var smallest = Campaign.Shrink(failed, smaller => Console.WriteLine($"  {smaller.Plan.Arguments}"));
    Console.WriteLine($"\n{smallest.Failure}\nrepeat it with: {smallest.Plan.Arguments}");
    return 1;
}
