using System.Runtime.CompilerServices;
using PortSentry.Core;
using PortSentry.Core.Addresses;
using PortSentry.Core.Detection;

namespace PortSentry.Capture.Contacts;

/// <summary>
/// The memory of first contacts between the classifiers and the source actors: it passes new facts on and sums repeats. One
/// thread (the capture thread) owns it; nothing here allocates once it stands.
/// </summary>
public sealed class Gate : IDisposable
{
    private const int MostCredit = 8;
    private const long Second = 1_000_000_000;

    private readonly GateOptions _options;
    private readonly IVantage _vantage;
    private readonly ContactTable _contacts;
    private readonly SourceTable _sources;
    private readonly ServiceTable _services = new();
    private readonly SilenceJudge _silence;
    private readonly FloodMeter _flood;
    private readonly CrowdControl _crowd;
    private readonly FactOutlet _facts;
    private readonly ServedContacts? _served;
    private readonly long _window;

    // Nothing happens by the clock before this moment: the next deadline or the next second.
    private long _wake;
    private uint _second;

    /// <param name="served">Where others look up what succeeded; null where nobody does.</param>
    public Gate(GateOptions options, IVantage vantage, IFactSink sink, ServedContacts? served = null)
    {
        _options = options;
        _served = served;
        _vantage = vantage;
        _contacts = new ContactTable(options.MaxContacts);
        _sources = new SourceTable(options.MaxSources);
        // Behind the kernel filter no plain data arrives, so there is nothing to settle.
        Settled = new SettledFlows(vantage.HidesAcks ? 0 : options.MaxContacts);
        _silence = new SilenceJudge(options, vantage, _contacts, _sources);
        _flood = new FloodMeter(options.FloodSourcesPerSecond);
        _crowd = new CrowdControl(_flood, vantage, Counters);
        _facts = new FactOutlet(options, sink, _contacts, _services, _flood, Counters);
        _window = options.Window.Ticks * 100;
    }

    /// <summary>What a gate takes at most: its two tables, and the waits, services, neighbours and crowd, whose sizes are fixed.</summary>
    public static long MostBytes(GateOptions options)
    {
        const long Fixed = 16 << 20;
        return (long)(ContactTable.MostBytes(options.MaxContacts) + SourceTable.MostBytes(options.MaxSources)) + Fixed;
    }

    public GateCounters Counters { get; } = new();

    /// <summary>What the kernel filter may keep away.</summary>
    public LoudContacts Loud { get; } = new();

    internal IVantage Vantage => _vantage;

    /// <summary>Of the classifier, but of one life with the tables.</summary>
    internal SettledFlows Settled { get; }

    internal GateOptions Options => _options;

    /// <summary>Packet time, nanoseconds since the epoch; never runs backwards, whatever the capture says, but for <see cref="SetBack"/>.</summary>
    public long Now { get; private set; }

    /// <summary>When the next wait is over, or the next second begins.</summary>
    public long NextDue => _wake;

    /// <summary>Turns the clock and judges the waits that are over.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Advance(long time)
    {
        if (time > Now) Now = time;
        if (Now >= _wake) Judge(Now);
    }

    /// <summary>
    /// Somebody set this host's clock back: time goes on from there, not when it is made up for. Who waits for an answer waits for
    /// nothing; what is known stays.
    /// </summary>
    public void SetBack(long time)
    {
        Now = time;
        _silence.Forget();
        Judge(time);
    }

    /// <summary>Judges all open waits: the end of a file.</summary>
    public void Settle() => Judge(long.MaxValue);

    /// <summary>A block came into force: the source's further probes are only counted.</summary>
    public void Block(Address source) => _sources.Get(SourceKey.Fold(source), _second).Flags |= SourceFlags.Blocked;

    /// <summary>A block ended, or the source was forgiven: what it does from now on is new again.</summary>
    public void Forget(Address source)
    {
        ref var entry = ref _sources.Get(SourceKey.Fold(source), _second);
        entry.Flags &= ~(SourceFlags.Blocked | SourceFlags.Holds);
        entry.Generation++;
        entry.Facts = 0;
        entry.Credit = 0;
    }

    /// <summary>A snapshot for <c>status</c>.</summary>
    public GateCounters Read() => Counters with
    {
        Evicted = _contacts.Evicted,
        Floods = _flood.Floods,
        InFlood = _flood.IsFlood,
        Loud = Loud.Current.Count,
        Contacts = _contacts.Count,
        Sources = _sources.Count,
    };

