using System.Runtime.InteropServices;
using PortSentry.Core.Addresses;

namespace PortSentry.Capture.Contacts;

/// <summary>What the gate itself must know of an address: 32 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1, Size = 32)]
internal struct SourceEntry
{
    public Address Address;
    public uint LastSeen;

    /// <summary>Slot of the one contact held back; valid while <see cref="SourceFlags.Holds"/>.</summary>
    public int Held;
    public ushort Facts;

    /// <summary>Successes since the last fact.</summary>
    public byte Credit;
    public SourceFlags Flags;
    public byte Generation;
}

[Flags]
internal enum SourceFlags : byte
{
    None = 0,
    Used = 1,

    /// <summary>It answered somebody: its silence means something.</summary>
    Talked = 2,
    Holds = 4,

    /// <summary>A block is in force: its packets are counted and go no further.</summary>
    Blocked = 8,

    /// <summary>A connection of it carried data, or began before we watched.</summary>
    Converses = 16,
}
