namespace Inventory.Tidy.Tests;

/// <summary>The files of the repository, found from where the tests run.</summary>
internal static class Repository
{
    private static readonly string[] s_generated = ["/bin/", "/obj/", "/node_modules/", "/artifacts/", "/data/", "/.git/"];

    public static string Root { get; } = FindRoot();

    /// <summary>Files with the extension under the folders, as paths relative to the root with forward slashes.</summary>
    public static IEnumerable<string> Files(string extension, params string[] folders) =>
        folders
            .Select(folder => Path.Combine(Root, folder))
            .Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*" + extension, SearchOption.AllDirectories))
            .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
            .Where(path => !s_generated.Any(part => ("/" + path).Contains(part, StringComparison.Ordinal)))
            .Order(StringComparer.Ordinal);

    /// <summary>All C# files that people write.</summary>
    public static IEnumerable<string> CSharp() => Files(".cs", "src", "compat", "tests", "benchmarks", "load-tests");

    public static string[] Lines(string path) => File.ReadAllLines(Path.Combine(Root, path));

    public static string Text(string path) => File.ReadAllText(Path.Combine(Root, path));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Inventory.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("Inventory.sln is in no folder above the tests.");
    }
}
