using PortSentry.Capture.Contacts;
using PortSentry.Core;
using PortSentry.Core.Addresses;
using PortSentry.Core.Detection;

namespace PortSentry.Capture.Replay;

/// <summary>Sums the contacts of one scanner up: those with hosts that refused it. What it does elsewhere is its ordinary business.</summary>
internal sealed class ScanTally
{
    private const int FewestPorts = 4;
    private const double MostlyEqual = 0.8;
    private static readonly TimeSpan TogetherWithin = TimeSpan.FromSeconds(2);

    private readonly HashSet<(IpProtocol, ushort)> _ports = [];
    private readonly HashSet<Address> _hosts = [];
    private readonly HashSet<ProbeKind> _kinds = [];
    private readonly List<Address> _addresses = [];
    private Instant _first = new(long.MaxValue), _last;
    private long _facts, _packets;
    private readonly List<ContactRecord> _others = [];
    private bool _connected;

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
        _ports.Add((contact.Protocol, contact.Port));
        _hosts.Add(contact.Destination);
        _connected |= contact.Protocol == IpProtocol.Tcp && contact.State is ContactState.Connected or ContactState.Served;
        if (contact.State != ContactState.Failed) return;
        _facts++;
        foreach (var kind in Enum.GetValues<ProbeKind>())
            if ((contact.Kinds & (1 << (int)kind)) != 0) _kinds.Add(kind);
    }

    /// <summary>Both asked for nearly the same ports of a common host, and began together.</summary>
    public bool ResemblesDecoy(ScanTally other)
    {
        if ((_first - other._first).Duration() > TogetherWithin || !_hosts.Overlaps(other._hosts)) return false;
        var common = _ports.Count(other._ports.Contains);
        return common >= FewestPorts && common >= MostlyEqual * Math.Max(_ports.Count, other._ports.Count);
    }

    public ScanReport Report(Prefix source, SourceState state, ScanDetected verdict)
    {
        var completed = _connected || state.Contacts.Any(static contact => contact.Outcome == Outcome.Abandoned);
        var last = _last > state.Last ? _last : state.Last;
        var first = _first < verdict.First ? _first : verdict.First;
        var facts = Math.Max(_facts, state.Facts);
        return new ScanReport(
            source, ProbeKinds.Named(_kinds.Union(KindsOf(state)), completed), ShapeOf(verdict, facts, last - first), _ports.Count, _hosts.Count, facts, verdict.Facts,
            Math.Max(_packets, facts), first, verdict.At, last, Math.Exp(verdict.LogRatio), _addresses.Count > 0 ? [.. _addresses] : state.Addresses, state.Proven, []);
    }

    private ScanShape ShapeOf(ScanDetected verdict, long facts, TimeSpan duration) =>
        verdict.Shape == ScanShape.Distributed ? ScanShape.Distributed : Evidence.Classify(_ports.Count, _hosts.Count, facts, duration);

    private static IEnumerable<ProbeKind> KindsOf(SourceState state) =>
        state.Contacts.Where(static contact => contact.Weight > 0).Select(static contact => contact.Kind);
}
