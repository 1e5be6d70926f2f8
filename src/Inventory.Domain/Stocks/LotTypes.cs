using System.Buffers;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Orleans;

namespace Inventory.Domain.Stocks;

/// <summary>Name of a lot: 1 to 32 letters, digits and <c>-_./+#</c>; case matters. <c>-</c> alone means the units without a lot.</summary>
[GenerateSerializer, Immutable, Alias("lot-name")]
public readonly record struct LotName
{
    private static readonly SearchValues<char> s_allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_./+#");

    private LotName(string value) => Value = value;

    /// <summary>The units that belong to no lot: they have no date and leave last.</summary>
    public static LotName None { get; } = new("-");

    /// <summary>The text; null only for <c>default</c>, which means that no lot was named.</summary>
    [Id(0)]
    public string Value { get; }

    /// <summary>True of the units that belong to no lot.</summary>
    public bool IsNone => Value == "-";

    /// <summary>Trims and checks.</summary>
    public static bool TryParse(string? text, out LotName lot, [NotNullWhen(false)] out string? problem)
    {
        var trimmed = IdText.Trim(text);
        problem = IdText.Check(trimmed, s_allowed, Limits.LotNameCharactersMax, "letters, digits and -_./+#");
        lot = problem is null ? new LotName(trimmed) : default;
        return problem is null;
    }

    /// <summary>As <see cref="TryParse"/>, but throws.</summary>
    /// <exception cref="FormatException">The text is no name of a lot.</exception>
    public static LotName Parse(string text) => TryParse(text, out var lot, out var problem) ? lot : throw new FormatException($"lot {problem}");

    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>Units of one lot.</summary>
/// <param name="Name">Which lot.</param>
/// <param name="BestBefore">Its date, the last local day on which it is good; null where a caller has not told it, and of units without a lot.</param>
/// <param name="Units">How many, with the sign of the figure that they are a part of; 0 in a command that names one lot for all its units.</param>
[GenerateSerializer, Immutable, Alias("lot-units")]
public readonly record struct LotUnits([property: Id(0)] LotName Name, [property: Id(1)] DateOnly? BestBefore, [property: Id(2)] long Units = 0)
{
    /// <summary>What is left of some units of lots without others; default if nothing is.</summary>
    public static ImmutableArray<LotUnits> Less(ImmutableArray<LotUnits> lots, ImmutableArray<LotUnits> without)
    {
        if (lots.IsDefaultOrEmpty || without.IsDefaultOrEmpty)
        {
            return lots;
        }

        var left = lots.Select(lot => lot with { Units = lot.Units - without.Where(each => each.IsOf(lot)).Sum(static each => each.Units) })
            .Where(static lot => lot.Units > 0).ToImmutableArray();
        return left.IsEmpty ? default : left;
    }

    private bool IsOf(LotUnits lot) => (Name, BestBefore) == (lot.Name, lot.BestBefore);
}

/// <summary>A lot at one stock, as readers see it.</summary>
/// <param name="Name">Which; <see cref="LotName.None"/> for the units without a lot.</param>
/// <param name="BestBefore">The last local day on which it is good; null of units without a lot.</param>
/// <param name="Sellable">Units of it on hand as sellable, those past its date included.</param>
/// <param name="Damaged">Damaged units of it.</param>
/// <param name="Quarantine">Units of it in quarantine.</param>
/// <param name="Display">Units of it on display.</param>
/// <param name="UntilMs">When it ceases to be promised, Unix milliseconds; <see cref="long.MaxValue"/> if never.</param>
/// <param name="IsPast">True if that time has come.</param>
[GenerateSerializer, Immutable, Alias("lot-view")]
public readonly record struct LotView(
    [property: Id(0)] LotName Name,
    [property: Id(1)] DateOnly? BestBefore,
    [property: Id(2)] long Sellable,
    [property: Id(3)] long Damaged,
    [property: Id(4)] long Quarantine,
    [property: Id(5)] long Display,
    [property: Id(6)] long UntilMs,
    [property: Id(7)] bool IsPast);
