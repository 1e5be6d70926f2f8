using System.Diagnostics.CodeAnalysis;

namespace Orleans.Engine;

/// <summary>A queue over a circular array, from whose middle things can be taken.</summary>
internal sealed class Ring
{
    private object?[] _items = new object?[4];
    private int _head;

    public int Count { get; private set; }

    public bool IsEmpty => Count == 0;

    public object this[int index] => _items[(_head + index) & (_items.Length - 1)]!;

    public void Enqueue(object item)
    {
        if (Count == _items.Length)
        {
            Grow();
        }

        _items[(_head + Count) & (_items.Length - 1)] = item;
        Count++;
    }

    public bool TryDequeue([NotNullWhen(true)] out object? item)
    {
        if (Count == 0)
        {
            item = null;
            return false;
        }

        item = _items[_head]!;
        _items[_head] = null;
        _head = (_head + 1) & (_items.Length - 1);
        Count--;
        return true;
    }

    public void RemoveAt(int index)
    {
        var mask = _items.Length - 1;
        for (; index > 0; index--)
        {
            _items[(_head + index) & mask] = _items[(_head + index - 1) & mask];
        }

        TryDequeue(out _);
    }

    private void Grow()
    {
        var larger = new object?[_items.Length * 2];
        for (var index = 0; index < Count; index++)
        {
            larger[index] = this[index];
        }

        _items = larger;
        _head = 0;
    }
}
