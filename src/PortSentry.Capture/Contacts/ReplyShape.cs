namespace PortSentry.Capture.Contacts;

/// <summary>
/// A packet from a service's port to an ephemeral one looks like an answer, even where the question was not seen (a capture begins
/// in the middle, a socket closed early). Such packets are no probes; what a scanner gains is that it may ask high ports from a
/// low one with segments that open nothing.
/// </summary>
internal static class ReplyShape
{
    private const ushort FirstEphemeral = 32768; // Linux; the IANA range (RFC 6335) begins at 49152, within it

    public static bool Is(ushort sourcePort, ushort destinationPort) =>
        (sourcePort < 1024 && destinationPort >= 1024) || (sourcePort < FirstEphemeral && IsEphemeral(destinationPort));

    public static bool IsEphemeral(ushort port) => port >= FirstEphemeral;
}
