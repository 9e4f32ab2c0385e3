using System.Collections.Immutable;
using PortSentry.Core.Addresses;

namespace PortSentry.Core.Detection;

/// <summary>
/// Verdicts that began together over the same ports of the same host: a scanner among its decoys (nmap -D), or several that share
/// one list. It remembers the newest verdicts only, so a flood of forged scans costs no memory. One thread.
/// </summary>
public sealed class Companions
{
    /// <summary>Others named of one source. More: a longer line; the crowd is plain from these.</summary>
    public const int MostNamed = 16;

    /// <summary>Verdicts remembered. More: decoys among many other verdicts are found; each verdict is compared with all of them.</summary>
    private const int Kept = 64;

    /// <summary>Contacts in common. Fewer: two scanners that begin with the same popular ports are taken for one.</summary>
    private const int FewestShared = 3;

    // nmap sends the probes of a port from all decoys in a row.
    private static readonly TimeSpan Together = TimeSpan.FromSeconds(2);

    private readonly Queue<Member> _members = new(Kept);

    /// <summary>Notes a new verdict; the others that it resembles, at most <see cref="MostNamed"/>.</summary>
    /// <param name="contacts">The failures that led to the verdict.</param>
    public ImmutableArray<Prefix> Join(Prefix source, Instant first, IEnumerable<Contact> contacts)
    {
        var newest = new Member(source, first, [.. contacts.Where(static contact => contact.Weight > 0).Select(static contact => (contact.Destination, contact.Protocol, contact.Port))]);
        ImmutableArray<Prefix> others = [.. _members.Where(newest.Resembles).Select(static member => member.Source).Distinct().Take(MostNamed)];
        if (_members.Count == Kept) _members.Dequeue();
        _members.Enqueue(newest);
        return others;
    }

    private sealed record Member(Prefix Source, Instant First, HashSet<(Address, IpProtocol, ushort)> Contacts)
    {
        // All but one of the shorter list: a member may have met an open port or lost a packet.
        public bool Resembles(Member other)
        {
            if (other.Source == Source || (First - other.First).Duration() > Together) return false;
            var shared = Contacts.Count(other.Contacts.Contains);
            return shared >= FewestShared && shared >= Math.Min(Contacts.Count, other.Contacts.Count) - 1;
        }
    }
}
