using Inventory.Domain.Codec;
using Inventory.Domain.Orders;
using Inventory.Domain.Stocks;
using Inventory.Domain.Transfers;

namespace Inventory.Domain.Tests.Transfers;

/// <summary>A transfer from depot to shop and what happens to it. Every event goes through its bytes.</summary>
internal sealed class TransferScene
{
    public const long BeginMs = 1_000_000;
    public static readonly Actor Clerk = new(Channel.Parse("pos"), "clerk 3", "weekly round");
    private int _ids = 100;

    public TransferRecord Transfer { get; } = new();

    public List<TransferEvent> Events { get; } = [];

    public static TransferContent Content(bool hold, params (string Sku, long Units)[] lines) => new(
        LocationId.Parse("depot"), LocationId.Parse("shop"), [.. lines.Select(line => new SkuUnits(Sku.Parse(line.Sku), line.Units))], hold, 5_000_000, "PO 7");

    public static TransferScene Drafted(bool hold, params (string Sku, long Units)[] lines)
    {
        var scene = new TransferScene();
        scene.Create(Content(hold, lines));
        return scene;
    }

    public TransferOutcome Create(TransferContent content, params RefusedWrite[] refused)
    {
        var outcome = TransferRules.JudgeCreate(Transfer, TransferCodec.HashOf(content));
        if (outcome == TransferOutcome.Accepted)
        {
            Apply(new TransferCreated(BeginMs, RequestId.Parse("transfer"), TransferCodec.HashOf(content), Clerk, content));
            outcome = Decide(refused);
        }

        return outcome;
    }

    /// <summary>A step under a new id, with what stocks refuse.</summary>
    public TransferOutcome Do(
        TransferVerb verb, IEnumerable<TransferPart> parts, LossReason reason = LossReason.None, bool surplus = false, params RefusedWrite[] refused) =>
        Do($"step-{_ids++}", verb, parts, reason, surplus, refused);

    public TransferOutcome Do(TransferVerb verb, params (string Sku, long Units)[] parts) => Do(verb, Parts(parts));

    /// <summary>Names another time of arrival; 0 says that nobody knows.</summary>
    public TransferOutcome Reschedule(long expectedAtMs) => Do($"step-{_ids++}", TransferVerb.Reschedule, [], expectedAtMs: expectedAtMs);

    public TransferOutcome Do(
        string id, TransferVerb verb, IEnumerable<TransferPart> parts, LossReason reason = LossReason.None, bool surplus = false,
        RefusedWrite[]? refused = null, long expectedAtMs = 0)
    {
        var ask = new TransferStepAsk(RequestId.Parse(id), 0, Clerk, verb, [.. parts], reason, surplus, expectedAtMs);
        ask = ask with { ContentHash = TransferCodec.HashOf(ask) };
        var outcome = TransferRules.JudgeStep(Transfer, ask, BeginMs + 1, out _, out var step);
        if (outcome != TransferOutcome.Accepted)
        {
            return outcome;
        }

        Apply(step!);
        return Decide(refused ?? []);
    }

    public static IEnumerable<TransferPart> Parts(params (string Sku, long Units)[] parts) =>
        parts.Select(part => new TransferPart(Sku.Parse(part.Sku), part.Units));

    /// <summary>Where each line's units are: planned/shipped, then in transit, received (+ over), lost, damaged.</summary>
    public string Picture() => string.Join("; ", Transfer.Lines.Select(line =>
        $"{line.Sku} {line.Planned}/{line.Shipped} ~{line.InTransit} ={line.Received}{(line.Over > 0 ? $"+{line.Over}" : "")} -{line.Lost} x{line.Damaged}"));

    /// <summary>What the destination expects: units and when.</summary>
    public string Announced() => string.Join("; ", Transfer.Lines.Where(line => line.AnnouncedUnits > 0)
        .Select(line => $"{line.Sku} {line.AnnouncedUnits} at {line.AnnouncedMs}"));

    /// <summary>Places of lines that the destination does not take announcements of.</summary>
    public HashSet<int> Full { get; } = [];

    public string Holds() => string.Join(", ", Transfer.Holds.Select(hold => $"{hold.Version}/{hold.Line}:{hold.Units}"));

    private TransferOutcome Decide(RefusedWrite[] refused)
    {
        var decided = TransferRules.Decide(Transfer.Step!, [.. refused], BeginMs + 2);
        Apply(decided);
        if (Transfer.Phase == TransferPhase.Settling)
        {
            Apply(new TransferSettled(BeginMs + 3));
        }

        if (Transfer.ToAnnounce is { IsEmpty: false } lines)
        {
            Apply(new TransferAnnounced(BeginMs + 4, [.. lines.Select(line => line with { IsRefused = Full.Contains(line.Line) })]));
        }

        return decided.Outcome;
    }

    private void Apply(TransferEvent change)
    {
        var read = TransferCodec.Decode(TransferCodec.Encode(change));
        Transfer.Apply(read);
        Events.Add(read);
    }
}
