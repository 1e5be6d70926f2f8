using Orleans.Engine;
using Orleans.Runtime;

namespace Orleans;

/// <summary>What can be asked of a grain or of a reference to one.</summary>
public static class GrainExtensions
{
    /// <summary>A reference that can be handed to others, seen through the given interface.</summary>
    public static TGrainInterface AsReference<TGrainInterface>(this IAddressable grain)
    {
        var reference = Reference(grain);
        return reference is TGrainInterface same ? same : (TGrainInterface)(object)reference.Class.Silo.Cast(reference, typeof(TGrainInterface));
    }

    /// <inheritdoc cref="AsReference{TGrainInterface}(IAddressable)"/>
    public static TGrainInterface Cast<TGrainInterface>(this IAddressable grain) => grain.AsReference<TGrainInterface>();

    /// <summary>The id of the grain.</summary>
    public static GrainId GetGrainId(this IAddressable grain) => grain switch
    {
        GrainReference reference => reference.GrainId,
        IGrainBase activated => activated.GrainContext.GrainId,
        null => throw new ArgumentNullException(nameof(grain)),
        _ => throw NotAGrain(grain),
    };

    /// <summary>The key of a grain with a string key.</summary>
    public static string GetPrimaryKeyString(this IAddressable grain) => grain is GrainReference reference
        ? reference.Key
        : (grain as IGrainBase)?.GrainContext is Activation activation ? activation.Key : GetGrainId(grain).Key.ToString();

    /// <summary>The key of a grain with an integer key.</summary>
    public static long GetPrimaryKeyLong(this IAddressable grain)
    {
        var id = GetGrainId(grain);
        return id.TryGetIntegerKey(out var key) ? key : throw new InvalidOperationException($"Unable to extract integer key from grain id {id}");
    }

    /// <summary>The key of a grain with a GUID key.</summary>
    public static Guid GetPrimaryKey(this IAddressable grain)
    {
        var id = GetGrainId(grain);
        return id.TryGetGuidKey(out var key) ? key : throw new InvalidOperationException($"Unable to extract GUID key from grain id {id}");
    }

    private static GrainReference Reference(IAddressable grain) => grain switch
    {
        GrainReference reference => reference,
        IGrainBase activated => activated.GrainContext.GrainReference,
        null => throw new ArgumentNullException(nameof(grain)),
        _ => throw NotAGrain(grain),
    };

    private static ArgumentException NotAGrain(IAddressable grain) => new(
        $"{grain.GetType().FullName} is neither a grain nor a reference. An observer becomes a reference by {nameof(IGrainFactory)}."
        + $"{nameof(IGrainFactory.CreateObjectReference)}.",
        nameof(grain));
}
