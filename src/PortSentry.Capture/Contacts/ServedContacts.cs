using PortSentry.Core;
using PortSentry.Core.Addresses;

namespace PortSentry.Capture.Contacts;

/// <summary>
/// Contacts that succeeded, for who hears of the next failure before the gates do: a service that stops makes no scanners of its
/// clients. A direct-mapped cache of fixed size, written by the capture threads and read by others; what is pushed out is forgotten.
/// </summary>
public sealed class ServedContacts
{
    // 512 KB. Smaller: a busy host forgets its clients sooner.
    private const int Size = 1 << 16;

    private readonly ulong[] _tags = new ulong[Size];
    private readonly TableHash _hash = TableHash.Create();

    public void Note(Address source, Address destination, IpProtocol protocol, ushort port)
    {
        var tag = TagOf(source, destination, protocol, port);
        Volatile.Write(ref _tags[tag % Size], tag);
    }

    public bool Holds(Address source, Address destination, IpProtocol protocol, ushort port)
    {
        var tag = TagOf(source, destination, protocol, port);
        return Volatile.Read(ref _tags[tag % Size]) == tag;
    }

    private ulong TagOf(Address source, Address destination, IpProtocol protocol, ushort port) => _hash.Of(source, destination, port | ((uint)protocol << 16));
}
