using PortSentry.Core.Addresses;

namespace PortSentry.Capture.Contacts;

/// <summary>
/// The ports of TCP headers that were cut before their flags (nmap -f, RFC 1858 "tiny fragment"), until the fragment at offset 8
/// brings the rest. A small cache: a newer head of the same slot wins.
/// </summary>
internal sealed class FragmentHeads
{
    private const int Size = 1024;

    private readonly Head[] _heads = new Head[Size];

    public void Keep(Address source, Address destination, ushort sourcePort, ushort destinationPort, uint sequence) =>
        Slot(source, destination) = new Head(source, destination, sourcePort, destinationPort, sequence);

    public bool TryTake(Address source, Address destination, out Head head)
    {
        ref var slot = ref Slot(source, destination);
        head = slot;
        if (head.Source != source || head.Destination != destination || head.Source == default) return false;
        slot = default;
        return true;
    }

    private ref Head Slot(Address source, Address destination) =>
        ref _heads[(int)((uint)HashCode.Combine(source, destination) % Size)];

    public readonly record struct Head(Address Source, Address Destination, ushort SourcePort, ushort DestinationPort, uint Sequence);
}
