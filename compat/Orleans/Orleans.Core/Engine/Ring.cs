using System.Diagnostics.CodeAnalysis;

namespace Orleans.Engine;

/// <summary>A queue from whose middle things can be taken: one place of its own, and a circular array as soon as two things wait together.</summary>
/// <remarks>A mutable struct, a part of its owner; never copied.</remarks>
internal struct Ring
{
    private const int FirstLength = 4;
    private object? _only;
    private object?[]? _items;
    private int _head;

    public int Count { get; private set; }

    public readonly bool IsEmpty => Count == 0;

    public readonly object this[int index] => (_items is null ? _only : _items[(_head + index) & (_items.Length - 1)])!;

    public void Enqueue(object item)
    {
        if (_items is null && Count == 0)
        {
            (_only, Count) = (item, 1);
            return;
        }

        if (_items is null || Count == _items.Length)
        {
            Grow();
        }

        _items![(_head + Count) & (_items.Length - 1)] = item;
        Count++;
    }

    public bool TryDequeue([NotNullWhen(true)] out object? item)
    {
        if (Count == 0)
        {
            item = null;
            return false;
        }

        Count--;
        if (_items is null)
        {
            (item, _only) = (_only!, null);
            return true;
        }

        item = _items[_head]!;
        _items[_head] = null;
        _head = (_head + 1) & (_items.Length - 1);
        return true;
    }

    public void RemoveAt(int index)
    {
        for (; index > 0; index--)
        {
            var mask = _items!.Length - 1; // more than one, so there is an array
            _items[(_head + index) & mask] = _items[(_head + index - 1) & mask];
        }

        TryDequeue(out _);
    }

    private void Grow()
    {
        var larger = new object?[_items is null ? FirstLength : _items.Length * 2];
        for (var index = 0; index < Count; index++)
        {
            larger[index] = this[index];
        }

        (_items, _head, _only) = (larger, 0, null);
    }
}
