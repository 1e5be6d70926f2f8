namespace Inventory.LoadTests.Service;

/// <summary>The service on a directory that goes with it.</summary>
internal sealed class OwnService : IAsyncDisposable
{
    private OwnService(string directory, SiloProcess silo) => (Directory, Silo) = (directory, silo);

    public string Directory { get; }

    public SiloProcess Silo { get; private set; }

    /// <summary>Bytes of all files of the directory.</summary>
    public long DirectoryBytes => new DirectoryInfo(Directory).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);

    /// <summary>Starts one on a new directory for temporary files.</summary>
    public static async Task<OwnService> StartAsync(CancellationToken ct)
    {
        var directory = System.IO.Directory.CreateTempSubdirectory("inventory-load-").FullName;
        try
        {
            return new OwnService(directory, await SiloProcess.StartAsync(directory, ct));
        }
        catch
        {
            System.IO.Directory.Delete(directory, recursive: true);
            throw;
        }
    }

    /// <summary>Ends it as <c>kill -9</c> does.</summary>
    public Task KillAsync() => Silo.KillAsync();

    /// <summary>Starts it again on the same directory, at another address.</summary>
    public async Task RestartAsync(CancellationToken ct)
    {
        await Silo.DisposeAsync();
        Silo = await SiloProcess.StartAsync(Directory, ct);
    }

    public async ValueTask DisposeAsync()
    {
        await Silo.DisposeAsync();
        System.IO.Directory.Delete(Directory, recursive: true);
    }
}
