using Inventory.Journal.Files;

namespace Inventory.Journal.Testing;

/// <summary>A machine was switched off by a test; everything that touches its disk fails until it is mounted anew.</summary>
public sealed class SimulatedCrashException() : IOException("The simulated machine is off.");

/// <summary>A disk in memory that behaves as badly as real ones may, and the same way for the same seed.</summary>
/// <remarks>
/// What is written is visible at once and durable after a sync. <see cref="LosePower"/> keeps or loses each sector that was not synced, each on its own, so
/// writes are torn; likewise names that were made or deleted. A sync that fails leaves its sectors visible and clean, but not durable, as Linux does: a
/// second sync would succeed and save nothing. Each operation that changes something is a step; <see cref="CrashAtStep"/> turns the machine off before one.
/// Safe for any thread.
/// </remarks>
public sealed class SimulatedDisk(int seed)
{
    private const int SectorBytes = 512;
    private readonly Lock _lock = new();
    private readonly Random _random = new(seed);
    private readonly Dictionary<string, Inode> _names = new(StringComparer.Ordinal);
    private Dictionary<string, Inode> _durableNames = new(StringComparer.Ordinal);
    private int _mounts;
    private bool _isMounted;

    /// <summary>Changing operations so far.</summary>
    public int Steps { get; private set; }

    /// <summary>The machine goes off just before this step.</summary>
    public int CrashAtStep { get; set; } = int.MaxValue;

    /// <summary>This many syncs from now one fails; 0 for the next one, negative for never.</summary>
    public int FailSyncAfter { get; set; } = -1;

    /// <summary>Bytes that files may have together.</summary>
    public long CapacityBytes { get; set; } = long.MaxValue;

    /// <summary>Runs before each sync, outside of any lock: a test may wait in it.</summary>
    public Action? BeforeSync { get; set; }

    /// <summary>Names of the files that are visible.</summary>
    public IReadOnlyList<string> Names
    {
        get
        {
            lock (_lock)
            {
                return [.. _names.Keys.Order(StringComparer.Ordinal)];
            }
        }
    }

    /// <summary>Opens the disk's one directory for a process; nobody else can until it is disposed or the process is gone.</summary>
    /// <exception cref="JournalLockedException">Another has it.</exception>
    public IJournalFiles Mount()
    {
        lock (_lock)
        {
            if (_isMounted)
            {
                throw new JournalLockedException("the simulated disk");
            }

            _isMounted = true;
            return new Mounted(this, ++_mounts);
        }
    }

    /// <summary>Ends the process as kill -9 does: what it wrote stays visible.</summary>
    public void Kill()
    {
        lock (_lock)
        {
            (_isMounted, CrashAtStep, _mounts) = (false, int.MaxValue, _mounts + 1);
        }
    }

    /// <summary>Cuts the power: of what was not synced, each sector and each name survives or not.</summary>
    public void LosePower()
    {
        Kill();
        lock (_lock)
        {
            // Some machines lose everything, some nothing, most a bit.
            var survival = _random.Next(4) switch { 0 => 0.0, 1 => 1.0, _ => 0.5 };
            foreach (var inode in _names.Values.Union(_durableNames.Values))
            {
                inode.LosePower(_random, survival);
            }

            foreach (var name in _names.Keys.Union(_durableNames.Keys).Order(StringComparer.Ordinal).ToArray())
            {
                if (_names.GetValueOrDefault(name) != _durableNames.GetValueOrDefault(name) && _random.NextDouble() >= survival)
                {
                    Set(_names, name, _durableNames.GetValueOrDefault(name));
                }
            }

            _durableNames = new Dictionary<string, Inode>(_names, StringComparer.Ordinal);
        }
    }

    /// <summary>What is visible of a file.</summary>
    public byte[] Read(string name)
    {
        lock (_lock)
        {
            return _names[name].Visible.ToArray();
        }
    }

