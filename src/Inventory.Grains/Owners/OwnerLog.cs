using Inventory.Journal;

namespace Inventory.Grains;

/// <summary>One who owns durable state: takes changes into memory and writes them to a stream.</summary>
/// <typeparam name="TChange">What changes the state.</typeparam>
internal interface IOwner<TChange> : IStreamReader
{
    /// <summary>Takes a change into memory.</summary>
    void Apply(in TChange change);

    /// <summary>Encodes a change that was just applied, and appends it.</summary>
    JournalPosition Append(IJournalStream stream, in TChange change);

    /// <summary>Appends the state as it is, where the stream wants that. Owners of short streams have no snapshots.</summary>
    void AppendSnapshot(IJournalStream stream)
    {
    }
}

/// <summary>The stream of one owner, and how far the owner's memory may be trusted.</summary>
/// <remarks>
/// A change is applied, then appended, then waited for. If any of that fails, what is in memory may not be on the disk: everything after it is refused, and
/// the owner is told once to go, so that the next call reads what is durable. Belongs to one grain.
/// </remarks>
/// <param name="owner">Whose state it is.</param>
/// <param name="name">Names the state in the error of whoever comes after a failure, such as <c>The order 1f…</c>.</param>
/// <param name="leave">Lets the owner go: its <c>DeactivateOnIdle</c>.</param>
internal sealed class OwnerLog<TChange>(IOwner<TChange> owner, string name, Action leave)
{
    private IJournalStream? _stream;
    private JournalPosition _last;

    /// <summary>True after a failure, for good.</summary>
    public bool IsLost { get; private set; }

    /// <summary>Takes ownership of the stream and hands the owner what is in it.</summary>
    public async ValueTask OpenAsync(IJournal journal, string stream, CancellationToken cancellation) =>
        _stream = await journal.OpenAsync(stream, owner, cancellation);

    /// <summary>Applies and appends, at once; done when it is durable.</summary>
    /// <exception cref="IOException">It could not be written. The owner is lost.</exception>
    public ValueTask Record(in TChange change)
    {
        Append(change);
        return Durable();
    }

    /// <summary>Applies and appends without waiting: nothing of it may be shown before <see cref="Durable"/>.</summary>
    /// <exception cref="IOException">It could not be written. The owner is lost.</exception>
    public void Append(in TChange change)
    {
        ThrowIfLost();
        try
        {
            owner.Apply(change);
            _last = owner.Append(_stream!, change);
            if (_stream!.WantsSnapshot)
            {
                owner.AppendSnapshot(_stream);
            }
        }
        catch
        {
            Lose();
            throw;
        }
    }

    /// <summary>Done when everything appended so far is durable: what memory says may be shown.</summary>
    /// <exception cref="IOException">It could not be written. The owner is lost.</exception>
    public async ValueTask Durable()
    {
        ThrowIfLost();
        try
        {
            await _stream!.WhenDurable(_last);
        }
        catch
        {
            Lose();
            throw;
        }
    }

    /// <summary>Refuses to go on with memory that is not on the disk.</summary>
    /// <exception cref="JournalFailedException">A write has failed.</exception>
    public void ThrowIfLost()
    {
        if (IsLost)
        {
            throw new JournalFailedException($"{name} could not be written; ask again with the same id.");
        }
    }

    /// <summary>Hands the stream back. What was appended still becomes durable.</summary>
    public void Close() => _stream?.Close();

    private void Lose()
    {
        if (!IsLost)
        {
            IsLost = true;
            leave();
        }
    }
}
