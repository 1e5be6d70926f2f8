namespace Orleans.Engine;

/// <summary>The activations of one id of a stateless worker.</summary>
internal sealed class WorkerGroup(int max)
{
    private readonly List<Activation> _members = [];
    private bool _isClosed;

    public Activation[] Members
    {
        get
        {
            lock (_members)
            {
                return [.. _members];
            }
        }
    }

    /// <summary>An idle member, or a new one while there may be more, or the one with the least to do. Null: the group has closed.</summary>
    public Activation? Pick(Func<Activation> make, out bool isNew)
    {
        lock (_members)
        {
            isNew = false;
            if (_isClosed)
            {
                return null;
            }

            Activation? best = null;
            foreach (var each in _members)
            {
                if (best is null || each.Load < best.Load)
                {
                    best = each;
                }
            }

            if (best is not null && (best.Load == 0 || _members.Count >= max))
            {
                return best;
            }

            isNew = true;
            var created = make();
            _members.Add(created);
            return created;
        }
    }

    /// <summary>Takes a member out. True: it was the last, and the group is closed.</summary>
    public bool Remove(Activation member)
    {
        lock (_members)
        {
            _members.Remove(member);
            return _isClosed = _members.Count == 0;
        }
    }
}
