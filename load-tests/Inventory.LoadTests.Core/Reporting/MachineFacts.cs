using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Inventory.LoadTests.Reporting;

/// <summary>What the figures were measured on.</summary>
public sealed record MachineFacts(string Processor, int Cores, long MemoryMegabytes, string System, string Runtime)
{
    /// <summary>This machine.</summary>
    public static MachineFacts Read() => new(
        ProcessorName(),
        Environment.ProcessorCount,
        GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (1024 * 1024),
        Kernel(),
        RuntimeInformation.FrameworkDescription);

    /// <summary>How busy the machine is now, others' work included: what one should know before one believes a figure. "unknown" where Linux is not.</summary>
    public static string ReadLoad()
    {
        const string file = "/proc/loadavg";
        return File.Exists(file) ? string.Join(' ', File.ReadAllText(file).Split(' ').Take(3)) : "unknown";
    }

    /// <summary>The revision that the assembly was built from, as the build wrote it into it; "unknown" outside a repository.</summary>
    public static string CommitOf(Assembly assembly)
    {
        var version = assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";
        var plus = version.IndexOf('+', StringComparison.Ordinal);
        return plus < 0 ? "unknown" : version[(plus + 1)..];
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Processor}, {Cores} cores, {MemoryMegabytes / 1024.0:0.#} GB; {System}; {Runtime}");

    private static string Kernel()
    {
        const string release = "/proc/sys/kernel/osrelease";
        return File.Exists(release) ? "Linux " + File.ReadAllText(release).Trim() : RuntimeInformation.OSDescription;
    }

    private static string ProcessorName()
    {
        const string file = "/proc/cpuinfo";
        var line = File.Exists(file)
            ? File.ReadLines(file).FirstOrDefault(each => each.StartsWith("model name", StringComparison.Ordinal))
            : null;
        return line is null ? RuntimeInformation.ProcessArchitecture.ToString() : line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
    }
}
