using System.Buffers.Binary;
using System.Security.Cryptography;

namespace PortSentry.Capture.Challenge;

/// <summary>
/// Initial sequence numbers that need no memory (RFC 4987 3.6): a keyed hash of the connection and of the time. Who acknowledges one has
/// read our answer. The key lives as long as this object. Safe to call from several threads.
/// </summary>
public sealed class SynCookies(TimeProvider time)
{
    // A cookie holds for one slot to two. Shorter: who is far away fails. Longer: one that was read on the way holds longer.
    private const long SlotSeconds = 64;

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);

    public uint Make(in Flow flow) => Of(flow, Slot);

    /// <summary>Ours, made now or a slot ago. Allocates nothing. A guess hits once in 2³¹.</summary>
    public bool IsOurs(in Flow flow, uint sequence)
    {
        var slot = Slot;
        return sequence == Of(flow, slot) || sequence == Of(flow, slot - 1);
    }

    private long Slot => time.GetUtcNow().ToUnixTimeSeconds() / SlotSeconds;

    private uint Of(in Flow flow, long slot)
    {
        Span<byte> said = stackalloc byte[44];
        flow.Own.WriteBytes(said);
        flow.Peer.WriteBytes(said[16..]);
        BinaryPrimitives.WriteUInt16BigEndian(said[32..], flow.OwnPort);
        BinaryPrimitives.WriteUInt16BigEndian(said[34..], flow.PeerPort);
        BinaryPrimitives.WriteInt64BigEndian(said[36..], slot);
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_key, said, hash);
        return BinaryPrimitives.ReadUInt32BigEndian(hash);
    }
}
