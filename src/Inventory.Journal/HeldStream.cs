namespace Inventory.Journal;

/// <summary>An owned stream as a part of its owner, in two words: for owners of whom there are very many. Else it is as <see cref="IJournalStream"/>.</summary>
/// <remarks>
/// What the owner knows anyway is not kept: it gives the name of the stream with each call, the two texts with which it opened the stream
/// (<see cref="IJournal.HoldAsync"/>), and the version, which it counts: that of the last event it was handed, and one more for each that it has appended.
/// A mutable struct: never copied once it is in use.
/// </remarks>
public struct HeldStream
{
    private readonly IStreamKeeper? _keeper;

    internal HeldStream(IStreamKeeper keeper, uint owner, bool wantsSnapshot) => (_keeper, Owner, WantsSnapshot) = (keeper, owner, wantsSnapshot);

    /// <inheritdoc cref="IJournalStream.WantsSnapshot"/>
    public bool WantsSnapshot { get; internal set; }

    /// <summary>Which opening of the stream this is, as its keeper counts.</summary>
    internal uint Owner { get; }

    internal bool IsClosed { get; set; }

    private readonly IStreamKeeper Keeper => _keeper ?? throw new InvalidOperationException("The stream was not opened.");

    /// <summary>Appends an event, as <see cref="IJournalStream.Append"/> does.</summary>
    /// <param name="prefix">The beginning of the stream's name.</param>
    /// <param name="name">The rest of it.</param>
    /// <param name="version">The version that the event gets: one more than that of the last.</param>
    /// <param name="payload">1 to <see cref="JournalLimits.PayloadBytesMax"/> bytes.</param>
    public JournalPosition Append(string prefix, string name, long version, ReadOnlySpan<byte> payload) =>
        Keeper.Append(ref this, prefix, name, version, payload);

    /// <summary>Appends the state after a version, as <see cref="IJournalStream.AppendSnapshot(byte[], int)"/> does.</summary>
    /// <param name="prefix">The beginning of the stream's name.</param>
    /// <param name="name">The rest of it.</param>
    /// <param name="version">That of the last event.</param>
    /// <param name="rented">An array of the shared pool, which is the journal's from then on.</param>
    /// <param name="length">How much of it is the state, 1 to <see cref="JournalLimits.SnapshotBytesMax"/>.</param>
    public void AppendSnapshot(string prefix, string name, long version, byte[] rented, int length) =>
        Keeper.AppendSnapshot(ref this, prefix, name, version, rented, length);

    /// <inheritdoc cref="IJournalStream.Expect"/>
    public readonly void Expect(string name) => _keeper?.Expect(name);

    /// <inheritdoc cref="IJournalStream.WhenDurable"/>
    public readonly ValueTask WhenDurable(JournalPosition position) => Keeper.WhenDurable(position);

    /// <inheritdoc cref="IJournalStream.Close"/>
    public void Close(string prefix, string name) => _keeper?.Close(ref this, prefix, name);

    /// <summary>The stream of an adapter that knows handles only.</summary>
    internal static async ValueTask<HeldStream> Of(ValueTask<IJournalStream> opening)
    {
        var stream = await opening;
        return new HeldStream(new HandleKeeper(stream), 0, stream.WantsSnapshot);
    }

    private sealed class HandleKeeper(IJournalStream handle) : IStreamKeeper
    {
        public JournalPosition Append(ref HeldStream stream, string prefix, string name, long version, ReadOnlySpan<byte> payload)
        {
            var position = handle.Append(payload);
            stream.WantsSnapshot = handle.WantsSnapshot;
            return position;
        }

        public void AppendSnapshot(ref HeldStream stream, string prefix, string name, long version, byte[] rented, int length)
        {
            handle.AppendSnapshot(rented, length);
            stream.WantsSnapshot = handle.WantsSnapshot;
        }

        public void Expect(string name) => handle.Expect();

        public ValueTask WhenDurable(JournalPosition position) => handle.WhenDurable(position);

        public void Close(ref HeldStream stream, string prefix, string name) => handle.Close();
    }
}

/// <summary>A journal as streams that others hold see it.</summary>
internal interface IStreamKeeper
{
    JournalPosition Append(ref HeldStream stream, string prefix, string name, long version, ReadOnlySpan<byte> payload);

    void AppendSnapshot(ref HeldStream stream, string prefix, string name, long version, byte[] rented, int length);

    void Expect(string name);

    ValueTask WhenDurable(JournalPosition position);

    void Close(ref HeldStream stream, string prefix, string name);
}
