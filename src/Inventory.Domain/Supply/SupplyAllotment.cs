namespace Inventory.Domain.Supply;

/// <summary>Which expected units serve which promise: a pure function of receipts and promises, so that no unit is promised twice.</summary>
/// <remarks>
/// Promises are served in the order in which they were made. Each takes from what is due last within its time, so that earlier units stay for those who come
/// later and want them sooner: of promises that ask for the same confidence a set is refused only if no assignment could serve it (the rule of job
/// sequencing with deadlines). What a promise cannot get in time it gets as early after it as possible.
/// </remarks>
public sealed class SupplyAllotment
{
    private readonly ExpectedReceipt[] _receipts;
    private readonly long[] _free;
    private readonly List<(int Promise, int Receipt, long Units)> _lots = [];
    private readonly PromiseOutlook[] _outlooks;

    private SupplyAllotment(IReadOnlyList<ExpectedReceipt> receipts, IReadOnlyList<SupplyPromise> promises)
    {
        _receipts =
        [
            .. receipts.OrderBy(static each => each.DueMs).ThenByDescending(static each => each.Confidence)
                .ThenBy(static each => each.Name, StringComparer.Ordinal),
        ];
        _free = [.. _receipts.Select(static each => each.Left)];
        _outlooks = new PromiseOutlook[promises.Count];
        for (var i = 0; i < promises.Count; i++)
        {
            _outlooks[i] = Serve(i, promises[i]);
        }
    }

    /// <summary>How each promise stands, in the order of the promises.</summary>
    public IReadOnlyList<PromiseOutlook> Outlooks => _outlooks;

    /// <summary>Allots what is expected.</summary>
    public static SupplyAllotment Of(SupplyRecord record) => new(record.Receipts, record.Promises);

    /// <summary>Units that can be promised anew.</summary>
    /// <param name="fromMs">What was due before this is late and not counted, Unix milliseconds.</param>
    /// <param name="byMs">Due at this time or before, Unix milliseconds.</param>
    /// <param name="confidence">Only from supply at least so sure, in percent.</param>
    public long Available(long fromMs, long byMs, int confidence)
    {
        var units = 0L;
        for (var i = 0; i < _receipts.Length; i++)
        {
            var receipt = _receipts[i];
            units += receipt.DueMs >= fromMs && receipt.DueMs <= byMs && receipt.Confidence >= confidence ? _free[i] : 0;
        }

        return units;
    }

    /// <summary>Announcements with the units of each that can be promised anew, the earliest first.</summary>
    /// <param name="fromMs">What was due before this is late and not counted, Unix milliseconds.</param>
    public IEnumerable<ExpectedReceipt> Free(long fromMs)
    {
        for (var i = 0; i < _receipts.Length; i++)
        {
            if (_receipts[i].DueMs >= fromMs && _free[i] > 0)
            {
                yield return _receipts[i] with { Left = _free[i] };
            }
        }
    }

    /// <summary>The announcement that brings the last units of a promise; null if nothing is expected for it.</summary>
    /// <param name="promise">Place of the promise.</param>
    public ExpectedReceipt? LastOf(int promise)
    {
        var last = _lots.Where(lot => lot.Promise == promise).Select(static lot => lot.Receipt).DefaultIfEmpty(-1).Max();
        return last < 0 ? null : _receipts[last];
    }

    /// <summary>Who gets units of a receipt that are there now.</summary>
    /// <param name="receipt">Name of the receipt.</param>
    /// <param name="units">How many came.</param>
    /// <returns>First the promises allotted to it, those for the earliest day first; then those that lack units or are late; then what is free.</returns>
    public IEnumerable<Delivery> Deliver(string receipt, long units)
    {
        var place = Array.FindIndex(_receipts, each => each.Name == receipt);
        var own = _lots.Where(lot => lot.Receipt == place).Select(lot => (lot.Promise, lot.Units)).ToDictionary();
        var left = units;
        var lots = new Dictionary<int, long>();
        foreach (var promise in own.Keys.OrderBy(i => _outlooks[i].Promise.ByMs).ThenBy(static i => i))
        {
            Give(promise, own[promise]);
        }

        for (var i = 0; i < _outlooks.Length; i++)
        {
            if (_outlooks[i].IsLate)
            {
                Give(i, _outlooks[i].Promise.Left - lots.GetValueOrDefault(i));
            }
        }

        return lots.Select(lot => new Delivery(_outlooks[lot.Key].Promise.Id, lot.Value)).Concat(left > 0 ? [new Delivery(default, left)] : []);

        void Give(int promise, long wanted)
        {
            var given = Math.Min(left, wanted);
            left -= given;
            if (given > 0)
            {
                lots[promise] = lots.GetValueOrDefault(promise) + given;
            }
        }
    }

    private PromiseOutlook Serve(int number, SupplyPromise promise)
    {
        var (left, lastMs) = (promise.Left, 0L);
        var firstLate = Array.FindIndex(_receipts, each => each.DueMs > promise.ByMs);
        firstLate = firstLate < 0 ? _receipts.Length : firstLate;
        for (var i = firstLate - 1; i >= 0 && left > 0; i--)
        {
            Take(i);
        }

        for (var i = firstLate; i < _receipts.Length && left > 0; i++)
        {
            Take(i);
        }

        return new PromiseOutlook(promise, left > 0 ? 0 : lastMs, left);

        void Take(int receipt)
        {
            var taken = _receipts[receipt].Confidence >= promise.Confidence ? Math.Min(left, _free[receipt]) : 0;
            if (taken > 0)
            {
                (left, lastMs) = (left - taken, Math.Max(lastMs, _receipts[receipt].DueMs));
                _free[receipt] -= taken;
                _lots.Add((number, receipt, taken));
            }
        }
    }
}
