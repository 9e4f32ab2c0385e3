namespace PortSentry.Capture.Packets;

/// <summary>Why a frame gave no packet. Everything but <see cref="None"/> and <see cref="NotIp"/> is counted as malformed.</summary>
public enum Malformed : byte
{
    None,

    /// <summary>Well formed, but nothing for us: ARP, spanning tree, an encrypted 802.11 frame, a PPP control packet.</summary>
    NotIp,

    /// <summary>Fewer bytes were captured than the link or IP headers need.</summary>
    Truncated,

    /// <summary>Two lengths contradict each other, so a real stack would drop the packet.</summary>
    BadLength,

    /// <summary>A header field holds a value its specification forbids (version, header length, data offset).</summary>
    BadHeader,

    /// <summary>More nested tags, labels, extension headers or tunnels than the parser follows.</summary>
    TooDeep,

    /// <summary>The link type is not one of <see cref="LinkTypes"/>.</summary>
    UnsupportedLink,
}
