using System.Buffers;
using System.Text;
using Inventory.Journal;

namespace Inventory.Grains;

/// <summary>A durable set of names in a stream of its own: what a board, an assortment and the directory are made of.</summary>
/// <remarks>
/// An event and a snapshot are both: format (1 for names that are there, 2 for names that are gone), then each name as one byte of length and UTF-8.
/// Belongs to one grain. After a failed write the names in memory may be ahead of the journal: the set refuses everything, and its grain is told once to go, so
/// that the next call reads what is durable.
/// </remarks>
/// <typeparam name="T">What is kept with a name in memory; on disk there are names only.</typeparam>
internal abstract class NameSet<T> : IStreamReader
    where T : struct, INamed
{
    private protected const byte Format = 1;
    private const byte Gone = 2;
    private const int EventBytesMax = 32 * 1024;
    private NamedTable<T> _names = new();
    private IJournalStream? _stream;
    private IGrainBase? _grain;
    private JournalPosition _last;
    private string[]? _sorted;
    private bool _lost;

    /// <summary>How many names there are, durable or not.</summary>
    public int Count => _names.Count;

    /// <summary>What is kept, durable or not; to be added to and taken from by the set alone. Valid until the next change.</summary>
    public ref NamedTable<T> Items => ref _names;

    /// <summary>The names, durable or not: wait for <see cref="WhenDurable"/> before showing them.</summary>
    public string[] ToArray()
    {
        var names = new string[_names.Count];
        for (var i = 0; i < names.Length; i++)
        {
            names[i] = _names[i].Name;
        }

        return names;
    }

    /// <summary>Some names in ordinal order, after one. As <see cref="ToArray"/>.</summary>
    public ArraySegment<string> After(string? after, int max)
    {
        _sorted ??= [.. ToArray().Order(StringComparer.Ordinal)];
        var found = after is null ? -1 : Array.BinarySearch(_sorted, after, StringComparer.Ordinal);
        var first = found < 0 && after is not null ? ~found : found + 1;
        return new ArraySegment<string>(_sorted, first, Math.Min(max, _sorted.Length - first));
    }

    /// <summary>Takes ownership of the stream and reads it.</summary>
    /// <param name="journal">Where.</param>
    /// <param name="prefix">What the names of such streams begin with.</param>
    /// <param name="name">The rest of its name: a text that is there anyway, so that it is not kept twice.</param>
    /// <param name="grain">Whose set it is.</param>
    /// <param name="cancellation">Gives up.</param>
    public async ValueTask OpenAsync(IJournal journal, string prefix, string name, IGrainBase grain, CancellationToken cancellation)
    {
        _grain = grain;
        _stream = await journal.OpenAsync(prefix, name, this, cancellation);
    }

    /// <summary>Adds names that are new, at once in memory; done when they, and all before them, are durable.</summary>
    /// <param name="names">1 to 255 bytes of UTF-8 each.</param>
    /// <exception cref="IOException">Nothing can be stored. The set is lost.</exception>
    public ValueTask AddAsync(IEnumerable<string> names)
    {
        Add(names);
        return WhenDurable();
    }

    /// <summary>Adds names that are new, at once in memory, for one who waits by himself.</summary>
    /// <param name="names">1 to 255 bytes of UTF-8 each.</param>
    /// <returns>Where they, and all before them, are durable.</returns>
    /// <exception cref="IOException">Nothing can be stored. The set is lost.</exception>
    public JournalPosition Add(IEnumerable<string> names)
    {
        ThrowIfLost();
        try
        {
            Append(names);
        }
        catch
        {
            Lose();
            throw;
        }

        return _last;
    }

    /// <summary>Takes names out, at once in memory; done when that is durable.</summary>
    /// <exception cref="IOException">Nothing can be stored. The set is lost.</exception>
    public async ValueTask RemoveAsync(string name)
    {
        ThrowIfLost();
        if (_names.PlaceOf(name) < 0)
        {
            await WhenDurable();
            return;
        }

        try
        {
            Span<byte> bytes = stackalloc byte[512];
            bytes[0] = Gone;
            _last = _stream!.Append(bytes[..(1 + Write(bytes[1..], name))]);
            _names.RemoveAt(_names.PlaceOf(name));
            _sorted = null;
            AppendSnapshotIfDue();
        }
        catch
        {
            Lose();
            throw;
        }

        await WhenDurable();
    }

    /// <summary>Done when every name that is in memory now is durable.</summary>
    public async ValueTask WhenDurable()
    {
        ThrowIfLost();
        try
        {
            await _stream!.WhenDurable(_last);
        }
        catch
        {
            Lose();
            throw;
        }
    }

    public void Close() => _stream?.Close();

    public void Snapshot(long version, ReadOnlySpan<byte> state) => Event(version, state);

    public void Event(long version, ReadOnlySpan<byte> payload)
    {
        if (payload[0] is not (Format or Gone))
        {
            throw new FormatException($"A set of names in format {payload[0]}; this program reads formats {Format} and {Gone}.");
        }

        for (var rest = payload[1..]; !rest.IsEmpty; rest = rest[(1 + rest[0])..])
        {
            var name = Encoding.UTF8.GetString(rest.Slice(1, rest[0]));
            var place = _names.PlaceOf(name);
            if (payload[0] == Format && place < 0)
            {
                _names.Add(Make(name));
            }
            else if (payload[0] == Gone && place >= 0)
            {
                _names.RemoveAt(place);
            }
        }
    }

    /// <summary>What is kept with a name that is new.</summary>
    private protected abstract T Make(string name);

    private void Append(IEnumerable<string> names)
    {
        byte[]? bytes = null;
        var length = 0;
        foreach (var name in names)
        {
            if (_names.PlaceOf(name) >= 0)
            {
                continue;
            }

            _names.Add(Make(name));
            bytes ??= ArrayPool<byte>.Shared.Rent(EventBytesMax);
            if (length + 1 + Encoding.UTF8.GetMaxByteCount(name.Length) > EventBytesMax)
            {
                _last = _stream!.Append(bytes.AsSpan(0, length));
                length = 0;
            }

            length = length == 0 ? Begin(bytes) : length;
            length += Write(bytes.AsSpan(length), name);
        }

        if (bytes is null)
        {
            return;
        }

        _sorted = null;
        _last = _stream!.Append(bytes.AsSpan(0, length));
        ArrayPool<byte>.Shared.Return(bytes);
        AppendSnapshotIfDue();
    }

    private void Lose()
    {
        if (!_lost)
        {
            _lost = true;
            _grain!.DeactivateOnIdle();
        }
    }

    private void ThrowIfLost()
    {
        if (_lost)
        {
            throw new JournalFailedException("A set of names could not be written; ask again.");
        }
    }

    private void AppendSnapshotIfDue()
    {
        if (!_stream!.WantsSnapshot)
        {
            return;
        }

        var names = ToArray();
        var state = new byte[1 + names.Sum(name => 1 + Encoding.UTF8.GetByteCount(name))];
        var length = Begin(state);
        foreach (var name in names)
        {
            length += Write(state.AsSpan(length), name);
        }

        _stream.AppendSnapshot(state);
    }

    private protected static int Begin(Span<byte> bytes)
    {
        bytes[0] = Format;
        return 1;
    }

    private protected static int Write(Span<byte> bytes, string name)
    {
        var length = Encoding.UTF8.GetBytes(name, bytes[1..]);
        bytes[0] = checked((byte)length);
        return 1 + length;
    }
}

