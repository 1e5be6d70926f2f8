using Inventory.Domain.Stocks;

namespace Inventory.Grains;

/// <content>What the board is told.</content>
internal sealed partial class StockGrain
{
    private BoardNews.Place _news;
    private bool _hasTextOfBoard;
    private bool _boardIsBehind;

    // A board that has not been in memory since before this stock began need not be told anything: it asks when it begins to live.
    private bool _boardIsQuiet;
    private bool _boardHasAsked;

    public ValueTask<BoardFigure> Figure()
    {
        (_boardIsQuiet, _boardHasAsked) = (false, true);
        StockLots.Advance(silo, _key, _stock, NowMs);
        return Answer(WhenDurable(), StockViews.FigureOf(_key, _stock));
    }

    private void HearOfBoard(Registering registering) =>
        _boardIsQuiet |= registering == Registering.DoneQuietly && _stock.Version == 0 && !_boardHasAsked;

    // A nightly import that finds all as it was is no news for boards.
    private void NoteNews(in StockEvent change) => _boardIsBehind |= change.Verb != StockVerb.Import || change.Units != 0;

    /// <summary>Gives away the newest figure; the board gets it once it is durable. After a command or several, before the turn waits.</summary>
    private void TellBoard()
    {
        if (_boardIsBehind && !_boardIsQuiet && !_lost) // what memory says after a failure was never written
        {
            _boardIsBehind = false;
            _key = _hasTextOfBoard ? _key : StockNeighbours.OnBoard(GrainFactory, _key);
            _hasTextOfBoard = true;
            silo.News.Tell(ref _news, _key, StockViews.FigureOf(_key, _stock), _last);
        }
    }
}
