namespace Orleans.Runtime;

/// <summary>Values that travel from a caller to the grains that it calls, and on from there; never back.</summary>
public static class RequestContext
{
    // A map in the local is never changed, only replaced: callees and callers hold the same one.
    private static readonly AsyncLocal<Dictionary<string, object>?> Values = new();

    /// <summary>The keys that are set.</summary>
    public static IEnumerable<string> Keys => Values.Value?.Keys ?? Enumerable.Empty<string>();

    /// <summary>All values.</summary>
    public static IEnumerable<KeyValuePair<string, object>> Entries => Values.Value ?? Enumerable.Empty<KeyValuePair<string, object>>();

    /// <summary>The value of a key; null without.</summary>
    public static object? Get(string key) => Values.Value?.GetValueOrDefault(key);

    /// <summary>Sets a value for what is called from here on.</summary>
    public static void Set(string key, object value) =>
        Values.Value = Values.Value is { } earlier ? new(earlier) { [key] = value } : new() { [key] = value };

    /// <summary>Takes a value away; false where there was none.</summary>
    public static bool Remove(string key)
    {
        if (Values.Value is not { } earlier || !earlier.ContainsKey(key))
        {
            return false;
        }

        var rest = new Dictionary<string, object>(earlier);
        rest.Remove(key);
        Values.Value = rest;
        return true;
    }

    /// <summary>Takes all values away.</summary>
    public static void Clear() => Values.Value = null;
}
