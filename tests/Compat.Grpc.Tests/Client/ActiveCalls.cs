using Grpc.Net.Client;

namespace Compat.Grpc.Tests.Client;

/// <summary>Whether a channel let go of its calls. Upstream does not show that; there only the calls' own ends are judged.</summary>
internal static class ActiveCalls
{
    public static void HasActiveCalls(this GrpcChannel channel, int expected)
    {
#if !UPSTREAM
        Assert.Equal(expected, channel.ActiveCalls);
#endif
    }
}
