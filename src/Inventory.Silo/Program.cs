using System.Net.Sockets;
using Inventory.Journal;
using Inventory.Silo;

var (options, problems) = SiloArguments.Parse(args, Environment.GetEnvironmentVariable);
if (args.Contains("--help") || args.Contains("-h"))
{
    Console.Out.WriteLine(SiloArguments.Help);
    return ExitCodes.Done;
}

if (problems.Count > 0)
{
    problems.ForEach(Console.Error.WriteLine);
    return ExitCodes.Usage;
}

try
{
    await SiloHost.RunAsync(options);
    return ExitCodes.Done;
}
catch (Exception e) when (e is JournalDamagedException or JournalLockedException)
{
    Console.Error.WriteLine(e.Message);
    return ExitCodes.Storage;
}
catch (Exception e) when (e is IOException or UnauthorizedAccessException or SocketException)
{
    var where = e is SocketException ? $"; it is told to listen on {options.Listen}, port {options.Port}; --listen and --port name others" : "";
    Console.Error.WriteLine($"The service cannot start: {e.Message.TrimEnd('.')}{where}.");
    return ExitCodes.Storage;
}
