using PortSentry.Capture.Contacts;
using PortSentry.Core;
using PortSentry.Core.Addresses;
using PortSentry.Core.Detection;

namespace PortSentry.Capture.Replay;

/// <summary>Sums the contacts of one scanner up: those with hosts that refused it. What it does elsewhere is its ordinary business.</summary>
internal sealed class ScanTally(Prefix source, SourceState state, ScanDetected verdict)
{
    private const int FewestPorts = 4;
    private const double MostlyEqual = 0.8;
    private static readonly TimeSpan TogetherWithin = TimeSpan.FromSeconds(2);

    private readonly HashSet<uint> _ports = [];
    private readonly HashSet<Address> _hosts = [];
    private readonly List<Address> _addresses = [];
    private Instant _first = new(long.MaxValue), _last;
    private long _facts, _packets;
    private int _kinds;
    private readonly List<ContactRecord> _others = [];
    private bool _connected;

    public Prefix Source => source;

    public void Add(ContactRecord contact)
    {
        if (contact.State == ContactState.Failed) Count(contact);
        else _others.Add(contact);
    }

    /// <summary>All contacts were added: which hosts refused it is known.</summary>
    public void Settle()
    {
        foreach (var contact in _others)
            if (_hosts.Contains(contact.Destination)) Count(contact);
        _others.Clear();
    }

    private void Count(ContactRecord contact)
    {
        _packets += contact.Packets;
        if (contact.First < _first) _first = contact.First;
        if (contact.Last > _last) _last = contact.Last;
        if (_addresses.Count < SourceState.AddressesKept && !_addresses.Contains(contact.Source)) _addresses.Add(contact.Source);
        _ports.Add(((uint)contact.Protocol << 16) | contact.Port);
        _hosts.Add(contact.Destination);
        _connected |= contact.Protocol == IpProtocol.Tcp && contact.State is ContactState.Connected or ContactState.Served;
        if (contact.State != ContactState.Failed) return;
        _facts++;
        _kinds |= contact.Kinds;
    }

    /// <summary>Both asked for nearly the same ports of a common host, and began together.</summary>
    public bool ResemblesDecoy(ScanTally other)
    {
        if ((_first - other._first).Duration() > TogetherWithin || !_hosts.Overlaps(other._hosts)) return false;
        var common = _ports.Count(other._ports.Contains);
        return common >= FewestPorts && common >= MostlyEqual * Math.Max(_ports.Count, other._ports.Count);
    }

    public ScanReport Report()
    {
        var (kinds, completed) = (_kinds, _connected);
        foreach (var contact in state.Contacts)
        {
            if (contact.Weight > 0) kinds |= contact.Kind.Bit();
            completed |= contact.Outcome == Outcome.Abandoned;
        }
        var last = _last > state.Last ? _last : state.Last;
        var first = _first < verdict.First ? _first : verdict.First;
        var facts = Math.Max(_facts, state.Facts);
        return new ScanReport(
            source, ProbeKinds.Named(kinds, completed), ShapeOf(facts, last - first), _ports.Count, _hosts.Count, facts, verdict.Facts,
            Math.Max(_packets, facts), first, verdict.At, last, Math.Exp(verdict.LogRatio), _addresses.Count > 0 ? [.. _addresses] : state.Addresses, state.Proven, []);
    }

    private ScanShape ShapeOf(long facts, TimeSpan duration) =>
        verdict.Shape == ScanShape.Distributed ? ScanShape.Distributed : Evidence.Classify(_ports.Count, _hosts.Count, facts, duration);
}
