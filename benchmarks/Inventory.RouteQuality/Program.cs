using Inventory.RouteQuality;
using Inventory.RouteQuality.Seasons;

try
{
    var settings = Settings.Parse(args);
    if (settings.Times > 0)
    {
        RouteTimes.Write(settings, Console.Out);
    }
    else if (settings.Seasons > 0)
    {
        SeasonReport.Write(settings.Seed, settings.Seasons, Console.Out);
    }
    else
    {
        Report.Write(settings, Console.Out);
    }

    return 0;
}
catch (Exception e) when (e is FormatException or IOException or InvalidDataException)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}
