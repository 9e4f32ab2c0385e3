using System.Diagnostics.CodeAnalysis;

namespace PortSentry.Netlink;

/// <summary>One message of a datagram from the kernel.</summary>
internal readonly ref struct NetlinkMessage(ushort type, ushort flags, uint sequence, ReadOnlySpan<byte> payload)
{
    public const ushort Error = 2;
    public const ushort Done = 3;

    public ushort Type { get; } = type;

    public ushort Flags { get; } = flags;

    public uint Sequence { get; } = sequence;

    public ReadOnlySpan<byte> Payload { get; } = payload;

    /// <summary>Takes the first message off <paramref name="datagram"/>; false at the end or on a lying length.</summary>
    [SuppressMessage("Style", "IDE0018", Justification = "The lengths read better apart.")]
    public static bool TryRead(ref ReadOnlySpan<byte> datagram, out NetlinkMessage message)
    {
        message = default;
        if (datagram.Length < 16) return false;
        var length = BitConverter.ToInt32(datagram);
        if (length < 16 || length > datagram.Length) return false;
        message = new NetlinkMessage(
            BitConverter.ToUInt16(datagram[4..]), BitConverter.ToUInt16(datagram[6..]), BitConverter.ToUInt32(datagram[8..]), datagram[16..length]);
        datagram = datagram[Math.Min(datagram.Length, (length + 3) & ~3)..];
        return true;
    }
}

/// <summary>Walks the attributes of a message or of a nest.</summary>
internal ref struct AttributeReader(ReadOnlySpan<byte> rest)
{
    private ReadOnlySpan<byte> _rest = rest;

    /// <summary>Without the flags "nested" and "network byte order".</summary>
    public ushort Type { get; private set; }

    public ReadOnlySpan<byte> Value { get; private set; }

    public bool Next()
    {
        if (_rest.Length < 4) return false;
        int length = BitConverter.ToUInt16(_rest);
        if (length < 4 || length > _rest.Length) return false;
        Type = (ushort)(BitConverter.ToUInt16(_rest[2..]) & 0x3FFF);
        Value = _rest[4..length];
        _rest = _rest[Math.Min(_rest.Length, (length + 3) & ~3)..];
        return true;
    }

    /// <summary>The first attribute of that type, or empty.</summary>
    public static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> attributes, ushort type)
    {
        var reader = new AttributeReader(attributes);
        while (reader.Next())
            if (reader.Type == type) return reader.Value;
        return default;
    }
}
