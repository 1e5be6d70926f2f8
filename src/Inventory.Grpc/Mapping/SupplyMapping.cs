using Google.Protobuf.WellKnownTypes;
using Inventory.Domain;
using Inventory.Domain.Supply;
using Inventory.Grains;
using Inventory.Grpc.Errors;
using Inventory.V1;

namespace Inventory.Grpc.Mapping;

/// <summary>Supply as callers see and ask for it. What is wrong goes to the violations; the result is then not to be used.</summary>
internal static class SupplyMapping
{
    private const string Prefix = "PROMISE~";

    /// <summary>Name of a promise for callers.</summary>
    public static string NameOf(RequestId promise) => Prefix + promise;

    /// <summary>One stock's supply.</summary>
    public static Supply Proto(DatedSupply dated)
    {
        var view = dated.Supply;
        var supply = new Supply
        {
            Key = StockMapping.Key(view.Key),
            AvailableNowUnits = dated.AvailableNow,
            AvailableExpectedUnits = view.Available,
            AvailableUnits = dated.AvailableNow + view.Available,
            Version = view.Version,
        };
        supply.Receipts.AddRange(view.Receipts.Select(static each => new V1.ExpectedReceipt
        {
            Name = each.Name, Units = each.Left, DueTime = Times.Timestamp(each.DueMs), ConfidencePercent = each.Confidence, InTransit = each.IsInTransit,
        }));
        supply.Promises.AddRange(view.Promises.Select(Proto));
        return supply;
    }

    /// <summary>How a promise stands.</summary>
    public static V1.SupplyPromise Proto(PromiseOutlook outlook) => new()
    {
        PromiseId = NameOf(outlook.Promise.Id),
        Units = outlook.Promise.Left,
        PromiseTime = Times.Timestamp(outlook.Promise.ByMs),
        ExpectedTime = Times.Timestamp(outlook.ExpectedMs),
        LackingUnits = outlook.Lacking,
        Late = outlook.IsLate,
        Channel = outlook.Promise.Channel.Value,
        Reference = outlook.Promise.Reference,
        MinConfidencePercent = outlook.Promise.Confidence,
    };

    /// <summary>What came in for a promise.</summary>
    public static V1.FulfilledPromise Proto(in Domain.StockKey key, Grains.FulfilledPromise fulfilled) => new()
    {
        PromiseId = NameOf(fulfilled.Promise), Units = fulfilled.Units, ReservationId = new ReservationId(fulfilled.Reservation, key).ToString(),
    };

    /// <summary>The name of an announcement.</summary>
    public static string Name(string name, ref Violations violations)
    {
        if (name.Length is 0 or > Domain.Limits.ReceiptNameCharactersMax || name.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            violations.Add("name", $"must have 1 to {Domain.Limits.ReceiptNameCharactersMax} printable ASCII characters without spaces.");
        }

        return name;
    }

    /// <summary>Percent; <paramref name="least"/> to 100, and <paramref name="absent"/> for 0.</summary>
    public static int Percent(int percent, string field, int least, int absent, ref Violations violations)
    {
        if (percent is < 0 or > 100 || (percent < least && percent != 0))
        {
            violations.Add(field, $"is {percent}; it must be {least} to 100.");
        }

        return percent == 0 ? absent : percent;
    }

    /// <summary>The name of a promise.</summary>
    public static RequestId Promise(string text, ref Violations violations)
    {
        var id = default(RequestId);
        if (!text.StartsWith(Prefix, StringComparison.Ordinal) || !RequestId.TryParseToken(text.AsSpan(Prefix.Length), out id))
        {
            violations.Add("promise_id", "must be the id of a promise from an answer of PromiseSupply, such as PROMISE~TOKEN.");
        }

        return id;
    }

    /// <summary>A time that must be given.</summary>
    public static long Time(Timestamp? time, string field, ref Violations violations)
    {
        var ms = TransferMapping.Ms(time);
        if (ms <= 0)
        {
            violations.Add(field, "must be given: a time after 1970.");
        }

        return ms;
    }

    /// <summary>A note on what waits.</summary>
    public static string Reference(string reference, ref Violations violations)
    {
        if (reference.Length > Domain.Limits.NoteCharactersMax || !Text.IsPlain(reference))
        {
            violations.Add("reference", $"must have at most {Domain.Limits.NoteCharactersMax} characters without control characters.");
        }

        return reference;
    }
}
