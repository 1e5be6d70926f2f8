using System.Diagnostics;
using System.Globalization;

namespace Inventory.LoadTests.Service;

/// <summary>A directory that runs full: a file system of its own in memory where this process may mount one, otherwise a limit on the size of a file.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private readonly string _directory;
    private readonly bool _isMounted;

    private SmallDisk(string directory, bool isMounted) => (_directory, _isMounted) = (directory, isMounted);

    /// <summary>The limit to start the service with; null when there is none now.</summary>
    public int? FileKilobytes { get; private set; }

    /// <summary>
    /// Makes a later start of the service one that runs full. A file system of its own is small from the beginning; a limit on files is not, because the
    /// service makes its files in full length before it writes.
    /// </summary>
    /// <returns>Whether the service must be started again for it.</returns>
    public bool Tighten(int fileKilobytes)
    {
        FileKilobytes = _isMounted ? null : fileKilobytes;
        return !_isMounted;
    }

    /// <summary>What makes it small, for people.</summary>
    public string Says => _isMounted ? "a tmpfs mounted for this" : "ulimit -f, because mounting is not permitted here";

    /// <summary>Makes the directory small.</summary>
    public static async Task<SmallDisk> MakeAsync(string directory, int kilobytes)
    {
        var size = kilobytes.ToString(CultureInfo.InvariantCulture);
        return new SmallDisk(directory, await TryAsync("mount", "-t", "tmpfs", "-o", $"size={size}k", "tmpfs", directory));
    }

    /// <summary>Makes room; the service must be started again.</summary>
    public async Task GrowAsync()
    {
        FileKilobytes = null;
        if (_isMounted && !await TryAsync("mount", "-o", "remount,size=1g", _directory))
        {
            throw new ServiceException($"{_directory} could not be made larger.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_isMounted && !await TryAsync("umount", _directory))
        {
            throw new ServiceException($"{_directory} could not be unmounted.");
        }
    }

    private static async Task<bool> TryAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true };
        try
        {
            using var process = Process.Start(start)!;
            await Task.WhenAll(process.StandardError.ReadToEndAsync(), process.StandardOutput.ReadToEndAsync());
            await process.WaitForExitAsync();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
