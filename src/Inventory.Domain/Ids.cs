using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Orleans;

namespace Inventory.Domain;

/// <summary>What is sold: 1 to 64 letters, digits and <c>-_.:+#</c>, in upper case.</summary>
[GenerateSerializer, Immutable, Alias("sku")]
public readonly record struct Sku
{
    private static readonly SearchValues<char> s_allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:+#");

    private static readonly SearchValues<char> s_lower = SearchValues.Create("abcdefghijklmnopqrstuvwxyz");

    private Sku(string value) => Value = value;

    /// <summary>The normalised text; null only for <c>default</c>.</summary>
    [Id(0)]
    public string Value { get; }

    /// <summary>Trims, normalises to upper case and checks.</summary>
    /// <param name="text">The caller's text.</param>
    /// <param name="sku">The SKU, if true.</param>
    /// <param name="problem">What is wrong and what would be right, if false.</param>
    public static bool TryParse(string? text, out Sku sku, [NotNullWhen(false)] out string? problem)
    {
        var trimmed = IdText.Trim(text);
        problem = IdText.Check(trimmed, s_allowed, Limits.SkuCharactersMax, "letters, digits and -_.:+#");
        sku = problem is not null ? default : new Sku(trimmed.AsSpan().ContainsAny(s_lower) ? trimmed.ToUpperInvariant() : trimmed);
        return problem is null;
    }

    /// <summary>As <see cref="TryParse"/>, but throws.</summary>
    /// <exception cref="FormatException">The text is no SKU.</exception>
    public static Sku Parse(string text) => TryParse(text, out var sku, out var problem) ? sku : throw new FormatException($"SKU {problem}");

    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>A place that can hold stock: 1 to 64 letters, digits and <c>-_.</c>; case matters.</summary>
[GenerateSerializer, Immutable, Alias("location-id")]
public readonly record struct LocationId
{
    private static readonly SearchValues<char> s_allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    private LocationId(string value) => Value = value;

    /// <summary>The text; null only for <c>default</c>.</summary>
    [Id(0)]
    public string Value { get; }

    /// <summary>Trims and checks.</summary>
    public static bool TryParse(string? text, out LocationId location, [NotNullWhen(false)] out string? problem)
    {
        var trimmed = IdText.Trim(text);
        problem = IdText.Check(trimmed, s_allowed, Limits.LocationIdCharactersMax, "letters, digits and -_.");
        location = problem is null ? new LocationId(trimmed) : default;
        return problem is null;
    }

    /// <summary>As <see cref="TryParse"/>, but throws.</summary>
    /// <exception cref="FormatException">The text is no location id.</exception>
    public static LocationId Parse(string text) =>
        TryParse(text, out var location, out var problem) ? location : throw new FormatException($"location {problem}");

    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>Who asks: 1 to 32 lower-case letters, digits and <c>-_.</c>.</summary>
[GenerateSerializer, Immutable, Alias("channel")]
public readonly record struct Channel
{
    private static readonly SearchValues<char> s_allowed = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_.");

    private Channel(string value) => Value = value;

    /// <summary>The channel that is meant when none is named.</summary>
    public static Channel Web { get; } = new("web");

    /// <summary>The text; null only for <c>default</c>.</summary>
    [Id(0)]
    public string Value { get; }

    /// <summary>Trims and checks. Common names share one string.</summary>
    public static bool TryParse(string? text, out Channel channel, [NotNullWhen(false)] out string? problem)
    {
        var trimmed = IdText.Trim(text);
        problem = IdText.Check(trimmed, s_allowed, Limits.ChannelCharactersMax, "lower-case letters, digits and -_.");
        channel = problem is null ? new Channel(string.IsInterned(trimmed) ?? trimmed) : default;
        return problem is null;
    }

    /// <summary>As <see cref="TryParse"/>, but throws.</summary>
    /// <exception cref="FormatException">The text is no channel.</exception>
    public static Channel Parse(string text) =>
        TryParse(text, out var channel, out var problem) ? channel : throw new FormatException($"channel {problem}");

    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>One SKU at one location. Its text, <c>SKU@LOCATION</c>, is the key of the stock's owner.</summary>
[GenerateSerializer, Immutable, Alias("stock-key")]
public readonly record struct StockKey([property: Id(0)] Sku Sku, [property: Id(1)] LocationId Location)
{
    /// <summary>Reads <c>SKU@LOCATION</c>.</summary>
    public static bool TryParse(string? text, out StockKey key, [NotNullWhen(false)] out string? problem)
    {
        key = default;
        var at = text?.IndexOf('@') ?? -1;
        if (at < 0)
        {
            problem = "must be written SKU@LOCATION";
            return false;
        }

        if (!Sku.TryParse(text![..at], out var sku, out problem) || !LocationId.TryParse(text[(at + 1)..], out var location, out problem))
        {
            return false;
        }

        key = new StockKey(sku, location);
        return true;
    }

    /// <summary>As <see cref="TryParse"/>, but throws.</summary>
    /// <exception cref="FormatException">The text is no stock key.</exception>
    public static StockKey Parse(string text) =>
        TryParse(text, out var key, out var problem) ? key : throw new FormatException($"stock key '{text}' {problem}");

    /// <inheritdoc/>
    public override string ToString() => string.Concat(Sku.Value, "@", Location.Value);
}

/// <summary>What the ids' parsers share.</summary>
internal static class IdText
{
    public static string Trim(string? text) => text is null ? "" : text.Length > 0 && (text[0] <= ' ' || text[^1] <= ' ') ? text.Trim() : text;

    public static string? Check(string text, SearchValues<char> allowed, int max, string words)
    {
        if (text.Length == 0)
        {
            return $"is empty; it must have 1 to {max} characters of {words}";
        }

        if (text.Length > max)
        {
            return $"has {text.Length} characters; it must have 1 to {max}";
        }

        var wrong = text.AsSpan().IndexOfAnyExcept(allowed);
        return wrong < 0 ? null : $"has the character U+{(int)text[wrong]:X4} at {wrong}; it may have {words}";
    }
}
