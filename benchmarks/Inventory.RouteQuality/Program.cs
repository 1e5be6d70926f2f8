using Inventory.RouteQuality;

try
{
    Report.Write(Settings.Parse(args), Console.Out);
    return 0;
}
catch (Exception e) when (e is FormatException or IOException or InvalidDataException)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}
