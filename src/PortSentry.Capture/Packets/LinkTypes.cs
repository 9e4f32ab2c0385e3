namespace PortSentry.Capture.Packets;

/// <summary>Which link types <see cref="PacketView"/> can read: those that <see cref="LinkType"/> names.</summary>
public static class LinkTypes
{
    private static readonly HashSet<LinkType> Named = [.. Enum.GetValues<LinkType>()];

    public static bool IsSupported(LinkType link) => Named.Contains(link);
}
