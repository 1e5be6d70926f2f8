using System.CommandLine;
using Grpc.Core;
using Inventory.V1;

namespace Inventory.Cli.Commands;

/// <summary>play: a handful of customers, so that a newcomer sees the service at work.</summary>
internal static class PlayCommand
{
    public static Command Create()
    {
        var orders = Arguments.Whole("--orders", "How many customers come (1 to 100000).", 20, 1, 100_000);
        var seed = Arguments.Whole("--seed", "Which customers come.", 1, 0, int.MaxValue);
        var pace = Arguments.Whole("--pace-ms", "Pause between customers, in ms (0 to 60000).", 150, 0, 60_000);
        var command = new Command("play", "Play customers who look, reserve, pay, collect and bring back.") { orders, seed, pace };
        command.SetAction(async (parsed, stop) =>
        {
            using var channel = Connection.Open(parsed);
            var shop = new Shop(channel, parsed.GetValue(seed), parsed);
            await shop.OpenAsync(stop);
            for (var i = 0; i < parsed.GetValue(orders); i++)
            {
                var customer = await shop.CustomerAsync(i, stop);
                Output.Told(parsed, customer, customer.InWords());
                await Task.Delay(TimeSpan.FromMilliseconds(parsed.GetValue(pace)), TimeProvider.System, stop);
            }

            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>What a customer wanted and what became of it.</summary>
    private sealed record Customer(int Number, string Channel, string Sku, int Units)
    {
        /// <summary>Where it was held; empty if nowhere.</summary>
        public string LocationId { get; init; } = "";

        public double DistanceMetres { get; init; }

        /// <summary>What happened, in order.</summary>
        public string[] Steps { get; init; } = [];

        public string InWords() => $"{Number,4}  {Channel,-11} wants {Units} × {Sku,-12}  {string.Join(", ", Steps)}";
    }

    /// <summary>Customers drawn from a seed, served over gRPC.</summary>
    private sealed class Shop(ChannelBase channel, int seed, ParseResult parsed)
    {
        private static readonly string[] s_channels = ["web", "app", "pos", "marketplace"];
        private readonly Random _random = new(seed);
        private readonly string _run = Guid.NewGuid().ToString("N")[..12];
        private readonly AvailabilityService.AvailabilityServiceClient _availability = new(channel);
        private readonly ReservationService.ReservationServiceClient _reservations = new(channel);
        private readonly List<Location> _locations = [];
        private readonly List<string> _skus = [];

        public async Task OpenAsync(CancellationToken stop)
        {
            var page = await new LocationService.LocationServiceClient(channel)
                .ListLocationsAsync(new ListLocationsRequest { PageSize = 1000 }, null, Connection.Deadline(parsed), stop);
            _locations.AddRange(page.Locations);
            if (_locations.Count == 0)
            {
                throw new BadInputException("The service knows no locations yet: start it with --demo, or import some.");
            }

            var stocks = await new StockService.StockServiceClient(channel).ListStocksAsync(
                new ListStocksRequest { LocationId = _locations[0].Id, PageSize = 1000 }, null, Connection.Deadline(parsed), stop);
            _skus.AddRange(stocks.Stocks.Select(stock => stock.Key.Sku));
            if (_skus.Count == 0)
            {
                throw new BadInputException($"Location {_locations[0].Id} stocks nothing yet: import some stock.");
            }
        }

        public async Task<Customer> CustomerAsync(int number, CancellationToken stop)
        {
            var deadline = Connection.Deadline(parsed);
            var home = _locations[_random.Next(_locations.Count)].Position;
            var sku = _skus[_random.Next(_skus.Count)];
            var channelName = s_channels[_random.Next(s_channels.Length)];
            var units = _random.Next(1, 4);
            var near = await _availability.FindNearbyAsync(
                new FindNearbyRequest { Sku = sku, Channel = channelName, Point = home, Units = units, Limit = 3, RadiusMetres = 300_000 },
                null, deadline, stop);
            var who = new Customer(number + 1, channelName, sku, units);
            if (near.Locations.Count == 0)
            {
                return who with { Steps = ["sold out everywhere near"] };
            }

            var at = near.Locations[0];
            var key = Arguments.Key(sku, at.Availability.LocationId);
            var reserve = new ReserveRequest { RequestId = Id(number, "reserve"), Channel = channelName };
            reserve.Lines.Add(new ReservationLine { Key = key, Units = units });
            var held = await _reservations.ReserveAsync(reserve, null, deadline, stop);
            if (!held.Decision.Accepted)
            {
                return who with { Steps = [Output.Refusal(held.Decision)] };
            }

            return who with
            {
                LocationId = key.LocationId,
                DistanceMetres = at.DistanceMetres,
                Steps =
                [
                    $"held at {at.DisplayName} ({Output.Distance(at.DistanceMetres)} away)",
                    .. await FinishAsync(number, held.ReservationId, key, units, deadline, stop),
                ],
            };
        }

        private async Task<string[]> FinishAsync(
            int number, string reservation, StockKey key, int units, DateTime deadline, CancellationToken stop)
        {
            var fate = _random.Next(10);
            if (fate == 0)
            {
                var released = new ReleaseReservationRequest { RequestId = Id(number, "release"), ReservationId = reservation };
                await _reservations.ReleaseReservationAsync(released, null, deadline, stop);
                return ["thought better of it"];
            }

            var confirm = new ConfirmReservationRequest { RequestId = Id(number, "confirm"), ReservationId = reservation };
            await _reservations.ConfirmReservationAsync(confirm, null, deadline, stop);
            if (fate < 6)
            {
                var collect = new CollectReservationRequest { RequestId = Id(number, "collect"), ReservationId = reservation };
                await _reservations.CollectReservationAsync(collect, null, deadline, stop);
                return ["paid", "collected"];
            }

            var ship = new ShipReservationRequest { RequestId = Id(number, "ship"), ReservationId = reservation };
            await _reservations.ShipReservationAsync(ship, null, deadline, stop);
            if (fate < 9)
            {
                return ["paid", "shipped"];
            }

            var back = _locations[_random.Next(_locations.Count)];
            var returned = new ReturnItemsRequest
            {
                RequestId = Id(number, "return"), Key = Arguments.Key(key.Sku, back.Id), Units = units, ReservationId = reservation,
            };
            await _reservations.ReturnItemsAsync(returned, null, deadline, stop);
            return ["paid", "shipped", $"brought back to {back.DisplayName}"];
        }

        private string Id(int number, string step) => $"play-{_run}-{number}-{step}";
    }
}
