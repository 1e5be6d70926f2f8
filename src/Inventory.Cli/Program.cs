using System.CommandLine;
using Inventory.Cli;
using Inventory.Cli.Commands;
using Inventory.Cli.Replay;
using Inventory.Cli.WhatIf;

const string about = """
    inventory: talks to the Inventory service over gRPC.

      inventory availability MUG-0001
      inventory near MUG-0001 --at 53.48,-2.24 --radius-km 150
      inventory reserve MUG-0001@warehouse-north=2 --ttl 10m
      inventory stock import shelves.csv

    Answers go to standard output, as tables or with --json as one object a line; what is wrong goes to standard error, with --json as objects
    with code, message and details.
    Ends with 0 when all is done, 1 when the service refuses or an audit finds a difference, 2 when an argument or a file is wrong,
    3 when the service cannot be reached or fails, 130 after Ctrl-C.
    """;
var root = new RootCommand(about)
{
    LocationCommands.Create(),
    StockCommands.Create(),
    CatalogCommands.Create(),
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
    OrderCommands.Create(),
    TransferCommands.Create(),
    SupplyCommands.Create(),
    VerifyCommand.Create(),
    PlayCommand.Create(),
    ReplayCommand.Create(),
    WhatIfCommand.Create(),
    ReadyCommand.Create(),
    JournalCommands.Create(),
    PolicyCommands.Create(),
};
root.Options.Add(Connection.Address);
root.Options.Add(Connection.Json);
root.Options.Add(Connection.Timeout);
return await ExitCode.RunAsync(root, args);
