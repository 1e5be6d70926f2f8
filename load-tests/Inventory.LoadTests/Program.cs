using Inventory.LoadTests;

return await CommandLine.InvokeAsync(args);
