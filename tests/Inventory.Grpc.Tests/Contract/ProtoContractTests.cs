using System.Diagnostics;

namespace Inventory.Grpc.Tests.Contract;

public sealed class ProtoContractTests
{
    private const string Update = "UPDATE_PROTO_LOCK";
    private static readonly string LockFile = Repository.File("protos", "proto.lock.txt");

    [Fact]
    public void Nothing_that_a_peer_depends_on_is_gone_or_changed()
    {
        var now = ProtoLock.Draw();
        var gone = Locked().Where(line => !now.Contains(line)).ToArray();
        Assert.True(gone.Length == 0, "An incompatible change of the protos. These no longer hold:\n" + string.Join('\n', gone));
    }

    [Fact]
    public void Everything_in_the_protos_is_locked()
    {
        var now = ProtoLock.Draw();
        if (Environment.GetEnvironmentVariable(Update) == "1")
        {
            // Adds only: a line that is gone must be taken out by hand, so that a person has seen it.
            now.UnionWith(Locked());
            File.WriteAllLines(LockFile, now);
        }

        var locked = Locked();
        var missing = now.Where(line => !locked.Contains(line)).ToArray();
        Assert.True(missing.Length == 0, $"Run this test with {Update}=1 to add to protos/proto.lock.txt:\n" + string.Join('\n', missing));
    }

    [Fact]
    public void A_renumbered_field_would_be_noticed()
    {
        var now = ProtoLock.Draw();
        Assert.Contains("field inventory.v1.Decision 6: int64 version", now);
        Assert.DoesNotContain("field inventory.v1.Decision 7: int64 version", now);
        Assert.Contains(
            "rpc inventory.v1.ReservationService.ReserveStream(stream inventory.v1.ReserveStreamRequest)"
            + " returns (stream inventory.v1.ReserveStreamResponse)",
            now);
    }

    [BufFact]
    public async Task The_protos_are_clean_by_buf_lint()
    {
        var start = new ProcessStartInfo(BufFactAttribute.Buf, "lint")
        {
            WorkingDirectory = Repository.File("protos"),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var buf = Process.Start(start)!;
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var output = await buf.StandardOutput.ReadToEndAsync(patience.Token) + await buf.StandardError.ReadToEndAsync(patience.Token);
        await buf.WaitForExitAsync(patience.Token);
        Assert.True(buf.ExitCode == 0, output);
    }

    private static HashSet<string> Locked() => File.Exists(LockFile) ? [.. File.ReadAllLines(LockFile)] : [];
}

/// <summary>A test that runs where buf is installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BufFactAttribute : FactAttribute
{
    internal static readonly string Buf = Repository.File("eng", "buf", "node_modules", ".bin", "buf");

    public BufFactAttribute()
    {
        Skip = File.Exists(Buf) ? null : "buf is not installed: run eng/install-test-tools.sh";
    }
}
