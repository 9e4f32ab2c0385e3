namespace PortSentry.Capture.Packets;

public enum ChecksumVerdict : byte
{
    /// <summary>Not the whole segment was captured, it is a fragment, the protocol has none, or the sum is left to the card (checksum offload).</summary>
    Unknown,
    Good,
    Bad,
}
