using System.Reflection;
using Inventory.Domain;
using Inventory.Journal;

namespace Inventory.Grains.Tests;

/// <summary>What is carried from stocks to a board that is slow.</summary>
public sealed class BoardNewsTests
{
    private static readonly StockKey s_key = World.Key("MUG@near");

    [Fact]
    public async Task A_slow_board_is_told_nothing_older_after_something_newer()
    {
        var board = new SlowBoard();
        var news = new BoardNews(board.Factory, new MemoryJournal(), new FakeTime());
        BoardNews.Place place = default;
        news.Tell(ref place, s_key, Figure(5), default);
        news.Tell(ref place, s_key, Figure(3), default); // said again, for it was lost before
        Assert.Equal([5], board.Told);
        board.Answer();
        news.Tell(ref place, s_key, Figure(6), default);
        await board.WhenTold(2);
        Assert.Equal([5, 6], board.Told);
    }

    private static BoardFigure Figure(long version) => new(s_key.Location, version, 1, version, version, []);

    /// <summary>The one board of a factory, which answers when it is told to.</summary>
    private sealed class SlowBoard
    {
        private readonly Lock _gate = new();
        private readonly List<long> _told = [];
        private TaskCompletionSource _answer = new();

        public SlowBoard()
        {
            Factory = DispatchProxy.Create<IGrainFactory, Proxy>();
            var board = DispatchProxy.Create<IBoardGrain, Proxy>();
            ((Proxy)(object)Factory).OnCall = _ => board;
            ((Proxy)(object)board).OnCall = arguments => Update((BoardFigure)arguments[0]!);
        }

        public IGrainFactory Factory { get; }

        public long[] Told
        {
            get
            {
                lock (_gate)
                {
                    return [.. _told];
                }
            }
        }

        public void Answer() => _answer.SetResult();

        public async Task WhenTold(int times)
        {
            using var patience = new CancellationTokenSource(World.Patience);
            while (Told.Length < times)
            {
                patience.Token.ThrowIfCancellationRequested();
                await Task.Yield();
            }
        }

        private object Update(BoardFigure figure)
        {
            lock (_gate)
            {
                _told.Add(figure.Version);
                _answer = new TaskCompletionSource();
                return new ValueTask(_answer.Task);
            }
        }
    }

#pragma warning disable CA1852 // the runtime derives from it
    private class Proxy : DispatchProxy
    {
        public Func<object?[], object>? OnCall { get; set; }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => OnCall!(args!);
    }
}
