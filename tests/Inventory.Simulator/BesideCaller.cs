using Inventory.Domain;
using Inventory.Domain.Orders;
using Inventory.Domain.Stocks;

namespace Inventory.Simulator;

/// <summary>What callers have in common who do one kind of thing beside the others: they repeat what had no answer, or give up.</summary>
internal abstract class BesideCaller(World world, Plan plan, Random random, Tally tally, string kind)
{
    private const int AttemptsMax = 8;

    protected World World => world;

    protected Random Random => random;

    protected Tally Tally => tally;

    protected string Kind => kind;

    protected static Actor By { get; } = new(Channel.Web, "caller");

    public async Task LiveAsync()
    {
        for (var call = 0; call < plan.Calls; call++)
        {
            await CallAsync();
            if (random.Next(3) == 0)
            {
                await PauseAsync();
            }
        }
    }

    protected abstract Task CallAsync();

    protected LocationId AnyPlace() => Shop.Places[random.Next(Shop.Places.Length)];

    protected StockKey AnyStock() => new(Shop.Skus[random.Next(Shop.Skus.Length)], AnyPlace());

    protected Task PauseAsync() => Task.Delay(TimeSpan.FromMilliseconds(random.Next(1, 1_500)), world.Time);

    // What leaves is delivered again, or soon there would be nothing to fight over.
    protected Task ReceiveAsync() => AskAsync(AnyStock(), StockCommand.Receive(Shop.AnyId(random), random.Next(2, 6)));

    protected Task AskAsync(StockKey key, StockCommand command)
    {
        var sent = world.Auditor.Send(key, command);
        return RetryAsync(async () =>
        {
            var (told, askedAtMs) = (world.Auditor.Books.Of(key).Told, world.NowMs);
            world.Auditor.Answered(sent, await world.Service.Do(key, command), told, askedAtMs);
        });
    }

    protected async Task RetryAsync(Func<Task> call)
    {
        for (var attempt = 0; attempt < AttemptsMax && !await Caller.TryAsync(world, tally, call); attempt++)
        {
            if (random.Next(8) == 0)
            {
                tally.Add(kind + " call given up");
                return;
            }

            await PauseAsync();
        }
    }
}
