return await Inventory.Rivals.CommandLine.InvokeAsync(args);