    /// <summary>Calls back for every watched contact that stands in the table: how a file's scans are summed up.</summary>
    public void ForEachContact(Action<ContactRecord> visit)
    {
        for (var slot = 0; slot < _contacts.Slots; slot++)
        {
            ref var entry = ref _contacts[slot];
            if (entry.State is ContactState.Free or ContactState.Neutral || (entry.Flags & ContactFlags.Unwatched) != 0) continue;
            var last = Math.Max(entry.FirstSeen, entry.LastSeen * Second);
            visit(new ContactRecord(
                entry.Source, entry.Destination, entry.Protocol, entry.Port, (ushort)(entry.Kinds | (1 << (int)entry.Kind)),
                entry.State, entry.Packets, new(entry.FirstSeen), new(last)));
        }
    }

    public void Dispose()
    {
        _contacts.Dispose();
        _sources.Dispose();
        _crowd.Dispose();
        Settled.Dispose();
    }

    internal ref ContactEntry At(int slot) => ref _contacts[slot];

    /// <summary>The contact's slot with this packet counted, or -1.</summary>
    internal int Find(in ContactKey key)
    {
        var slot = _contacts.Find(key);
        if (slot < 0) return -1;
        _contacts[slot].LastSeen = _second;
        return slot;
    }

    /// <summary>Fetches what will be asked of this contact soon. Changes nothing.</summary>
    /// <param name="serves">It may be served by the packet to come.</param>
    internal void Prefetch(in ContactKey key, bool serves)
    {
        var source = SourceKey.Fold(key.Source);
        _contacts.Prefetch(key);
        _sources.Prefetch(source);
        if (serves) _services.Prefetch(source, key.Protocol, key.Port);
    }

    /// <summary>A new contact; -1 where it could never be evidence and is not worth remembering.</summary>
    internal int Open(in ContactKey key, ContactState state, ProbeKind kind, Traits traits, byte tcpFlags)
    {
        var flags = ContactFlags.None;
        if (_vantage.IsOwn(key.Source) || !_vantage.IsHome(key.Destination)) flags = ContactFlags.Unwatched;
        else if (_vantage.IsIgnored(key.Source))
        {
            Counters.Ignored++;
            return -1;
        }
        else if (_flood.IsFlood && state != ContactState.Neutral && !_options.HoldSingles && _crowd.IsOfCrowd(key, _second)) return -1;
        else if ((_sources.Get(SourceKey.Fold(key.Source), _second).Flags & SourceFlags.Blocked) != 0)
        {
            Counters.CutOff++;
            return -1;
        }

        if (state == ContactState.Neutral && key.Protocol == IpProtocol.Tcp) NoteConversation(key.Source);
        if (_contacts.IsCrowded) Grow();
        var slot = _contacts.Add(key);
        ref var entry = ref _contacts[slot];
        entry.State = state;
        entry.Kind = kind;
        entry.TcpFlags = tcpFlags;
        entry.Flags = flags;
        entry.FirstSeen = Now;
        entry.LastSeen = _second;
        entry.Packets = 1;
        entry.Traits = _vantage.IsTrap(key.Protocol, key.Port) ? traits | Traits.Trap : traits;
        if (state == ContactState.Asked && flags == ContactFlags.None) Wait(slot, ref entry);
        return slot;
    }

    /// <summary>
    /// The contact may be evidence again: it failed, and was forgiven since or is long ago; or only stray segments were seen of it.
    /// Then it waits for an answer anew.
    /// </summary>
    internal bool Reopen(int slot, ProbeKind kind)
    {
        ref var entry = ref _contacts[slot];
        if (entry.State is not (ContactState.Failed or ContactState.Stray) || (entry.Flags & ContactFlags.Unwatched) != 0) return false;
        ref var source = ref _sources.Get(SourceKey.Fold(entry.Source), _second);
        if ((source.Flags & SourceFlags.Blocked) != 0)
        {
            Counters.CutOff++;
            return false;
        }
        // A bare ACK may weigh nothing: it must not hide the SYN that comes after it.
        var opensAfterAck = kind is ProbeKind.TcpSyn or ProbeKind.TcpConnect && entry.Kind is ProbeKind.TcpAck or ProbeKind.TcpMaimon;
        if (source.Generation == entry.Generation && Now - entry.FirstSeen < _window && !opensAfterAck) return false;
        entry.State = ContactState.Asked;
        entry.Kind = kind;
        entry.FirstSeen = Now;
        Wait(slot, ref entry);
        return true;
    }

