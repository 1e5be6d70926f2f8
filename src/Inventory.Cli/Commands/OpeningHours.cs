using Inventory.V1;

namespace Inventory.Cli.Commands;

/// <summary>Opening hours for people.</summary>
internal static class OpeningHours
{
    /// <summary>The hours of a week from Monday, days that are alike in a row drawn together: <c>Mon-Sat 09:00-19:00, Sun 11:00-17:00</c>.</summary>
    public static string Of(Location location)
    {
        if (location.WeeklyHours.Count == 0)
        {
            return "always";
        }

        var runs = new List<(Weekday First, Weekday Last, string Hours)>();
        foreach (var day in location.WeeklyHours.GroupBy(period => period.Weekday).OrderBy(day => day.Key))
        {
            var periods = day.OrderBy(period => period.OpenMinute).Select(period => $"{Clock(period.OpenMinute)}-{Clock(period.CloseMinute)}");
            var hours = string.Join(" and ", periods);
            if (runs.Count > 0 && runs[^1].Hours == hours && runs[^1].Last + 1 == day.Key)
            {
                runs[^1] = runs[^1] with { Last = day.Key };
            }
            else
            {
                runs.Add((day.Key, day.Key, hours));
            }
        }

        return string.Join(", ", runs.Select(run => $"{Short(run.First)}{(run.First == run.Last ? "" : "-" + Short(run.Last))} {run.Hours}"));
    }

    private static string Short(Weekday day) => day.ToString()[..3];

    private static string Clock(int minute) => $"{minute / 60:00}:{minute % 60:00}";
}
