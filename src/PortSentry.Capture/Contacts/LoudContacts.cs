using PortSentry.Core;
using PortSentry.Core.Addresses;

namespace PortSentry.Capture.Contacts;

/// <summary>
/// Contacts that were judged and go on thousands of times a second: one who floods a port with his own address, a load balancer. They teach
/// nothing more, so the kernel filter may keep them away for a while. Written by the capture thread, read by any.
/// </summary>
public sealed class LoudContacts
{
    /// <summary>Repeats of one contact between two looks; a power of two. Two looks within a second make it loud.</summary>
    internal const uint Repeats = 4096;

    /// <summary>Each costs every packet that passes the filter some instructions.</summary>
    private const int Most = 4;

    private const long Second = 1_000_000_000;

    // Longer: whoever listens there again is heard later. Shorter: a flood is let in for a fifth of a second more often.
    private const long LoudFor = 30 * Second;

    private readonly Mark[] _marks = new Mark[Most];
    private LoudContact[] _current = [];

    public IReadOnlyList<LoudContact> Current => Volatile.Read(ref _current);

    /// <summary>The contact repeated itself so many times again.</summary>
    internal void Note(in LoudContact contact, long now)
    {
        var (known, oldest) = (-1, -1);
        for (var i = 0; i < Most; i++)
        {
            if (_marks[i].Contact == contact) known = i;
            // One that is loud is not heard of any more, which makes it no candidate.
            else if (_marks[i].LoudUntil == 0 && (oldest < 0 || _marks[i].At < _marks[oldest].At)) oldest = i;
        }
        if (known < 0)
        {
            if (oldest >= 0) _marks[oldest] = new Mark { Contact = contact, At = now };
            return;
        }
        ref var mark = ref _marks[known];
        var isLoud = now - mark.At < Second;
        mark.At = now;
        if (!isLoud || mark.LoudUntil != 0) return;
        mark.LoudUntil = now + LoudFor;
        Publish();
    }

    /// <summary>Lets those in again whose time is over.</summary>
    internal void Tick(long now)
    {
        var isChanged = false;
        foreach (ref var mark in _marks.AsSpan())
        {
            if (mark.LoudUntil == 0 || now < mark.LoudUntil) continue;
            mark.LoudUntil = 0;
            isChanged = true;
        }
        if (isChanged) Publish();
    }

    private void Publish() => Volatile.Write(ref _current, [.. _marks.Where(static mark => mark.LoudUntil != 0).Select(static mark => mark.Contact)]);

    private struct Mark
    {
        public LoudContact Contact;
        public long At;

        /// <summary>Packet time in nanoseconds; 0 is not loud.</summary>
        public long LoudUntil;
    }
}

/// <summary>What one source does to one port, both ways.</summary>
/// <param name="Protocol">TCP or UDP.</param>
public readonly record struct LoudContact(Address Source, Address Destination, IpProtocol Protocol, ushort Port);
