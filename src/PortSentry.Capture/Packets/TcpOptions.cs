namespace PortSentry.Capture.Packets;

/// <summary>RFC 9293 3.2.</summary>
internal static class TcpOptions
{
    private const byte EndOfList = 0;
    private const byte NoOperation = 1;
    private const byte WindowScale = 3;
    private const byte SackPermitted = 4;
    private const byte Timestamps = 8;

    // 20 bytes and the MSS, which is all that tools send.
    private const int LengthOfTools = 24;

    /// <param name="header">The TCP header with its options, as far as captured.</param>
    /// <param name="length">On the wire: where a short capture cut it, its size must do.</param>
    public static bool LooksLikeStack(ReadOnlySpan<byte> header, int length)
    {
        if (header.Length < length) return length > LengthOfTools;
        for (var i = 20; i < header.Length;)
        {
            switch (header[i])
            {
                case EndOfList: return false;
                case NoOperation: i++; continue;
                case WindowScale or SackPermitted or Timestamps: return true;
            }

            // A length below 2 would loop for ever.
            if (i + 1 >= header.Length || header[i + 1] < 2) return false;
            i += header[i + 1];
        }

        return false;
    }
}
