using System.Globalization;
using Inventory.Rivals.Running;

namespace Inventory.Rivals.Redis;

/// <summary>How a server that speaks RESP is started, with every write on disk before its answer.</summary>
/// <param name="Name">Of the product.</param>
/// <param name="Program">Finds the program, or says what is missing.</param>
/// <param name="Arguments">From port and directory.</param>
internal sealed record RedisServer(string Name, Func<string> Program, Func<int, string, IEnumerable<string>> Arguments)
{
    /// <summary>Redis: the append-only file is synced before any reply; no other snapshots.</summary>
    public static RedisServer Redis { get; } = new("redis", () => ScratchServer.Find("redis-server"), (port, directory) =>
    [
        "--port", Text(port), "--bind", "127.0.0.1", "--dir", directory, "--appendonly", "yes", "--appendfsync", "always", "--save", "",
        "--daemonize", "no",
    ]);

    /// <summary>
    /// Garnet: its append-only file is committed before any reply, and scripts lock their keys; without that its scripts interleave and oversell.
    /// It commits every millisecond what has come: told to commit each write by itself, Garnet 2.2.8 stops answering when locking scripts run at once.
    /// Its storage goes through .NET's own files: its native one wants a newer C library than Debian 12 has.
    /// </summary>
    public static RedisServer Garnet { get; } = new("garnet", FindGarnet, (port, directory) =>
    [
        "--port", Text(port), "--bind", "127.0.0.1", "--checkpointdir", directory, "--aof", "--aof-commit-wait",
        "--aof-commit-freq", "1", "--device-type", "RandomAccess", "--lua", "--lua-transaction-mode", "--logger-level", "Error",
    ]);

    // install.sh puts it there, below the working directory or one above it.
    private static string FindGarnet()
    {
        var folders = new List<string>();
        for (var folder = new DirectoryInfo(Environment.CurrentDirectory); folder is not null; folder = folder.Parent)
        {
            folders.Add(Path.Combine(folder.FullName, "artifacts", "tools"));
        }

        return ScratchServer.Find("garnet-server", folders);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
