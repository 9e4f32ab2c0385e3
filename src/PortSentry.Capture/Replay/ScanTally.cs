using PortSentry.Capture.Contacts;
using PortSentry.Core;
using PortSentry.Core.Addresses;
using PortSentry.Core.Detection;

namespace PortSentry.Capture.Replay;

/// <summary>Sums the contacts of one scanner up.</summary>
internal sealed class ScanTally
{
    private readonly HashSet<(IpProtocol, ushort)> _ports = [];
    private readonly HashSet<Address> _hosts = [];
    private readonly SortedSet<ProbeKind> _kinds = [];
    private readonly List<Address> _addresses = [];
    private Instant _first = new(long.MaxValue), _last;
    private long _facts, _packets;

    public void Add(ContactRecord contact)
    {
        _packets += contact.Packets;
        if (contact.First < _first) _first = contact.First;
        if (contact.Last > _last) _last = contact.Last;
        if (_addresses.Count < SourceState.AddressesKept && !_addresses.Contains(contact.Source)) _addresses.Add(contact.Source);
        _ports.Add((contact.Protocol, contact.Port));
        _hosts.Add(contact.Destination);
        if (!contact.Failed) return;
        _facts++;
        _kinds.Add(contact.Kind);
    }

    public ScanReport Report(Prefix source, SourceState state)
    {
        var verdict = state.Verdict!;
        foreach (var kind in verdict.Kinds) _kinds.Add(kind);
        var last = _last > state.Last ? _last : state.Last;
        var first = _first < verdict.First ? _first : verdict.First;
        var facts = Math.Max(_facts, state.Facts);
        return new ScanReport(
            source, [.. _kinds], Evidence.Classify(_ports.Count, _hosts.Count, facts, last - first), _ports.Count, _hosts.Count, facts,
            Math.Max(_packets, facts), first, verdict.At, last, Math.Exp(verdict.LogRatio), [.. _addresses]);
    }
}
