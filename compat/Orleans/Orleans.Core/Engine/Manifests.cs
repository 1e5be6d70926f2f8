using System.Reflection;
using System.Runtime.Loader;
using Orleans.Runtime;

namespace Orleans.Engine;

/// <summary>Finds the grains of this process: in the assemblies that are loaded, and in those that they refer to.</summary>
internal static class Manifests
{
    public static List<GrainManifest> Load()
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var toVisit = new Queue<Assembly>(AppDomain.CurrentDomain.GetAssemblies().Where(each => !each.IsDynamic));
        var found = new List<GrainManifest>();
        while (toVisit.TryDequeue(out var assembly))
        {
            var name = assembly.GetName().Name ?? "";
            if (IsFramework(name) || !seen.Add(name))
            {
                continue;
            }

            if (assembly.GetCustomAttribute<GrainManifestAttribute>() is { } attribute)
            {
                found.Add((GrainManifest)Activator.CreateInstance(attribute.Manifest, nonPublic: true)!);
            }

            foreach (var reference in assembly.GetReferencedAssemblies())
            {
                if (!IsFramework(reference.Name ?? "") && !seen.Contains(reference.Name ?? "") && TryLoad(reference) is { } referenced)
                {
                    toVisit.Enqueue(referenced);
                }
            }
        }

        return found;
    }

    private static bool IsFramework(string name) =>
        name.StartsWith("System.", StringComparison.Ordinal) || name.StartsWith("Microsoft.", StringComparison.Ordinal) || name is "System" or "netstandard"
        or "mscorlib" or "System.Private.CoreLib";

    private static Assembly? TryLoad(AssemblyName name)
    {
        try
        {
            return AssemblyLoadContext.Default.LoadFromAssemblyName(name);
        }
        catch (IOException)
        {
            return null; // Referred to but not shipped: it cannot hold grains that anybody calls.
        }
    }
}
