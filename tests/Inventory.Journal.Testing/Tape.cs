using System.Globalization;
using System.Text;

namespace Inventory.Journal.Testing;

/// <summary>Takes a stream down as text: <c>s2:state 3:a 4:b</c>.</summary>
public sealed class Tape : IStreamReader
{
    private readonly List<string> _lines = [];

    /// <summary>What was handed over, in order.</summary>
    public string Text => string.Join(' ', _lines);

    /// <inheritdoc/>
    public void Snapshot(long version, ReadOnlySpan<byte> state) => _lines.Add($"s{version}:{Encoding.UTF8.GetString(state)}");

    /// <inheritdoc/>
    public void Event(long version, ReadOnlySpan<byte> payload) =>
        _lines.Add(string.Create(CultureInfo.InvariantCulture, $"{version}:{Encoding.UTF8.GetString(payload)}"));
}
