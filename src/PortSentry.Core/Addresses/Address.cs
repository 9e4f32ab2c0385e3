using System.Buffers.Binary;
using System.Net;

namespace PortSentry.Core.Addresses;

/// <summary>
/// An IPv4 or IPv6 address in 16 bytes; IPv4 is kept mapped (<c>::ffff:a.b.c.d</c>, RFC 4291 2.5.5.2), so one
/// key serves both. Text is always made from the bytes, never kept from the input.
/// </summary>
/// <remarks>Two words and not a <see cref="UInt128"/>: ReadyToRun compiles nothing that holds one, and it compares slowly.</remarks>
/// <param name="High">The first 8 bytes, as a number.</param>
/// <param name="Low">The last 8 bytes, as a number.</param>
public readonly record struct Address(ulong High, ulong Low) : IComparable<Address>, ISpanFormattable
{
    private const ulong MappedPrefix = 0x0000_FFFF_0000_0000;

    public static readonly Address AnyV4 = FromV4(0);
    public static readonly Address LoopbackV4 = FromV4(0x7F00_0001);

    public Address(UInt128 bits) : this((ulong)(bits >> 64), (ulong)bits) { }

    /// <summary>For arithmetic.</summary>
    public UInt128 Bits => new(High, Low);

    public bool IsV4 => High == 0 && Low >> 32 == MappedPrefix >> 32;

    /// <summary>The IPv4 address in host byte order; meaningless unless <see cref="IsV4"/>.</summary>
    public uint V4 => (uint)Low;

    public bool IsUnspecified => (High | Low) == 0 || (IsV4 && V4 == 0);

    public bool IsLoopback => (High == 0 && Low == 1) || (IsV4 && V4 >> 24 == 127);

    /// <summary>224.0.0.0/4 or ff00::/8.</summary>
    public bool IsMulticast => IsV4 ? V4 >> 28 == 0xE : High >> 56 == 0xFF;

    public bool IsLimitedBroadcast => IsV4 && V4 == uint.MaxValue;

    public bool IsLinkLocal => IsV4 ? V4 >> 16 == 0xA9FE : High >> 54 == 0xFE80 >> 6;

    /// <param name="value">Host byte order.</param>
    public static Address FromV4(uint value) => new(0, MappedPrefix | value);

    /// <param name="bytes">4 or 16 bytes in network order.</param>
    /// <exception cref="ArgumentException">Any other length.</exception>
    public static Address FromBytes(ReadOnlySpan<byte> bytes) => bytes.Length switch
    {
        4 => FromV4(BinaryPrimitives.ReadUInt32BigEndian(bytes)),
        16 => new(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..])),
        _ => throw new ArgumentException("An address has 4 or 16 bytes.", nameof(bytes)),
    };

    public static Address From(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var length);
        return FromBytes(bytes[..length]);
    }

    /// <summary>Strict: dotted quad or RFC 4291 text; no scope, port, brackets or short forms such as "10.1".</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Address address)
    {
        if (!text.Contains(':')) return TryParseV4(text, out address);
        address = default;
        if (text.ContainsAny('%', '[', ']') || !IPAddress.TryParse(text, out var parsed)) return false;
        address = From(parsed);
        return true;
    }

    /// <exception cref="FormatException">Not an address.</exception>
    public static Address Parse(ReadOnlySpan<char> text) =>
        TryParse(text, out var address) ? address : throw new FormatException($"'{text}' is not an IP address.");

    /// <summary>Writes 16 bytes, network order.</summary>
    public void WriteBytes(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, High);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], Low);
    }

    public bool Equals(Address other) => High == other.High && Low == other.Low;

    public override int GetHashCode() => HashCode.Combine(High, Low);

    public IPAddress ToIPAddress()
    {
        Span<byte> bytes = stackalloc byte[16];
        WriteBytes(bytes);
        return new IPAddress(IsV4 ? bytes[12..] : bytes);
    }

    public int CompareTo(Address other) => High != other.High ? High.CompareTo(other.High) : Low.CompareTo(other.Low);

    /// <summary>RFC 5952 text.</summary>
    public override string ToString() => ToIPAddress().ToString();

    public string ToString(string? format, IFormatProvider? formatProvider) => ToString();

    public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider) =>
        ToIPAddress().TryFormat(destination, out charsWritten);

    public static bool operator <(Address left, Address right) => left.CompareTo(right) < 0;

    public static bool operator >(Address left, Address right) => left.CompareTo(right) > 0;

    public static bool operator <=(Address left, Address right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Address left, Address right) => left.CompareTo(right) >= 0;

    // "010" is eight to some parsers and ten to others: what two readers read differently is refused.
    private static bool TryParseV4(ReadOnlySpan<char> text, out Address address)
    {
        address = default;
        uint value = 0, octet = 0;
        var (octets, digits) = (0, 0);
        foreach (var letter in text)
        {
            if (letter == '.')
            {
                if (digits == 0) return false;
                (value, octet, octets, digits) = ((value << 8) | octet, 0, octets + 1, 0);
                continue;
            }

            if (!char.IsAsciiDigit(letter) || (digits > 0 && octet == 0)) return false;
            octet = (octet * 10) + (uint)(letter - '0');
            digits++;
            if (octet > byte.MaxValue) return false;
        }

        if (octets != 3 || digits == 0) return false;
        address = FromV4((value << 8) | octet);
        return true;
    }
}