/// <summary>A durable set of names with nothing kept beside them.</summary>
internal sealed class NameSet : NameSet<NameAlone>
{
    /// <summary>Of a set that is begun without an owner: some ten names. More are worth one.</summary>
    private const int FirstBytesMax = 1024;

    /// <summary>Writes the first names of a set that nobody has in memory and that has none yet, without bringing it into memory.</summary>
    /// <param name="journal">Where.</param>
    /// <param name="prefix">As for <see cref="OpenAsync"/>.</param>
    /// <param name="name">As for <see cref="OpenAsync"/>.</param>
    /// <param name="names">1 to 255 bytes of UTF-8 each.</param>
    /// <returns>Where they are durable; null if they must be added by the set's owner.</returns>
    /// <exception cref="IOException">Nothing can be stored.</exception>
    public static JournalPosition? TryBegin(IJournal journal, string prefix, string name, ReadOnlySpan<string> names)
    {
        Span<byte> bytes = stackalloc byte[FirstBytesMax];
        var length = Begin(bytes);
        foreach (var each in names)
        {
            if (length + 1 + Encoding.UTF8.GetMaxByteCount(each.Length) > bytes.Length)
            {
                return null;
            }

            length += Write(bytes[length..], each);
        }

        return journal.TryBegin(prefix, name, bytes[..length]);
    }

    private protected override NameAlone Make(string name) => new(name);
}

/// <summary>A name with nothing beside it.</summary>
internal readonly record struct NameAlone(string Name) : INamed;
