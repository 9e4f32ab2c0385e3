using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using PortSentry.Core.Addresses;

namespace PortSentry.Capture.Contacts;

/// <summary>
/// A keyed hash of table keys: a chain of folded 64 x 64 bit multiplications under secret keys drawn at start, so that nobody
/// outside can aim at one bucket (the construction of wyhash; not a MAC, and its values never leave the process).
/// </summary>
internal readonly struct TableHash
{
    private readonly ulong _key0, _key1, _key2, _key3;

    private TableHash(ReadOnlySpan<ulong> keys)
    {
        _key0 = keys[0] | 1;
        _key1 = keys[1] | 1;
        _key2 = keys[2] | 1;
        _key3 = keys[3] | 1;
    }

    public static TableHash Create()
    {
        Span<byte> random = stackalloc byte[32];
        RandomNumberGenerator.Fill(random);
        return new TableHash(System.Runtime.InteropServices.MemoryMarshal.Cast<byte, ulong>(random));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Of(Address a, Address b, uint c)
    {
        var x = Fold(a.Low ^ _key0, a.High ^ _key1);
        var y = Fold(b.Low ^ _key2, b.High ^ _key3);
        // Once more at the end: after one product alone, consecutive ports can lie close together in the leading bits.
        return Fold(Fold(x ^ _key1 ^ c, y ^ _key0), _key3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Of(Address a) => Fold(Fold(a.Low ^ _key0, a.High ^ _key1) ^ _key2, _key3);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Of(uint a) => Fold(Fold(a ^ _key0, _key1) ^ _key2, _key3);

    /// <summary>Of an unordered pair: a product is the same both ways, and no branch asks which way it goes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong OfPair(ulong a, ulong b) => Fold(Fold(a ^ _key0, b ^ _key0), _key1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Fold(ulong a, ulong b)
    {
        var high = Math.BigMul(a, b, out var low);
        return high ^ low;
    }
}
