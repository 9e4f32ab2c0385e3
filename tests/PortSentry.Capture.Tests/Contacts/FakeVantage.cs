using PortSentry.Capture.Contacts;
using PortSentry.Core;
using PortSentry.Core.Addresses;

namespace PortSentry.Capture.Tests.Contacts;

/// <summary>A host with one address, watched from within.</summary>
internal sealed class FakeVantage(Address own, params ushort[] listening) : IVantage
{
    public static readonly Address Host = Address.Parse("10.0.0.1");

    public bool HidesAcks => true;

    public bool IsOwn(Address address) => address == own;

    public bool IsHome(Address address) => address == own;

    public bool IsIgnored(Address address) => false;

    public bool IsTrap(IpProtocol protocol, ushort port) => false;

    public bool Listens(IpProtocol protocol, ushort port, Address address) => Array.IndexOf(listening, port) >= 0;
}
