using System.Globalization;

namespace Orleans.Runtime;

/// <summary>The key part of a grain id.</summary>
public readonly struct IdSpan : IEquatable<IdSpan>, IComparable<IdSpan>
{
    private readonly string? _value;

    private IdSpan(string value) => _value = value;

    /// <summary>Whether nothing was set.</summary>
    public bool IsDefault => string.IsNullOrEmpty(_value);

    /// <summary>The key with this text.</summary>
    public static IdSpan Create(string id) => new(id);

    /// <inheritdoc/>
    public bool Equals(IdSpan obj) => _value == obj._value;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is IdSpan other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _value?.GetHashCode(StringComparison.Ordinal) ?? 0;

    /// <inheritdoc/>
    public int CompareTo(IdSpan other) => string.CompareOrdinal(_value, other._value);

    /// <inheritdoc/>
    public override string ToString() => _value ?? "";

    /// <summary>Whether both are the same key.</summary>
    public static bool operator ==(IdSpan left, IdSpan right) => left.Equals(right);

    /// <summary>Whether the keys differ.</summary>
    public static bool operator !=(IdSpan left, IdSpan right) => !left.Equals(right);

    /// <summary>Ordinal order.</summary>
    public static bool operator <(IdSpan left, IdSpan right) => left.CompareTo(right) < 0;

    /// <summary>Ordinal order.</summary>
    public static bool operator >(IdSpan left, IdSpan right) => left.CompareTo(right) > 0;

    /// <summary>Ordinal order.</summary>
    public static bool operator <=(IdSpan left, IdSpan right) => left.CompareTo(right) <= 0;

    /// <summary>Ordinal order.</summary>
    public static bool operator >=(IdSpan left, IdSpan right) => left.CompareTo(right) >= 0;
}

/// <summary>The class part of a grain id: by default the class's name in lower case without a trailing "grain".</summary>
public readonly struct GrainType : IEquatable<GrainType>
{
    private readonly IdSpan _value;

    private GrainType(IdSpan value) => _value = value;

    /// <summary>The text of the type.</summary>
    public IdSpan Value => _value;

    /// <summary>Whether nothing was set.</summary>
    public bool IsDefault => _value.IsDefault;

    /// <summary>The type with this name.</summary>
    public static GrainType Create(string value)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(value);
        return new(IdSpan.Create(value));
    }

    /// <inheritdoc/>
    public bool Equals(GrainType obj) => _value == obj._value;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is GrainType other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _value.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => _value.ToString();

    /// <summary>Whether both are the same type.</summary>
    public static bool operator ==(GrainType left, GrainType right) => left.Equals(right);

    /// <summary>Whether the types differ.</summary>
    public static bool operator !=(GrainType left, GrainType right) => !left.Equals(right);
}

/// <summary>Names one grain: its type and its key. Its text is <c>type/key</c>.</summary>
public readonly struct GrainId(GrainType type, IdSpan key) : IEquatable<GrainId>
{
    /// <summary>What kind of grain.</summary>
    public GrainType Type { get; } = type;

    /// <summary>Which one of its kind.</summary>
    public IdSpan Key { get; } = key;

    /// <summary>Whether nothing was set.</summary>
    public bool IsDefault => Type.IsDefault && Key.IsDefault;

    /// <summary>The id of these texts.</summary>
    public static GrainId Create(string type, string key) => Create(GrainType.Create(type), key);

    /// <summary>The id of this type and key.</summary>
    public static GrainId Create(GrainType type, string key)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(key);
        return new(type, IdSpan.Create(key));
    }

    /// <summary>The id of this type and key.</summary>
    public static GrainId Create(GrainType type, IdSpan key) => new(type, key);

    /// <summary>Reads <c>type/key</c>.</summary>
    /// <exception cref="ArgumentException">There is no slash in it.</exception>
    public static GrainId Parse(string value) =>
        TryParse(value, out var id) ? id : throw new ArgumentException($"Unable to parse \"{value}\" as a grain id");

    /// <summary>Reads <c>type/key</c>; false where there is no slash.</summary>
    public static bool TryParse(string? value, out GrainId result)
    {
        var slash = value?.IndexOf('/', StringComparison.Ordinal) ?? -1;
        result = slash > 0 ? new(GrainType.Create(value![..slash]), IdSpan.Create(value[(slash + 1)..])) : default;
        return slash > 0;
    }

    /// <inheritdoc/>
    public bool Equals(GrainId other) => Key == other.Key && Type == other.Type;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is GrainId other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Type, Key);

    /// <inheritdoc/>
    public override string ToString() => $"{Type}/{Key}";

    /// <summary>Whether both name the same grain.</summary>
    public static bool operator ==(GrainId left, GrainId right) => left.Equals(right);

    /// <summary>Whether they name different grains.</summary>
    public static bool operator !=(GrainId left, GrainId right) => !left.Equals(right);
}

/// <summary>How integers and GUIDs are written as keys.</summary>
public static class GrainIdKeyExtensions
{
    /// <summary>The key of an integer: upper-case hexadecimal.</summary>
    public static IdSpan CreateIntegerKey(long key) => IdSpan.Create(key.ToString("X", CultureInfo.InvariantCulture));

    /// <summary>The key of a GUID: 32 lower-case digits.</summary>
    public static IdSpan CreateGuidKey(Guid key) => IdSpan.Create(key.ToString("N"));

    internal static bool TryGetIntegerKey(this GrainId grainId, out long key) =>
        long.TryParse(grainId.Key.ToString(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out key);

    internal static bool TryGetGuidKey(this GrainId grainId, out Guid key) => Guid.TryParseExact(grainId.Key.ToString(), "N", out key);
}
