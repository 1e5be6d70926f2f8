namespace Inventory.LoadTests.Service;

/// <summary>The service could not be started, or did what no load test can go on from; the message says what.</summary>
internal sealed class ServiceException(string message) : Exception(message);
