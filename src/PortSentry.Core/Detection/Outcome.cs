namespace PortSentry.Core.Detection;

/// <summary>What became of a first contact, and how we know.</summary>
public enum Outcome : byte
{
    /// <summary>RST, SCTP ABORT, or an ICMP unreachable or prohibited: somebody said no.</summary>
    Refused,

    /// <summary>Nobody listens on this host and no answer left it within the grace.</summary>
    Unserved,

    /// <summary>No answer within the wait, from a host that answers others.</summary>
    Silent,

    /// <summary>No answer within the wait, from a host that never spoke in a capture where others do.</summary>
    Dark,

    /// <summary>No answer in a capture that shows no answers at all: weak.</summary>
    OneWay,

    /// <summary>SYN-ACK answered by a RST, or never: a port was asked and not used.</summary>
    HalfOpen,

    /// <summary>Handshake completed, then reset without a byte: a connect scan, but also a health check. Neutral.</summary>
    Abandoned,

    /// <summary>The packet is evidence by itself, whatever came back.</summary>
    Odd,

    /// <summary>Data was carried or the connection closed in order.</summary>
    Served,

    /// <summary>A socket that is bound only as a trap was reached.</summary>
    Trapped,

    /// <summary>A refusal in a file that lacks its question: the answers alone were captured, or forged packets are refused to whom they named. Weak.</summary>
    Inferred,
}
