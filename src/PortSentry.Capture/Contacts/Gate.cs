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
    private const int Waits = 1 << 18;
    private const int MostCredit = 8;
    private const long Second = 1_000_000_000;

    // Waits judged while memory fetches a contact: it was not touched for seconds.
    private const int FetchAhead = 12;


    // A source with more facts than these is judged for itself; with fewer it may be a part of a distributed scan.
    private const int LoneFacts = 3;

    // A bare ACK and its repeat; more of them in the wait are the acknowledgements of a download that comes another way.
    private const int LoneSegments = 2;
    private const int NeighbourBits = 24;

    private readonly GateOptions _options;
    private readonly IVantage _vantage;
    private readonly IFactSink _sink;
    private readonly ContactTable _contacts;
    private readonly SourceTable _sources;
    private readonly WaitQueue _grace;
    private readonly WaitQueue _answers;
    private readonly FloodMeter _flood;
    private readonly Crowd _crowd = new();
    private readonly NeighbourTable _neighbours = new();
    private readonly ServiceTable _services = new();
    private readonly long _window;
    private bool _anyAnswers;

    // Nothing happens by the clock before this moment: the next deadline or the next second.
    private long _wake;
    private uint _second;

    public Gate(GateOptions options, IVantage vantage, IFactSink sink)
    {
        _options = options;
        _vantage = vantage;
        _sink = sink;
        _contacts = new ContactTable(options.MaxContacts);
        _sources = new SourceTable(options.MaxSources);
        // Behind the kernel filter no plain data arrives, so there is nothing to settle.
        Settled = new SettledFlows(vantage.HidesAcks ? 0 : options.MaxContacts);
        _flood = new FloodMeter(options.FloodSourcesPerSecond);
        _grace = new WaitQueue(Waits, Nanoseconds(options.Grace));
        _answers = new WaitQueue(Waits, Nanoseconds(options.AnswerWait));
        _window = Nanoseconds(options.Window);
    }

    public GateCounters Counters { get; } = new();

    /// <summary>What the kernel filter may keep away.</summary>
    public LoudContacts Loud { get; } = new();

    internal IVantage Vantage => _vantage;

    /// <summary>Of the classifier, but of one life with the tables.</summary>
    internal SettledFlows Settled { get; }

    internal GateOptions Options => _options;

    /// <summary>Packet time, nanoseconds since the epoch; never runs backwards, whatever the capture says.</summary>
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
        else if (_flood.IsFlood && state != ContactState.Neutral && !_options.HoldSingles && IsOfCrowd(key)) return -1;
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
    internal void NoteAnswer(Address address)
    {
        _anyAnswers = true;
        _sources.Get(address, _second).Flags |= SourceFlags.Talked;
    }

    /// <summary>The address is in the midst of a connection, so a bare ACK of it may well belong to another.</summary>
    internal void NoteConversation(Address asker) => _sources.Get(SourceKey.Fold(asker), _second).Flags |= SourceFlags.Converses;

    /// <summary>A bare ACK of no known connection: silence may be evidence where a network is watched. A host's own silence is its firewall's.</summary>
    internal void AwaitAnswer(int slot)
    {
        ref var entry = ref _contacts[slot];
        if ((entry.Flags & ContactFlags.Unwatched) == 0 && !_vantage.IsOwn(entry.Destination)) Wait(slot, ref entry);
    }

    /// <summary>Somebody answered a question that was not kept: in a flood a client is one of the crowd, and none of those who fail.</summary>
    internal void NoteClient(in ContactKey key)
    {
        if (_flood.IsFlood && _vantage.IsHome(key.Destination) && !IsServed(key)) _flood.Answered();
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
        if (_options.JudgesNeighbours && !_flood.IsFlood && source.Facts < LoneFacts && outcome != Outcome.Abandoned
            && _neighbours.Note(entry.Source, entry.Destination, entry.Port, _second))
            _sink.TakeShared(new Prefix(entry.Source, NeighbourBits), FactOf(entry, 0));
        if (source.Facts == 0 && (source.Flags & SourceFlags.Holds) == 0)
        {
            _flood.Count(_second);
            if (Holds(entry))
            {
                source.Flags |= SourceFlags.Holds;
                source.Held = slot;
                entry.Flags |= ContactFlags.Held;
                Counters.Withheld++;
                return;
            }
        }
        if ((source.Flags & SourceFlags.Holds) != 0) Release(ref source, slot);
        Pass(ref source, ref entry);
    }

    // In a flood a source gets memory when it stands out, and one look at one cache line decides.
    private bool IsOfCrowd(in ContactKey key)
    {
        var standing = _crowd.Note(SourceKey.Fold(key.Source), (key.Destination, ((uint)key.Protocol << 16) | key.Port), _second);
        if (standing == Standing.Out) return false;
        if (standing == Standing.Newcomer)
        {
            if (IsServed(key)) _flood.CountClient(_second);
            else _flood.Count(_second);
        }
        if (standing != Standing.Repeated) Counters.Withheld++;
        return true;
    }

    // By a socket of this host: what others serve is known when they answer.
    internal bool IsServed(in ContactKey key) => _vantage.IsOwn(key.Destination) && _vantage.Listens(key.Protocol, key.Port, key.Destination);

    private void Grow()
    {
        var moved = _contacts.Grow();
        _grace.Move(moved);
        _answers.Move(moved);
        _sources.MoveHeld(moved);
    }

    // Packet time stands still on a quiet interface, so the owner calls Advance from its idle hook too.
    private void Judge(long now)
    {
        _second = (uint)(Now / Second);
        Judge(_grace, now);
        Judge(_answers, now);
        _flood.Tick(_second);
        Loud.Tick(Now);
        _wake = Math.Min((_second + 1) * Second, Math.Min(_grace.Deadline, _answers.Deadline));
    }

    private void Judge(WaitQueue queue, long now)
    {
        while (queue.TryDequeue(now, out var slot, out var firstSeen)) JudgeSilence(queue, slot, firstSeen);
    }

    // First the contacts that are due soon, later, when these are here, the sources that they name.
    private void FetchNext(WaitQueue queue)
    {
        _contacts.Prefetch(queue.Ahead(2 * FetchAhead));
        ref var soon = ref _contacts[queue.Ahead(FetchAhead)];
        if (soon.State == ContactState.Asked) _sources.Prefetch(SourceKey.Fold(soon.Source));
    }

    private void JudgeSilence(WaitQueue queue, int slot, long firstSeen)
    {
        FetchNext(queue);
        ref var entry = ref _contacts[slot];
        if (entry.FirstSeen != firstSeen || !(entry.State == ContactState.Asked || IsLone(entry))) return;
        var destination = entry.Destination;
        if (_vantage.IsOwn(destination))
        {
            // Asked again: the service may have started since, or the look-up may have been a second old.
            if (_vantage.Listens(entry.Protocol, entry.Port, entry.Destination)) entry.State = ContactState.Neutral;
            else Fail(slot, Outcome.Unserved);
            return;
        }
        var talked = (_sources.Get(destination, _second).Flags & SourceFlags.Talked) != 0;
        Fail(slot, talked ? Outcome.Silent : _anyAnswers ? Outcome.Dark : Outcome.OneWay);
    }

    private bool IsLone(in ContactEntry entry) =>
        entry.State == ContactState.Stray && entry.Packets <= LoneSegments
        && (_sources.Get(SourceKey.Fold(entry.Source), _second).Flags & SourceFlags.Converses) == 0;

    private void Wait(int slot, ref ContactEntry entry)
    {
        var own = _vantage.IsOwn(entry.Destination);
        if (own && _vantage.Listens(entry.Protocol, entry.Port, entry.Destination))
        {
            entry.Traits |= Traits.Listener;
            _flood.CountClient(_second);
            return;
        }
        var queue = own ? _grace : _answers;
        if (queue.IsFull)
        {
            Counters.JudgedEarly++;
            if (queue.TryDequeue(long.MaxValue, out var oldest, out var firstSeen)) JudgeSilence(queue, oldest, firstSeen);
        }
        queue.Enqueue(entry.FirstSeen, slot);
        _wake = Math.Min(_wake, queue.Deadline);
    }

    private bool Holds(in ContactEntry entry) => _flood.IsFlood || (_options.HoldSingles && !entry.Kind.IsStealth());

    private void Release(ref SourceEntry source, int newest)
    {
        source.Flags &= ~SourceFlags.Holds;
        if (source.Held == newest) return;
        ref var held = ref _contacts[source.Held];
        var same = (held.Flags & ContactFlags.Held) != 0 && SourceKey.Fold(held.Source) == source.Address;
        if (!same) return;
        held.Flags &= ~ContactFlags.Held;
        Counters.Withheld--;
        Pass(ref source, ref held);
    }

    private void Pass(ref SourceEntry source, ref ContactEntry entry)
    {
        if (source.Facts < ushort.MaxValue) source.Facts++;
        Counters.Facts++;
        var credit = source.Credit;
        source.Credit = 0;
        entry.Kinds |= (ushort)(1 << (int)entry.Kind);
        _sink.Take(FactOf(entry, credit));
    }

    private Fact FactOf(in ContactEntry entry, byte credit) => new(
        entry.Source, entry.Destination, entry.Protocol, entry.Port, entry.Kind, entry.Outcome, entry.Traits, entry.TcpFlags,
        (entry.Flags & ContactFlags.Proven) != 0, credit, entry.Packets, new(entry.FirstSeen), new(Now),
        _services.HostsOf(SourceKey.Fold(entry.Source), entry.Protocol, entry.Port));

    private static long Nanoseconds(TimeSpan time) => time.Ticks * 100;
}
