using System.Globalization;

namespace PortSentry.Core.Addresses;

/// <summary>A CIDR prefix (RFC 4632, RFC 4291 2.3). Host bits are cleared on the way in, so equal prefixes are equal values.</summary>
public readonly record struct Prefix
{
    /// <param name="address">Any address of the prefix.</param>
    /// <param name="length">0 to 32 for IPv4, 0 to 128 for IPv6.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length does not fit the address family.</exception>
    public Prefix(Address address, int length)
    {
        var max = address.IsV4 ? 32 : 128;
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, max);
        Length = (byte)length;
        var bits = 128 - max + length;
        _highMask = Mask(bits);
        _lowMask = Mask(bits - 64);
        Network = new Address(address.High & _highMask, address.Low & _lowMask);
    }

    private readonly ulong _highMask, _lowMask;

    public Address Network { get; }

    /// <summary>In the address family's own count: /24 of IPv4 is 24.</summary>
    public byte Length { get; }

    // The masks follow from these.
    public bool Equals(Prefix other) => Network == other.Network && Length == other.Length;

    public override int GetHashCode() => Network.GetHashCode() ^ Length;

    public bool IsHost => Length == (Network.IsV4 ? 32 : 128);

    public static Prefix Host(Address address) => new(address, address.IsV4 ? 32 : 128);

    // An IPv4 prefix keeps the 96 mapped bits in its mask, so ::/0 is not 0.0.0.0/0: they never match each other's family.
    public bool Contains(Address address) =>
        (address.High & _highMask) == Network.High && (address.Low & _lowMask) == Network.Low && address.IsV4 == Network.IsV4;

    /// <summary>"ADDR" (a host) or "ADDR/BITS"; host bits are masked away, as the classic ignore file does.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Prefix prefix)
    {
        prefix = default;
        var slash = text.IndexOf('/');
        if (!Address.TryParse(slash < 0 ? text : text[..slash], out var address)) return false;
        var max = address.IsV4 ? 32 : 128;
        var length = max;
        if (slash >= 0 && (!int.TryParse(text[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out length) || length > max))
            return false;
        prefix = new Prefix(address, length);
        return true;
    }

    /// <exception cref="FormatException">Not a prefix.</exception>
    public static Prefix Parse(ReadOnlySpan<char> text) =>
        TryParse(text, out var prefix) ? prefix : throw new FormatException($"'{text}' is not an IP prefix (ADDR or ADDR/BITS).");

    /// <summary>A host prints as a plain address.</summary>
    public override string ToString() =>
        IsHost ? Network.ToString() : string.Create(CultureInfo.InvariantCulture, $"{Network}/{Length}");

    // The word's leading bits: none below 1, all from 64 on.
    private static ulong Mask(int bits) => bits <= 0 ? 0 : bits >= 64 ? ulong.MaxValue : ulong.MaxValue << (64 - bits);
}
