using PortSentry.Core.Addresses;

namespace PortSentry.Core.Detection;

/// <summary>
/// Who a source is: an IPv4 address, or the /64 of an IPv6 one, since a subscriber owns a whole /64 (RFC 6177) and would
/// otherwise have 2^64 names. Link-local addresses stay apart: all neighbours share fe80::/64.
/// </summary>
public static class SourceKey
{
    public static Prefix Of(Address address) =>
        address.IsV4 || address.IsLinkLocal ? Prefix.Host(address) : new Prefix(address, 64);

    /// <summary>The same as a plain number, for tables.</summary>
    public static Address Fold(Address address) =>
        address.IsV4 || address.IsLinkLocal ? address : new Address(address.High, 0);
}
