namespace Inventory.LoadTests.Service;

/// <summary>The service on a directory that goes with it.</summary>
internal sealed class OwnService : IAsyncDisposable
{
    private OwnService(string directory, SiloProcess silo, SmallDisk? disk) => (Directory, Silo, Disk) = (directory, silo, disk);

    public string Directory { get; }

    public SiloProcess Silo { get; private set; }

    /// <summary>What makes the directory small; null when nothing does.</summary>
    public SmallDisk? Disk { get; }

    /// <summary>Bytes of all files of the directory.</summary>
    public long DirectoryBytes => new DirectoryInfo(Directory).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);

    /// <summary>Starts one on a new directory for temporary files.</summary>
    public static Task<OwnService> StartAsync(CancellationToken ct) => StartAsync(null, ct);

    /// <summary>The same on a directory that has room for so much.</summary>
    public static Task<OwnService> StartOnSmallDiskAsync(int kilobytes, CancellationToken ct) => StartAsync(kilobytes, ct);

    /// <summary>Ends it as <c>kill -9</c> does.</summary>
    public Task KillAsync() => Silo.KillAsync();

    /// <summary>Starts it again on the same directory, at another address.</summary>
    public async Task RestartAsync(CancellationToken ct)
    {
        await Silo.DisposeAsync();
        Silo = await SiloProcess.StartAsync(Directory, Disk?.FileKilobytes, ct);
    }

    public async ValueTask DisposeAsync()
    {
        await Silo.DisposeAsync();
        await RemoveAsync(Directory, Disk);
    }

    private static async Task<OwnService> StartAsync(int? kilobytes, CancellationToken ct)
    {
        var directory = System.IO.Directory.CreateTempSubdirectory("inventory-load-").FullName;
        var disk = kilobytes is { } small ? await SmallDisk.MakeAsync(directory, small) : null;
        try
        {
            return new OwnService(directory, await SiloProcess.StartAsync(directory, disk?.FileKilobytes, ct), disk);
        }
        catch
        {
            await RemoveAsync(directory, disk);
            throw;
        }
    }

    private static async Task RemoveAsync(string directory, SmallDisk? disk)
    {
        if (disk is not null)
        {
            await disk.DisposeAsync();
        }

        System.IO.Directory.Delete(directory, recursive: true);
    }
}
