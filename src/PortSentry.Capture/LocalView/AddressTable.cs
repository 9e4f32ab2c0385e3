using PortSentry.Core.Addresses;
using PortSentry.Netlink;

namespace PortSentry.Capture.LocalView;

/// <summary>Own addresses and default gateways by rtnetlink(7).</summary>
internal sealed class AddressTable(NetlinkSocket netlink)
{
    private const ushort RTM_NEWADDR = 20;
    private const ushort RTM_GETADDR = 22;
    private const ushort RTM_NEWROUTE = 24;
    private const ushort RTM_GETROUTE = 26;
    private const ushort IFA_ADDRESS = 1;
    private const ushort IFA_LOCAL = 2;
    private const ushort IFA_BROADCAST = 4;
    private const ushort RTA_GATEWAY = 5;
    private const ushort RTA_MULTIPATH = 9;
    private const ushort RTA_VIA = 18;
    private const byte RTN_UNICAST = 1;

    // struct ifaddrmsg: family, prefix length, flags, scope, interface index.
    private const int AddressHeader = 8;

    // struct rtmsg: family, destination length, source length, tos, table, protocol, scope, type, flags.
    private const int RouteHeader = 12;

    // struct rtnexthop: length, flags, hops, interface index.
    private const int NextHopHeader = 8;

    public void ReadAddresses(HashSet<Address> own, HashSet<Address> broadcasts)
    {
        Span<byte> request = stackalloc byte[AddressHeader];
        request.Clear();
        netlink.Dump(RTM_GETADDR, request, "list own addresses", message =>
        {
            var body = message.Payload;
            if (message.Type != RTM_NEWADDR || body.Length < AddressHeader) return;
            Address? address = null;
            Address? local = null;
            var attributes = new AttributeReader(body[AddressHeader..]);
            while (attributes.Next())
            {
                var name = attributes.Type;
                var value = attributes.Value;
                if (value.Length is not (4 or 16)) continue;
                // On a point-to-point link IFA_ADDRESS is the peer.
                if (name == IFA_ADDRESS) address = Address.FromBytes(value);
                if (name == IFA_LOCAL) local = Address.FromBytes(value);
                if (name == IFA_BROADCAST) broadcasts.Add(Address.FromBytes(value));
            }

            if ((local ?? address) is not { } mine) return;
            own.Add(mine);
            // RFC 919 7: all host bits one; the kernel takes it as broadcast where no other was set (RFC 3021: not for /31).
            if (mine.IsV4 && body[1] is > 0 and < 31) broadcasts.Add(Address.FromV4(mine.V4 | (uint.MaxValue >> body[1])));
        });
    }

    public void ReadGateways(HashSet<Address> gateways)
    {
        Span<byte> request = stackalloc byte[RouteHeader];
        request.Clear();
        netlink.Dump(RTM_GETROUTE, request, "list routes", message =>
        {
            var body = message.Payload;
            if (message.Type != RTM_NEWROUTE || body.Length < RouteHeader || body[1] != 0 || body[7] != RTN_UNICAST) return;
            AddHops(body[RouteHeader..], gateways);
        });
    }

    private static void AddHops(ReadOnlySpan<byte> rest, HashSet<Address> gateways)
    {
        var attributes = new AttributeReader(rest);
        while (attributes.Next())
        {
            var value = attributes.Value;
            switch (attributes.Type)
            {
                case RTA_GATEWAY when value.Length is 4 or 16: gateways.Add(Address.FromBytes(value)); break;
                // A gateway of the other family (RFC 5549): the family in two bytes, then the address.
                case RTA_VIA when value.Length is 6 or 18: gateways.Add(Address.FromBytes(value[2..])); break;
                case RTA_MULTIPATH:
                    while (value.Length >= NextHopHeader)
                    {
                        int length = BitConverter.ToUInt16(value);
                        if (length < NextHopHeader || length > value.Length) break;
                        AddHops(value[NextHopHeader..length], gateways);
                        value = value[Math.Min(value.Length, (length + 3) & ~3)..];
                    }

                    break;
            }
        }
    }
}
