using System.Buffers.Binary;
using System.Numerics;

namespace Inventory.Journal.Tests;

/// <summary>What a test knows of one stream by itself: a running hash after each version, and which version somebody was told of.</summary>
internal sealed class Ledger(string name)
{
    private readonly List<ulong> _hashes = [0];

    public string Name => name;

    /// <summary>Last version appended.</summary>
    public int Appended => _hashes.Count - 1;

    /// <summary>Last version that was reported durable.</summary>
    public int Told { get; private set; }

    /// <summary>Position of the last event appended.</summary>
    public JournalPosition LastPosition { get; private set; }

    public void Append(IJournalStream stream, Random random, int bytesMax)
    {
        var payload = new byte[random.Next(1, bytesMax)];
        random.NextBytes(payload);
        LastPosition = stream.Append(payload);
        _hashes.Add(Chain(_hashes[^1], payload));
    }

    /// <summary>A snapshot is the hash, and some weight.</summary>
    public void AppendSnapshot(IJournalStream stream, int bytes)
    {
        var state = new byte[Math.Max(sizeof(ulong), bytes)];
        BinaryPrimitives.WriteUInt64LittleEndian(state, _hashes[^1]);
        stream.AppendSnapshot(state);
    }

    public void WasTold(int version) => Told = Math.Max(Told, version);

    /// <summary>After a crash: what came back is at least what was told and exactly what was appended up to there. It becomes the truth.</summary>
    public void Accept(Replay replay)
    {
        Assert.InRange(replay.Version, Told, Appended);
        Assert.Equal(_hashes[(int)replay.Version], replay.Hash);
        _hashes.RemoveRange((int)replay.Version + 1, Appended - (int)replay.Version);
        Told = Appended; // what recovery serves, it must keep
    }

    private static ulong Chain(ulong hash, ReadOnlySpan<byte> payload)
    {
        hash = BitOperations.RotateLeft(hash, 7) ^ (ulong)payload.Length;
        foreach (var each in payload)
        {
            hash = (hash ^ each) * 0x100000001B3;
        }

        return hash;
    }

    /// <summary>Rebuilds the hash from the journal, and checks that versions come without gaps.</summary>
    internal sealed class Replay : IStreamReader
    {
        public long Version { get; private set; }

        public ulong Hash { get; private set; }

        public void Snapshot(long version, ReadOnlySpan<byte> state) => (Version, Hash) = (version, BinaryPrimitives.ReadUInt64LittleEndian(state));

        public void Event(long version, ReadOnlySpan<byte> payload)
        {
            Assert.Equal(Version + 1, version);
            (Version, Hash) = (version, Chain(Hash, payload));
        }
    }
}