    /// <summary>Changes a file behind everybody's back, on the medium too.</summary>
    public void Overwrite(string name, long offset, ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            var inode = _names[name];
            bytes.CopyTo(inode.Visible.AsSpan((int)offset));
            inode.Durable = inode.Visible.ToArray();
        }
    }

    /// <summary>Turns one bit over.</summary>
    public void FlipBit(string name, long offset, int bit) => Overwrite(name, offset, [(byte)(Read(name)[offset] ^ (1 << bit))]);

    /// <summary>Takes a file away.</summary>
    public void Lose(string name)
    {
        lock (_lock)
        {
            _names.Remove(name);
            _durableNames.Remove(name);
        }
    }

    private static void Set(Dictionary<string, Inode> names, string name, Inode? inode)
    {
        if (inode is null)
        {
            names.Remove(name);
        }
        else
        {
            names[name] = inode;
        }
    }

    private void Step(int mount)
    {
        ThrowIfOff(mount);
        if (++Steps >= CrashAtStep)
        {
            throw new SimulatedCrashException();
        }
    }

    private void ThrowIfOff(int mount)
    {
        if (mount != _mounts || Steps >= CrashAtStep)
        {
            throw new SimulatedCrashException();
        }
    }

    private void Reserve(long bytes)
    {
        if (bytes > 0 && _names.Values.Sum(inode => inode.Visible.LongLength) + bytes > CapacityBytes)
        {
            throw new IOException("No space left on device.");
        }
    }

    /// <summary>A file: what a reader sees, what the medium has, and which sectors a sync would write.</summary>
    private sealed class Inode
    {
        private readonly HashSet<int> _dirty = [];

        public byte[] Visible { get; set; } = [];

        public byte[] Durable { get; set; } = [];

        public void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            var end = (int)offset + bytes.Length;
            if (end > Visible.Length)
            {
                var longer = new byte[end];
                Visible.CopyTo(longer, 0);
                Visible = longer;
            }

            bytes.CopyTo(Visible.AsSpan((int)offset));
            for (var sector = (int)offset / SectorBytes; sector * SectorBytes < end; sector++)
            {
                _dirty.Add(sector);
            }
        }

        public void Sync()
        {
            Persist(_dirty.Order());
            _dirty.Clear();
        }

        public void FailSync() => _dirty.Clear();

        public void LosePower(Random random, double survival)
        {
            var grew = random.NextDouble() < survival;
            Persist(_dirty.Order().Where(_ => random.NextDouble() < survival), grew);
            _dirty.Clear();
            Visible = Durable.ToArray();
        }

        private void Persist(IEnumerable<int> sectors, bool grew = true)
        {
            if (grew && Durable.Length < Visible.Length)
            {
                var longer = new byte[Visible.Length];
                Durable.CopyTo(longer, 0);
                Durable = longer;
            }

            foreach (var sector in sectors)
            {
                var start = sector * SectorBytes;
                var length = Math.Min(SectorBytes, Durable.Length - start);
                if (length > 0)
                {
                    Visible.AsSpan(start, length).CopyTo(Durable.AsSpan(start));
                }
            }
        }
    }

    private sealed class Mounted(SimulatedDisk disk, int mount) : IJournalFiles
    {
        public IReadOnlyList<string> List() => disk.Names;

        public IJournalFile Open(string name, long bytes)
        {
            lock (disk._lock)
            {
                disk.ThrowIfOff(mount);
                if (!disk._names.TryGetValue(name, out var inode))
                {
                    disk.Step(mount);
                    disk.Reserve(bytes);
                    disk._names.Add(name, inode = new Inode { Visible = new byte[bytes] });
                }

                return new Opened(disk, mount, inode);
            }
        }

        public void Delete(string name)
        {
            lock (disk._lock)
            {
                disk.Step(mount);
                disk._names.Remove(name);
            }
        }

        public void SyncNames()
        {
            lock (disk._lock)
            {
                disk.Step(mount);
                disk._durableNames = new Dictionary<string, Inode>(disk._names, StringComparer.Ordinal);
            }
        }

        public string PathOf(string name) => "disk/" + name;

        public void Dispose()
        {
            lock (disk._lock)
            {
                disk._isMounted &= mount != disk._mounts;
            }
        }
    }

    private sealed class Opened(SimulatedDisk disk, int mount, Inode inode) : IJournalFile
    {
        private bool _disposed;

        public long Length
        {
            get
            {
                lock (disk._lock)
                {
                    return inode.Visible.Length;
                }
            }
        }

        public int Read(long offset, Span<byte> buffer)
        {
            lock (disk._lock)
            {
                ObjectDisposedException.ThrowIf(_disposed, this);
                disk.ThrowIfOff(mount);
                var count = (int)Math.Clamp(inode.Visible.Length - offset, 0, buffer.Length);
                inode.Visible.AsSpan((int)Math.Min(offset, inode.Visible.Length), count).CopyTo(buffer);
                return count;
            }
        }

        public void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            lock (disk._lock)
            {
                ObjectDisposedException.ThrowIf(_disposed, this);
                disk.Step(mount);
                disk.Reserve(offset + bytes.Length - inode.Visible.Length);
                inode.Write(offset, bytes);
            }
        }

        public void Sync()
        {
            disk.BeforeSync?.Invoke();
            lock (disk._lock)
            {
                ObjectDisposedException.ThrowIf(_disposed, this);
                disk.Step(mount);
                if (disk.FailSyncAfter-- == 0)
                {
                    inode.FailSync();
                    throw new IOException("Input/output error.");
                }

                inode.Sync();
            }
        }

        public void Dispose() => _disposed = true;
    }
}
