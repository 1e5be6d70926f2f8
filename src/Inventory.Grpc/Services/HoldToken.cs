using System.Globalization;
using Inventory.Domain;

namespace Inventory.Grpc.Services;

/// <summary>A hold's id as the key inside a page token.</summary>
internal static class HoldToken
{
    /// <summary>The key of a hold.</summary>
    public static string Of(HoldId id) => string.Create(CultureInfo.InvariantCulture, $"{id.Reservation}/{id.Line}");

    /// <summary>The hold of a key that came out of a valid token; null for null.</summary>
    public static HoldId? Read(string? key) =>
        key is not null && key.Length > RequestId.TokenCharacters
        && RequestId.TryParseToken(key.AsSpan(0, RequestId.TokenCharacters), out var request)
        && int.TryParse(key.AsSpan(RequestId.TokenCharacters + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var line)
            ? new HoldId(request, line)
            : null;
}
