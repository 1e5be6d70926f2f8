namespace Orleans.Engine;

/// <summary>The activations of a class by their keys: one reference each in tables that grow when three quarters are taken. Safe for any thread.</summary>
/// <remarks>
/// Readers take no lock: they look through a table that others may change meanwhile, so what they find is there, but what they do not find may have been
/// moved away under them, and only then they look again under the lock. Many small tables, so that growing one never stalls callers of the others for long, and
/// none is a large object for .NET's collector; each is made when something first belongs there, since most classes have few activations.
/// </remarks>
internal sealed class Catalogue
{
    private const int ShardBits = 10;
    private readonly Shard?[] _shards = new Shard?[1 << ShardBits];

    /// <summary>Those that are there, in no order; one that comes or goes meanwhile may be among them or not.</summary>
    public IEnumerable<Activation> All => _shards.OfType<Shard>().SelectMany(shard => shard.Copy());

    public Activation? Find(string key)
    {
        var hash = HashOf(key);
        return Volatile.Read(ref _shards[PlaceOf(hash)])?.Find(key, hash);
    }

    /// <summary>The activation of the key; the one given, if there was none.</summary>
    public Activation GetOrAdd(Activation activation) => ShardOf(activation.KeyHash).GetOrAdd(activation);

    /// <summary>Takes out this very activation, if it is there.</summary>
    public void Remove(Activation activation) => ShardOf(activation.KeyHash).Remove(activation);

    public static int HashOf(string key) => key.GetHashCode(StringComparison.Ordinal);

    private static int PlaceOf(int hash) => hash & ((1 << ShardBits) - 1);

    private Shard ShardOf(int hash)
    {
        ref var shard = ref _shards[PlaceOf(hash)];
        return Volatile.Read(ref shard) ?? Interlocked.CompareExchange(ref shard, new Shard(), null) ?? shard;
    }

    /// <summary>Open addressing with linear probes, a power of two of slots; always with empty ones.</summary>
    private sealed class Shard
    {
        private const int FirstSlots = 4;
        private Activation?[] _slots = new Activation?[FirstSlots];
        private int _count;

        public Activation? Find(string key, int hash)
        {
            var slots = Volatile.Read(ref _slots);
            if (slots[SlotOf(slots, key, hash)] is { } found && found.KeyHash == hash && found.Key == key)
            {
                return found;
            }

            lock (this)
            {
                return _slots[SlotOf(_slots, key, hash)];
            }
        }

        public Activation GetOrAdd(Activation activation)
        {
            lock (this)
            {
                var at = SlotOf(_slots, activation.Key, activation.KeyHash);
                if (_slots[at] is { } known)
                {
                    return known;
                }

                if ((_count + 1) * 4L > _slots.Length * 3L)
                {
                    Resize_UnderLock(_slots.Length * 2);
                    at = SlotOf(_slots, activation.Key, activation.KeyHash);
                }

                _count++;
                Volatile.Write(ref _slots[at], activation);
                return activation;
            }
        }

        public void Remove(Activation activation)
        {
            lock (this)
            {
                var at = SlotOf(_slots, activation.Key, activation.KeyHash);
                if (!ReferenceEquals(_slots[at], activation))
                {
                    return;
                }

                _count--;
                Empty_UnderLock(at);
                if (_slots.Length > FirstSlots && _count * 8L < _slots.Length)
                {
                    Resize_UnderLock(_slots.Length / 2);
                }
            }
        }

        public Activation[] Copy()
        {
            lock (this)
            {
                return [.. _slots.OfType<Activation>()];
            }
        }

        // The slot that has the key, or the empty one where the search ended.
        private static int SlotOf(Activation?[] slots, string key, int hash)
        {
            var at = HomeOf(hash, slots);
            while (Volatile.Read(ref slots[at]) is { } each && (each.KeyHash != hash || each.Key != key))
            {
                at = (at + 1) & (slots.Length - 1);
            }

            return at;
        }

        private static int HomeOf(int hash, Activation?[] slots) => (hash >>> ShardBits) & (slots.Length - 1);

        private void Resize_UnderLock(int length)
        {
            var resized = new Activation?[length];
            foreach (var each in _slots)
            {
                if (each is not null)
                {
                    resized[SlotOf(resized, each.Key, each.KeyHash)] = each;
                }
            }

            Volatile.Write(ref _slots, resized);
        }

        // Whatever could no longer be reached over the hole moves into it; a reader sees it twice for a moment rather than not at all.
        private void Empty_UnderLock(int hole)
        {
            var mask = _slots.Length - 1;
            for (var at = (hole + 1) & mask; _slots[at] is { } each; at = (at + 1) & mask)
            {
                if (((at - HomeOf(each.KeyHash, _slots)) & mask) >= ((at - hole) & mask))
                {
                    Volatile.Write(ref _slots[hole], each);
                    hole = at;
                }
            }

            Volatile.Write(ref _slots[hole], null);
        }
    }
}
