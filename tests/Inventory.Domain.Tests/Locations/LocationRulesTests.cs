using Inventory.Domain.Codec;

namespace Inventory.Domain.Tests.Locations;

public sealed class LocationRulesTests
{
    private static readonly LocationFacts s_facts = new() { Name = "Shop", Position = new(52.5, 13.4) };
    private readonly LocationRecord _location = new();

    [Fact]
    public void A_new_location_is_open()
    {
        Assert.Equal((LocationOutcome.Accepted, 1), Upsert("a", s_facts));
        Assert.True(_location.Open);
        Assert.Equal(s_facts.Name, _location.Facts!.Name);
    }

    [Fact]
    public void A_location_that_is_not_there_cannot_be_closed() => Assert.Equal((LocationOutcome.NotFound, 0), SetOpen("a", false));

    [Fact]
    public void Closing_keeps_the_facts_and_new_facts_keep_it_closed()
    {
        Upsert("a", s_facts);
        Assert.Equal((LocationOutcome.Accepted, 2), SetOpen("b", false));
        Assert.Equal((LocationOutcome.Accepted, 3), Upsert("c", s_facts with { Name = "Store" }));
        Assert.False(_location.Open);
        Assert.Equal("Store", _location.Facts!.Name);
        Assert.Equal((LocationOutcome.Accepted, 4), SetOpen("d", true));
        Assert.True(_location.Open);
    }

    [Fact]
    public void The_same_id_hears_the_first_answer_and_other_content_is_refused()
    {
        Upsert("a", s_facts);
        SetOpen("b", false);
        Assert.Equal((LocationOutcome.AlreadyAccepted, 1), Upsert("a", s_facts with { }));
        Assert.Equal((LocationOutcome.AlreadyAccepted, 2), SetOpen("b", false));
        Assert.Equal((LocationOutcome.IdReused, 2), SetOpen("b", true));
        Assert.Equal((LocationOutcome.IdReused, 2), SetOpen("a", true));
        Assert.Equal((LocationOutcome.IdReused, 2), Upsert("a", s_facts with { Town = "Berlin" }));
        Assert.Equal((LocationOutcome.IdReused, 2), Upsert("a", s_facts with { WeeklyHours = [new(DayOfWeek.Monday, 0, 60)] }));
        Assert.Equal((LocationOutcome.IdReused, 2), Upsert("b", s_facts));
        Assert.False(_location.Open);
    }

    [Fact]
    public void The_latest_writes_are_remembered()
    {
        for (var i = 0; i <= Limits.LocationWritesRememberedMax; i++)
        {
            Upsert($"write-{i}", s_facts);
        }

        Assert.Equal((LocationOutcome.AlreadyAccepted, 2), Upsert("write-1", s_facts));
        Assert.Equal((LocationOutcome.Accepted, Limits.LocationWritesRememberedMax + 2), Upsert("write-0", s_facts));
    }

    [Fact]
    public void Time_does_not_run_backwards()
    {
        Upsert("a", s_facts, nowMs: 500);
        Upsert("b", s_facts, nowMs: 300);
        Assert.Equal(500, _location.ChangedAtMs);
    }

    private (LocationOutcome Outcome, long Version) Upsert(string id, LocationFacts facts, long nowMs = 1) =>
        Apply(LocationRules.Upsert(_location, RequestId.Parse(id), facts, nowMs));

    private (LocationOutcome Outcome, long Version) SetOpen(string id, bool open) =>
        Apply(LocationRules.SetOpen(_location, RequestId.Parse(id), open, 1));

    private (LocationOutcome Outcome, long Version) Apply(LocationDecision decision)
    {
        if (decision.Change is { } change)
        {
            var bytes = new byte[LocationCodec.BytesMax(change.Facts)];
            _location.Apply(LocationCodec.Decode(bytes.AsSpan(0, LocationCodec.Encode(change, bytes))));
            Assert.Equal(decision.Version, _location.Version);
        }

        return (decision.Outcome, decision.Version);
    }
}
