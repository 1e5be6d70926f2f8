using Inventory.Domain;
using Inventory.Domain.Stocks;
using Inventory.Grains;
using Inventory.Grpc.Calls;
using Inventory.Grpc.Errors;
using Inventory.Grpc.Mapping;
using Inventory.V1;

namespace Inventory.Grpc.Services;

/// <summary>
/// One import: knows the place in the stream, so that each row has an id of its own. Messages come in one at a time, in order.
/// </summary>
internal sealed class ImportCall(IStocks stocks, int callsInFlightMax)
{
    private const int Refused = -1;

    private readonly Stack<StockBatch> _spare = new();
    private string? _requestId;
    private RequestId _id;
    private long _rows;

    /// <summary>Answers one message, after its rows are durable. A wrong message ends the stream, a wrong row does not.</summary>
    /// <exception cref="CallRefusedException">The message is wrong.</exception>
    public Task<ImportStockResponse> Answer(ImportStockRequest request)
    {
        Check(request);
        var response = new ImportStockResponse { FirstRow = _rows };
        var batch = TakeBatch(request.Rows.Count);
        var places = new int[request.Rows.Count];
        for (var i = 0; i < places.Length; i++)
        {
            places[i] = Read(request.Rows[i], _rows + i, batch, response);
        }

        _rows += places.Length;
        return Finish(batch, places, response);
    }

    private async Task<ImportStockResponse> Finish(StockBatch batch, int[] places, ImportStockResponse response)
    {
        var answers = await batch.Run(stocks, callsInFlightMax);
        for (var i = 0; i < places.Length; i++)
        {
            response.Results.Add(places[i] == Refused ? ImportResult.Refused : Result(answers.Span[places[i]], response.FirstRow + i, response));
        }

        SortProblems(response);
        batch.Clear();
        lock (_spare)
        {
            _spare.Push(batch);
        }

        return response;
    }

    // As many as there are messages under way.
    private StockBatch TakeBatch(int rows)
    {
        lock (_spare)
        {
            return _spare.TryPop(out var batch) ? batch : new StockBatch(rows);
        }
    }

    private static ImportResult Result(in StockAnswer answer, long row, ImportStockResponse response)
    {
        if (answer.Outcome.IsAccepted())
        {
            return answer.Units == 0 ? ImportResult.Unchanged : ImportResult.Changed;
        }

        response.Problems.Add(new ImportProblem { Row = row, Message = Refusals.WordsOf(Refusals.ReasonOf(answer.Outcome)) });
        return ImportResult.Refused;
    }

    private int Read(ImportRow row, long place, StockBatch batch, ImportStockResponse response)
    {
        var violations = default(Violations);
        var key = Fields.Key(row.Key, "key", ref violations);
        var units = Fields.Units(row.OnHandUnits, "on_hand_units", 0, ref violations);
        var command = Fields.WithLot(StockCommand.Import(_id.Derive((uint)place), units), row.Lot, row.BestBefore, ref violations);
        if (!violations.Any)
        {
            return batch.Add(key, command);
        }

        response.Problems.Add(new ImportProblem { Row = place, Message = violations.Line() });
        return Refused;
    }

    private void Check(ImportStockRequest request)
    {
        var violations = default(Violations);
        if (_requestId is null)
        {
            _id = Fields.RequestId(request.RequestId, ref violations);
            if (request.RequestId.Length > Limits.ImportRequestIdCharsMax)
            {
                violations.Add("request_id",
                    $"has {request.RequestId.Length} characters; it must have 1 to {Limits.ImportRequestIdCharsMax}.");
            }

            _requestId = request.RequestId;
        }
        else if (request.RequestId != _requestId)
        {
            violations.Add("request_id", "must be the same in every message of a stream.");
        }

        if (request.Rows.Count is 0 or > Limits.ImportRowsMax)
        {
            violations.Add("rows", $"has {request.Rows.Count} rows; it must have 1 to {Limits.ImportRowsMax}.");
        }

        if (_rows + request.Rows.Count > Limits.ImportRowsTotalMax)
        {
            violations.Add("rows", $"would bring the stream to more than {Limits.ImportRowsTotalMax} rows; start another import.");
        }

        if (violations.Any)
        {
            throw new CallRefusedException(violations.Status());
        }
    }

    // Wrong rows are found before the others are judged, so the two kinds of problem have to be merged.
    private static void SortProblems(ImportStockResponse response)
    {
        if (response.Problems.Count > 1)
        {
            ImportProblem[] sorted = [.. response.Problems.OrderBy(problem => problem.Row)];
            response.Problems.Clear();
            response.Problems.AddRange(sorted);
        }
    }
}
