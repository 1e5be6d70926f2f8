using System.CommandLine;
using Inventory.Cli;
using Inventory.Cli.Commands;
using Inventory.Cli.Replay;

var root = new RootCommand("inventory: talks to the Inventory service over gRPC.")
{
    LocationCommands.Create(),
    StockCommands.Create(),
    AvailabilityCommands.Availability(),
    AvailabilityCommands.Near(),
    AvailabilityCommands.Watch(),
    ReservationCommands.Reserve(),
    ReservationCommands.Confirm(),
    ReservationCommands.Extend(),
    ReservationCommands.Release(),
    ReservationCommands.Collect(),
    ReservationCommands.Ship(),
    ReservationCommands.Return(),
    ReservationCommands.Show(),
    ReservationCommands.List(),
    VerifyCommand.Create(),
    PlayCommand.Create(),
    ReplayCommand.Create(),
    ReadyCommand.Create(),
    JournalCommands.Create(),
};
root.Options.Add(Connection.Address);
root.Options.Add(Connection.Json);
root.Options.Add(Connection.Timeout);
return await ExitCode.RunAsync(root, args);
