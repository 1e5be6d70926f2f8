using Inventory.Journal.Files;

namespace Inventory.Journal.Tests;

public sealed class CommitPolicyTests
{
    [Theory]
    //        group of   waits   holds    since    -> waits on
    [InlineData(1000,       0,       1,        0,        0)] // no wait was asked for
    [InlineData(1000,     500,       1,        0,      500)]
    [InlineData(1000,     500,       1,      499,        1)]
    [InlineData(1000,     500,       1,      500,        0)]
    [InlineData(1000,     500,       1,  900_000,        0)] // long overdue is due, not negative
    [InlineData(1000,     500,     999,        0,      500)]
    [InlineData(1000,     500,    1000,        0,        0)] // full
    [InlineData(1000,     500,    5000,        0,        0)]
    public void A_group_waits_until_it_is_full_or_old(long bytes, long waitUs, long pendingBytes, long ageUs, long expected) =>
        Assert.Equal(expected, new CommitPolicy(bytes, waitUs).WaitUs(new Pending(pendingBytes, ageUs)));

    [Fact]
    public void Ages_matter_only_if_a_wait_was_asked_for()
    {
        Assert.False(new CommitPolicy(1000, 0).Waits);
        Assert.True(new CommitPolicy(1000, 1).Waits);
        Assert.False(new CommitPolicy(1000, 1).IsFull(999));
        Assert.True(new CommitPolicy(1000, 1).IsFull(1000));
    }
}
