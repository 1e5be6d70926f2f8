using System.Buffers;
using System.Text;

namespace Inventory.Journal.Testing;

/// <summary>What every adapter of <see cref="IJournal"/> must do. A test class for an adapter is its constructor and nothing else.</summary>
public abstract class JournalContract : IAsyncLifetime
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private IJournal _journal = null!;

    /// <summary>True if what was appended is there after <see cref="OpenAsync"/> again.</summary>
    protected virtual bool Survives => true;

    /// <summary>Opens the journal: the same one each time within a test.</summary>
    protected abstract Task<IJournal> OpenAsync();

    /// <inheritdoc/>
    public async Task InitializeAsync() => _journal = await OpenAsync();

    /// <inheritdoc/>
    public virtual async Task DisposeAsync() => await _journal.DisposeAsync();

    [Fact]
    public async Task A_new_stream_is_empty_and_has_version_0()
    {
        var (stream, tape) = await Open("stock/A@1");
        Assert.Equal(0, stream.Version);
        Assert.Equal("", tape);
        Assert.False(stream.WantsSnapshot);
        Assert.Equal(0, await _journal.ReadAsync("stock/never@1", new Tape()));
    }

    [Fact]
    public async Task Events_come_back_in_order_with_their_versions()
    {
        var (stream, _) = await Open("a");
        await AppendAll(stream, "x", "y", "z");
        Assert.Equal(3, stream.Version);
        Assert.Equal("1:x 2:y 3:z", await Read("a"));
        Assert.Equal("1:x 2:y 3:z", (await Open("a")).Tape);
    }

    [Fact]
    public async Task Streams_do_not_mix()
    {
        var (a, _) = await Open("a");
        var (b, _) = await Open("b");
        a.Append("1"u8);
        b.Append("2"u8);
        await AppendAll(a, "3");
        await AppendAll(b, "4");
        Assert.Equal("1:1 2:3", await Read("a"));
        Assert.Equal("1:2 2:4", await Read("b"));
    }

    [Fact]
    public async Task A_snapshot_stands_for_the_events_before_it()
    {
        var (stream, _) = await Open("a");
        await AppendAll(stream, "x", "y");
        stream.AppendSnapshot("xy"u8);
        Assert.Equal(2, stream.Version);
        await AppendAll(stream, "z");
        Assert.Equal("s2:xy 3:z", await Read("a"));
        stream.AppendSnapshot("xyz"u8);
        stream.Close();
        Assert.Equal("s3:xyz", (await Open("a")).Tape);
    }

    [Fact]
    public async Task A_snapshot_is_wanted_once_the_events_outweigh_it()
    {
        var (stream, _) = await Open("a");
        var payload = new byte[JournalLimits.SnapshotAfterBytesMin + 1];
        stream.Append("x"u8);
        Assert.False(stream.WantsSnapshot);
        stream.Append(payload);
        Assert.True(stream.WantsSnapshot);
        stream.Close();
        var (again, _) = await Open("a");
        Assert.True(again.WantsSnapshot);
        again.AppendSnapshot(new byte[payload.Length]);
        Assert.False(again.WantsSnapshot);
        again.Append(payload);
        Assert.False(again.WantsSnapshot);
        again.Append(payload);
        again.Append(payload);
        Assert.True(again.WantsSnapshot);
    }

    [Fact]
    public async Task A_later_owner_fences_the_earlier_one()
    {
        var (first, _) = await Open("a");
        first.Append("x"u8);
        var (second, tape) = await Open("a");
        Assert.Equal("1:x", tape);
        Assert.Throws<JournalFencedException>(() => first.Append("lost"u8));
        Assert.Throws<JournalFencedException>(() => first.AppendSnapshot("lost"u8));
        first.Close();
        await AppendAll(second, "y");
        Assert.Equal("1:x 2:y", await Read("a"));
    }

    [Fact]
    public async Task A_stream_that_is_held_is_as_one_with_a_handle()
    {
        const string Prefix = "stock/", Name = "A@1";
        var (first, tape) = (await Hold(new Tape()), new Tape());
        first.Append(Prefix, Name, 1, "x"u8);
        await first.WhenDurable(first.Append(Prefix, Name, 2, "y"u8)).AsTask().WaitAsync(s_patience);
        Assert.Equal("1:x 2:y", await Read(Prefix + Name));
        first.AppendSnapshot(Prefix, Name, 2, Rented("state"u8), 5);
        first.Append(Prefix, Name, 3, "z"u8);

        var second = await Hold(tape);
        Assert.Equal("s2:state 3:z", tape.Text);
        Assert.Throws<JournalFencedException>(() => first.Append(Prefix, Name, 4, "lost"u8));
        first.Close(Prefix, Name);
        second.Close(Prefix, Name);
        Assert.ThrowsAny<Exception>(() => second.Append(Prefix, Name, 4, "lost"u8));
        Assert.Throws<InvalidOperationException>(() => default(HeldStream).Append(Prefix, Name, 1, "nowhere"u8));

        var third = await Open(Prefix + Name);
        Assert.Equal(("s2:state 3:z", 3L), (third.Tape, third.Stream.Version));

        Task<HeldStream> Hold(Tape to) => _journal.HoldAsync(Prefix, Name, to).AsTask().WaitAsync(s_patience);

        static byte[] Rented(ReadOnlySpan<byte> state)
        {
            var rented = ArrayPool<byte>.Shared.Rent(state.Length);
            state.CopyTo(rented);
            return rented;
        }
    }

    [Fact]
    public async Task A_stream_that_was_closed_and_reopened_at_once_is_whole()
    {
        for (var version = 0; version < 50; version++)
        {
            var (stream, _) = await Open("a");
            Assert.Equal(version, stream.Version);
            stream.Append("x"u8);
            stream.Close();
        }
    }

    [Fact]
    public async Task A_closed_stream_takes_no_more()
    {
        var (stream, _) = await Open("a");
        stream.Append("x"u8);
        stream.Close();
        Assert.ThrowsAny<Exception>(() => stream.Append("y"u8));
        stream.Close();
        Assert.Equal("1:x", await Read("a"));
    }

    [Fact]
    public async Task A_stream_that_nobody_has_can_be_begun_without_an_owner_once()
    {
        var begun = Assert.NotNull(_journal.TryBegin("board/", "CUP", "first"u8));
        await _journal.WhenDurable(begun).AsTask().WaitAsync(s_patience);
        Assert.Equal("1:first", await Read("board/CUP"));
        Assert.Null(_journal.TryBegin("board/", "CUP", "second"u8));

        var (stream, tape) = await Open("board/CUP");
        Assert.Equal(("1:first", 1L), (tape, stream.Version));
        await AppendAll(stream, "third");
        stream.Close();
        Assert.Null(_journal.TryBegin("board/", "CUP", "fourth"u8));
        Assert.Equal("1:first 2:third", await Read("board/CUP"));
    }

    [Fact]
    public async Task A_stream_that_somebody_owns_is_not_begun_by_anybody_else()
    {
        var (stream, _) = await Open("board/CUP");
        Assert.Null(_journal.TryBegin("board/", "CUP", "x"u8));
        stream.Close(); // only looked at: it is as if it had never been
        Assert.NotNull(_journal.TryBegin("board/", "CUP", "y"u8));
        var (_, tape) = await Open("board/CUP"); // waits until that is durable
        Assert.Equal("1:y", tape);
        Assert.ThrowsAny<ArgumentException>(() => _journal.TryBegin("board/", "MUG", []));
        Assert.ThrowsAny<ArgumentException>(() => _journal.TryBegin("", "", "x"u8));
    }

    [Fact]
    public async Task The_payload_is_copied()
    {
        var (stream, _) = await Open("a");
        byte[] bytes = [.. "mine"u8];
        var position = stream.Append(bytes);
        bytes.AsSpan().Fill((byte)'!');
        await stream.WhenDurable(position).AsTask().WaitAsync(s_patience);
        Assert.Equal("1:mine", await Read("a"));
    }

    [Fact]
    public async Task Those_who_wait_together_are_told_once_it_is_durable()
    {
        var (stream, _) = await Open("a");
        var waiters = new List<Task>();
        for (var i = 0; i < 200; i++)
        {
            var position = stream.Append("x"u8);
            waiters.Add(WaitAsync(position));
        }

        await Task.WhenAll(waiters).WaitAsync(s_patience);

        async Task WaitAsync(JournalPosition position)
        {
            await _journal.WhenDurableTogether(position);
            Assert.True(_journal.DurablePosition >= position.Value);
        }
    }

    [Fact]
    public async Task Payloads_and_names_have_limits()
    {
        var (stream, _) = await Open("a");
        Assert.Throws<ArgumentOutOfRangeException>(() => stream.Append([]));
        Assert.Throws<ArgumentOutOfRangeException>(() => stream.Append(new byte[JournalLimits.PayloadBytesMax + 1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => stream.AppendSnapshot([]));
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Open(""));
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Open(new string('ü', (JournalLimits.StreamNameBytesMax / 2) + 1)));
        Assert.Equal(0, stream.Version);
        stream.Append(new byte[JournalLimits.PayloadBytesMax]);
        Assert.Equal(1, stream.Version);
        var longest = new string('x', JournalLimits.StreamNameBytesMax);
        await AppendAll((await Open(longest)).Stream, "ok");
        Assert.Equal("1:ok", await Read(longest));
    }

    [Fact]
    public async Task A_large_snapshot_comes_back_whole()
    {
        var (stream, _) = await Open("a");
        await AppendAll(stream, "x");
        var text = string.Concat(Enumerable.Range(0, 60_000).Select(i => i.ToString("x5", null)));
        stream.AppendSnapshot(Encoding.UTF8.GetBytes(text));
        await AppendAll(stream, "y");
        Assert.Equal($"s1:{text} 2:y", await Read("a"));
    }

    [Fact]
    public async Task A_position_grows_and_what_is_durable_stays_so()
    {
        var (stream, _) = await Open("a");
        var first = stream.Append("x"u8);
        var second = stream.Append("y"u8);
        Assert.True(second.Value > first.Value);
        await stream.WhenDurable(second).AsTask().WaitAsync(s_patience);
        Assert.True(_journal.DurablePosition >= second.Value);
        Assert.True(stream.WhenDurable(first).AsTask().IsCompletedSuccessfully);
        Assert.True(stream.WhenDurable(default).AsTask().IsCompletedSuccessfully);
        Assert.True(_journal.Health.IsServing);
        Assert.Null(_journal.Health.Reason);
    }

    [Fact]
    public async Task Many_waiters_of_many_streams_are_all_told()
    {
        async Task Work(int number)
        {
            var (stream, _) = await Open("s" + number);
            for (var i = 0; i < 20; i++)
            {
                await AppendAll(stream, "x");
            }
        }

        await Task.WhenAll(Enumerable.Range(0, 200).Select(number => Task.Run(() => Work(number)))).WaitAsync(s_patience);
        for (var number = 0; number < 200; number++)
        {
            Assert.Equal(20, await _journal.ReadAsync("s" + number, new Tape()));
        }
    }

    [Fact]
    public async Task The_tail_tells_everything_then_what_comes()
    {
        var (a, _) = await Open("a");
        await AppendAll(a, "x", "y");
        a.AppendSnapshot("xy"u8);
        await AppendAll(a, "z");
        await using var tail = _journal.TailAsync(0).GetAsyncEnumerator();
        Assert.Equal(["a 1 x", "a 2 y", "a s2 xy", "a 3 z"], await Take(tail, 4));
        var next = tail.MoveNextAsync();
        await AppendAll((await Open("b")).Stream, "new");
        Assert.True(await next.AsTask().WaitAsync(s_patience));
        Assert.Equal("b 1 new", Line(tail.Current));
    }

    [Fact]
    public async Task The_tail_goes_on_from_a_position()
    {
        var (a, _) = await Open("a");
        await AppendAll(a, "x", "y", "z");
        await using var all = _journal.TailAsync(0).GetAsyncEnumerator();
        await Take(all, 2);
        await using var rest = _journal.TailAsync(all.Current.Position + 1).GetAsyncEnumerator();
        Assert.Equal(["a 3 z"], await Take(rest, 1));
        Assert.Equal(_journal.DurablePosition, rest.Current.Position);
    }

    [Fact]
    public async Task The_tail_refuses_a_position_that_was_never_reached()
    {
        await AppendAll((await Open("a")).Stream, "x");
        await using var tail = _journal.TailAsync(_journal.DurablePosition + 2).GetAsyncEnumerator();
        await Assert.ThrowsAsync<JournalPositionException>(async () => await tail.MoveNextAsync());
    }

    [Fact]
    public async Task The_tail_ends_when_it_is_cancelled()
    {
        using var source = new CancellationTokenSource();
        await using var tail = _journal.TailAsync(0, source.Token).GetAsyncEnumerator(source.Token);
        var next = tail.MoveNextAsync();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await next.AsTask().WaitAsync(s_patience));
    }

    [Fact]
    public async Task A_closed_journal_refuses_everything()
    {
        var (stream, _) = await Open("a");
        await AppendAll(stream, "x");
        await _journal.DisposeAsync();
        Assert.True(_journal.Health.IsServing); // closing is no failure
        Assert.Throws<JournalFailedException>(() => stream.Append("y"u8));
        await Assert.ThrowsAsync<JournalFailedException>(async () => await Open("a"));
        await Assert.ThrowsAsync<JournalFailedException>(async () => await _journal.ReadAsync("a", new Tape()));
    }

    [Fact]
    public async Task What_was_appended_survives_an_orderly_end()
    {
        if (!Survives)
        {
            return; // an adapter that says so forgets by design
        }

        var (a, _) = await Open("a");
        await AppendAll(a, "x");
        a.AppendSnapshot("x!"u8);
        a.Append("y"u8);
        await _journal.DisposeAsync();
        _journal = await OpenAsync();
        Assert.Equal("s1:x! 2:y", await Read("a"));
        await AppendAll((await Open("a")).Stream, "z");
        Assert.Equal("s1:x! 2:y 3:z", await Read("a"));
        await using var tail = _journal.TailAsync(0).GetAsyncEnumerator();
        Assert.Equal(["a 1 x", "a s1 x!", "a 2 y", "a 3 z"], await Take(tail, 4));
    }

    private static string Line(JournalEntry entry) =>
        $"{entry.Stream} {(entry.IsSnapshot ? "s" : "")}{entry.Version} {Encoding.UTF8.GetString(entry.Payload.Span)}";

    private static async Task<string[]> Take(IAsyncEnumerator<JournalEntry> tail, int count)
    {
        var lines = new string[count];
        for (var i = 0; i < count; i++)
        {
            Assert.True(await tail.MoveNextAsync().AsTask().WaitAsync(s_patience));
            lines[i] = Line(tail.Current);
        }

        return lines;
    }

    private static async Task AppendAll(IJournalStream stream, params string[] payloads)
    {
        var last = default(JournalPosition);
        foreach (var payload in payloads)
        {
            last = stream.Append(Encoding.UTF8.GetBytes(payload));
        }

        await stream.WhenDurable(last).AsTask().WaitAsync(s_patience);
    }

    private async Task<(IJournalStream Stream, string Tape)> Open(string name)
    {
        var tape = new Tape();
        var stream = await _journal.OpenAsync(name, tape).AsTask().WaitAsync(s_patience);
        return (stream, tape.Text);
    }

    private async Task<string> Read(string name)
    {
        var tape = new Tape();
        await _journal.ReadAsync(name, tape).AsTask().WaitAsync(s_patience);
        return tape.Text;
    }
}
