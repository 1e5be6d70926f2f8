namespace Compat.Grpc.Tests.Malformed;

/// <summary>What the server said on one stream.</summary>
internal sealed class RawAnswer(int stream)
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<byte> _body = [];

    public int Stream => stream;

    /// <summary>Headers and trailers together.</summary>
    public Dictionary<string, string> Headers { get; } = [];

    public byte[] Body => [.. _body];

    public int? ResetCode { get; private set; }

    public bool IsCutOff { get; private set; }

    /// <summary>One word and a number: <c>grpc 13</c>, <c>http 415</c>, <c>reset 8</c> or <c>closed</c>.</summary>
    public override string ToString()
    {
        if (Headers.TryGetValue(":status", out var http) && http != "200")
        {
            return "http " + http;
        }

        if (Headers.TryGetValue("grpc-status", out var grpc))
        {
            return "grpc " + grpc;
        }

        return ResetCode is { } code ? $"reset {code}" : IsCutOff ? "closed" : "open";
    }

    public async Task<RawAnswer> WaitAsync()
    {
        await _done.Task.WaitAsync(TimeSpan.FromSeconds(60));
        return this;
    }

    public void Take(bool isHeaders, byte[] payload, bool isEnd)
    {
        if (isHeaders)
        {
            Hpack.Decode(payload, Headers);
        }
        else
        {
            _body.AddRange(payload);
        }

        if (isEnd)
        {
            _done.TrySetResult();
        }
    }

    public void TakeReset(int code)
    {
        ResetCode = code;
        _done.TrySetResult();
    }

    public void Close()
    {
        IsCutOff = !_done.Task.IsCompleted;
        _done.TrySetResult();
    }
}
