using System.Diagnostics;
using System.Globalization;
using Microsoft.Diagnostics.Runtime;

namespace Inventory.Benchmarks.Memory;

/// <summary>Which objects the managed heap of a process holds: how many of each type, and their bytes.</summary>
/// <remarks>A process cannot walk its own heap: another, the same program again, looks at it from outside while it waits.</remarks>
internal sealed class HeapTable
{
    private readonly Dictionary<string, (long Count, long Bytes)> _types = new(StringComparer.Ordinal);

    /// <summary>The heap of this process. Nobody should be at work meanwhile.</summary>
    public static HeapTable OfThis()
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(typeof(HeapTable).Assembly.Location);
        }

        start.ArgumentList.Add("objects");
        start.ArgumentList.Add(Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        using var walker = Process.Start(start)!;
        var table = new HeapTable();
        while (walker.StandardOutput.ReadLine() is { } line)
        {
            var parts = line.Split('\t');
            table._types[parts[2]] = (long.Parse(parts[0], CultureInfo.InvariantCulture), long.Parse(parts[1], CultureInfo.InvariantCulture));
        }

        return table;
    }

    /// <summary>Writes the table of another process to the console, in the form that <see cref="OfThis"/> reads.</summary>
    public static int Print(int process)
    {
        var types = new Dictionary<string, (long Count, long Bytes)>(StringComparer.Ordinal);
        using var target = DataTarget.AttachToProcess(process, suspend: false);
        using var runtime = target.ClrVersions[0].CreateRuntime();
        foreach (var each in runtime.Heap.EnumerateObjects())
        {
            if (each.Type is { IsFree: false, Name: { } name })
            {
                var (count, bytes) = types.GetValueOrDefault(name);
                types[name] = (count + 1, bytes + (long)each.Size);
            }
        }

        foreach (var (name, (count, bytes)) in types)
        {
            Console.WriteLine($"{count}\t{bytes}\t{name}");
        }

        return 0;
    }

    /// <summary>Prints what has come since an earlier look, for each of a number of things; types of less than a byte each are left out.</summary>
    public void TellSince(HeapTable before, int things)
    {
        if (_types.Count == 0)
        {
            Console.WriteLine("       (of which objects cannot be told: this system lets no process look into its parent; as root it does)");
            return;
        }

        var grown =
            from type in _types
            let had = before._types.GetValueOrDefault(type.Key)
            let bytes = (double)(type.Value.Bytes - had.Bytes) / things
            where bytes >= 1
            orderby bytes descending
            select $"{bytes,12:N1} bytes in {(double)(type.Value.Count - had.Count) / things:N3} objects: {type.Key}";
        Console.WriteLine(string.Join(Environment.NewLine, grown));
    }
}