    /// <summary>The contact's question was asked again.</summary>
    internal void Repeat(int slot, ProbeKind kind)
    {
        ref var entry = ref _contacts[slot];
        if (++entry.Packets % LoudContacts.Repeats == 0 && entry.State is ContactState.Failed or ContactState.Served or ContactState.Neutral)
            Loud.Note(new LoudContact(entry.Source, entry.Destination, entry.Protocol, entry.Port), Now);
        Reopen(slot, kind);
    }

    /// <summary>The contact was given as a fact of this kind already.</summary>
    internal bool Gave(int slot, ProbeKind kind) => (_contacts[slot].Kinds & (1 << (int)kind)) != 0;

    /// <summary>The address answered somebody.</summary>
    internal void NoteAnswer(Address address) => _silence.NoteAnswer(address, _second);

    /// <summary>The address is in the midst of a connection, so a bare ACK of it may well belong to another.</summary>
    internal void NoteConversation(Address asker) => _sources.Get(SourceKey.Fold(asker), _second).Flags |= SourceFlags.Converses;

    /// <summary>A bare ACK of no known connection: silence may be evidence where a network is watched. A host's own silence is its firewall's.</summary>
    internal void AwaitAnswer(int slot)
    {
        ref var entry = ref _contacts[slot];
        if ((entry.Flags & ContactFlags.Unwatched) == 0 && !_vantage.IsOwn(entry.Destination)) Wait(slot, ref entry);
    }

    /// <summary>Somebody answered a question that was not kept.</summary>
    internal void NoteClient(in ContactKey key)
    {
        if (_flood.IsFlood) _crowd.NoteClient(key);
    }

    /// <summary>The contact succeeded: it speaks for its source when that is judged next.</summary>
    internal void Serve(int slot)
    {
        ref var entry = ref _contacts[slot];
        if (entry.State == ContactState.Served) return;
        entry.State = ContactState.Served;
        entry.Outcome = Outcome.Served;
        if ((entry.Flags & ContactFlags.Unwatched) != 0) return;
        ref var source = ref _sources.Get(SourceKey.Fold(entry.Source), _second);
        source.Flags |= SourceFlags.Converses;
        if (source.Credit < MostCredit) source.Credit++;
        _services.Count(SourceKey.Fold(entry.Source), entry.Protocol, entry.Port);
        _served?.Note(entry.Source, entry.Destination, entry.Protocol, entry.Port);
    }

    /// <summary>The contact failed: a new fact, unless the gate holds it back.</summary>
    internal void Fail(int slot, Outcome outcome)
    {
        ref var entry = ref _contacts[slot];
        entry.State = ContactState.Failed;
        entry.Outcome = outcome;
        if ((entry.Flags & ContactFlags.Unwatched) != 0) return;

        ref var source = ref _sources.Get(SourceKey.Fold(entry.Source), _second);
        entry.Generation = source.Generation;
        if ((source.Flags & SourceFlags.Blocked) != 0)
        {
            Counters.CutOff++;
            return;
        }
        _facts.Take(slot, ref source, Now, _second);
    }

    private void Grow()
    {
        var moved = _contacts.Grow();
        _silence.Move(moved);
        _sources.MoveHeld(moved);
    }

    // Packet time stands still on a quiet interface, so the owner calls Advance from its idle hook too.
    private void Judge(long now)
    {
        _second = (uint)(Now / Second);
        while (_silence.TryJudge(now, _second, out var slot, out var outcome)) Fail(slot, outcome);
        _flood.Tick(_second);
        Loud.Tick(Now);
        _wake = Math.Min((_second + 1) * Second, _silence.Deadline);
    }

    private void Wait(int slot, ref ContactEntry entry)
    {
        var own = _vantage.IsOwn(entry.Destination);
        if (own && _vantage.Listens(entry.Protocol, entry.Port, entry.Destination))
        {
            entry.Traits |= Traits.Listener;
            _flood.CountClient(_second);
            return;
        }
        if (_silence.IsFull(own))
        {
            Counters.JudgedEarly++;
            if (_silence.TryJudgeEarly(own, _second, out var oldest, out var outcome)) Fail(oldest, outcome);
        }
        _silence.Enqueue(own, entry.FirstSeen, slot);
        _wake = Math.Min(_wake, _silence.Deadline);
    }
}
