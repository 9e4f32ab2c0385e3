using PortSentry.Capture.Challenge;
using PortSentry.Core;
using PortSentry.Core.Addresses;

namespace PortSentry.Capture.Contacts;

/// <summary>What the classifier must know of the place it watches from. Asked on the capture thread: no locks, no I/O.</summary>
public interface IVantage
{
    /// <summary>One of the watched host's own addresses; never a suspect. Always false when a file is read.</summary>
    bool IsOwn(Address address);

    /// <summary>An address we guard.</summary>
    bool IsHome(Address address);

    /// <summary>On the ignore list: nothing it does is evidence.</summary>
    bool IsIgnored(Address address);

    bool IsTrap(IpProtocol protocol, ushort port);

    /// <summary>A socket of this host is bound to the port. Asked only for own addresses.</summary>
    bool Listens(IpProtocol protocol, ushort port, Address own);

    /// <summary>By a socket of this host: what others serve is known when they answer.</summary>
    bool IsServed(IpProtocol protocol, ushort port, Address address) => IsOwn(address) && Listens(protocol, port, address);

    /// <summary>The SYN-ACK is our own challenge to who touches a trap port: nobody serves there.</summary>
    bool IsChallenge(in Flow flow, uint sequence) => false;

    /// <summary>
    /// The kernel filter keeps plain ACK segments away, so a RST that leaves us is all that is seen of an ACK scan.
    /// </summary>
    bool HidesAcks { get; }
}
