namespace Inventory.LoadTests.Reporting;

/// <summary>Writes a report where people and programs find it.</summary>
public static class ReportFiles
{
    /// <summary>Writes <c>report.json</c>, <c>report.txt</c> and <c>report.html</c> into the directory, which is made if needed, over what was there.</summary>
    /// <returns>The path of the page.</returns>
    public static async Task<string> WriteAsync(Report report, string directory)
    {
        Directory.CreateDirectory(directory);
        await File.WriteAllTextAsync(Path.Combine(directory, "report.json"), ReportJson.Write(report));
        await File.WriteAllTextAsync(Path.Combine(directory, "report.txt"), ReportText.Write(report));
        var page = Path.Combine(directory, "report.html");
        await File.WriteAllTextAsync(page, ReportHtml.Write(report));
        return Path.GetFullPath(page);
    }
}
