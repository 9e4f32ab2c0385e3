using PortSentry.Capture.Challenge;
using PortSentry.Capture.Packets;
using PortSentry.Core;
using PortSentry.Core.Detection;

namespace PortSentry.Capture.Contacts;

/// <summary>TCP (RFC 9293): who asked, who answered, and what came of it.</summary>
internal sealed class TcpClassifier(Gate gate)
{
    private const TcpFlags Meaning = TcpFlags.Fin | TcpFlags.Syn | TcpFlags.Rst | TcpFlags.Psh | TcpFlags.Ack | TcpFlags.Urg;
    private const ushort FtpControl = 21;

    // A bare RST within 10 s of the SYN answers our SYN-ACK; a later one is a client that vanished and came back.
    private const long HalfOpenWithin = 10_000_000_000;

    // A SYN-ACK sent again comes after a second at the earliest (RFC 6298 2.1), then after twice as long; what comes sooner is a copy, on another of the captured interfaces.
    private const long RepeatAfter = 750_000_000;
    private const ushort FtpData = 20;
    private const ushort LowestOfClients = 512;

    public void Take(in Segment segment)
    {
        var flags = segment.Flags & Meaning;
        if ((flags & TcpFlags.Syn) != 0)
        {
            if ((flags & (TcpFlags.Fin | TcpFlags.Rst)) != 0) Odd(segment, flags);
            else if ((flags & TcpFlags.Ack) != 0) TakeSynAck(segment);
            else TakeSyn(segment);
        }
        else if ((flags & TcpFlags.Rst) != 0) TakeRst(segment);
        else if ((flags & TcpFlags.Ack) == 0) Odd(segment, flags);
        else TakeAck(segment);
    }

    private void TakeSyn(in Segment segment)
    {
        var kind = segment.HasStackOptions ? ProbeKind.TcpConnect : ProbeKind.TcpSyn;
        var slot = gate.Find(segment.Forward);
        if (slot >= 0)
        {
            gate.Repeat(slot, kind);
            return;
        }
        // Active FTP (RFC 959 3.2): the server opens the data connection that its client asked for.
        if (segment.SourcePort == FtpData && gate.Find(segment.Backward with { Port = FtpControl }) >= 0) return;
        var state = IsPassiveFtp(segment) ? ContactState.Neutral : ContactState.Asked;
        gate.Open(segment.Forward, state, kind, segment.Traits, (byte)segment.Flags);
    }

    // Passive FTP (RFC 959 4.1.2): who holds a control connection is told which high ports to ask, and a firewall may refuse them. What
    // a scanner gains: the high ports of a host whose FTP server talks to it.
    private bool IsPassiveFtp(in Segment segment) =>
        segment.DestinationPort >= 1024 && gate.Find(segment.Forward with { Port = FtpControl }) is >= 0 and var control
        && gate.At(control).State is ContactState.Answered or ContactState.Connected or ContactState.Served;

    private void TakeSynAck(in Segment segment)
    {
        if (gate.Vantage.IsChallenge(new Flow(segment.Source, segment.SourcePort, segment.Destination, segment.DestinationPort), segment.Sequence)) return;
        gate.NoteAnswer(segment.Source);
        var slot = gate.Find(segment.Backward);
        if (slot < 0)
        {
            // Backscatter comes from a service's port; from a client's port to a service's it is a probe.
            if (IsQuestionShaped(segment)) gate.Open(segment.Forward, ContactState.Stray, ProbeKind.TcpAck, segment.Traits, (byte)segment.Flags);
            else gate.NoteClient(segment.Backward);
            return;
        }
        ref var entry = ref gate.At(slot);
        switch (entry.State)
        {
            // Answered late, or asked again until the service was there: the failure stands, and the success to come makes up for it.
            case ContactState.Failed when entry.Outcome is Outcome.Refused or Outcome.Unserved or Outcome.Silent or Outcome.Dark or Outcome.OneWay:
            case ContactState.Asked or ContactState.Stray:
                entry.State = ContactState.Answered;
                entry.Cookie = segment.Sequence + 1;
                entry.Answers = 1;
                break;
            case ContactState.Answered:
                // The same sequence number again: the ACK never came. Another one belongs to another connection.
                if (entry.Cookie != segment.Sequence + 1)
                {
                    entry.Cookie = segment.Sequence + 1;
                    entry.Answers = 1;
                }
                else if (gate.Now - entry.FirstSeen >= entry.Answers * RepeatAfter && ++entry.Answers > gate.Options.HalfOpenRepeats)
                    gate.Fail(slot, Outcome.HalfOpen);
                break;
        }
    }

    /// <summary>True when further data of this connection can teach nothing more.</summary>
    public bool TakeAck(in Segment segment)
    {
        // The lower port serves, as a rule: look there first.
        var slot = -1;
        var forward = segment.DestinationPort <= segment.SourcePort;
        if (forward) slot = gate.Find(segment.Forward);
        if (slot < 0)
        {
            slot = gate.Find(segment.Backward);
            if (slot >= 0 && !IsBelied(slot, segment))
            {
                FromAnswerer(slot, segment);
                return IsSettled(slot);
            }
            slot = forward ? -1 : gate.Find(segment.Forward);
        }
        if (slot >= 0)
        {
            FromAsker(slot, segment);
            return IsSettled(slot);
        }
        TakeStray(segment);
        return false;
    }

    private bool IsSettled(int slot) => gate.At(slot).State is ContactState.Served or ContactState.Neutral;

    // Who was taken for a server because a segment of its looked like an answer: no client asks from a port below 512 (rresvport(3)).
    private bool IsBelied(int slot, in Segment segment) =>
        segment.DestinationPort < LowestOfClients && gate.At(slot) is { State: ContactState.Neutral, Kind: ProbeKind.TcpAck };

    private void FromAsker(int slot, in Segment segment)
    {
        ref var entry = ref gate.At(slot);
        entry.Packets++;
        switch (entry.State)
        {
            case ContactState.Answered or ContactState.Connected:
                if (segment.Acknowledgement == entry.Cookie) entry.Flags |= ContactFlags.Proven;
                entry.State = ContactState.Connected;
                entry.Kind = ProbeKind.TcpConnect;
                if (Completes(segment)) gate.Serve(slot);
                break;
            // The other direction takes another road; not so where we are the other end, and see what we answer.
            case ContactState.Asked when Completes(segment) && !gate.Vantage.IsOwn(entry.Destination):
                gate.Serve(slot);
                break;
            case ContactState.Stray when segment.Payload > 0:
                Continues(ref entry);
                break;
        }
    }

    private void FromAnswerer(int slot, in Segment segment)
    {
        ref var entry = ref gate.At(slot);
        switch (entry.State)
        {
            // Many a server greets whoever connects, a scanner too: only an end in order tells more than the client's own data.
            case ContactState.Answered or ContactState.Connected when segment.Has(TcpFlags.Fin):
                gate.Serve(slot);
                break;
            case ContactState.Stray:
                Continues(ref entry);
                break;
        }
    }

    // A connection that began before us.
    private void Continues(ref ContactEntry entry)
    {
        entry.State = ContactState.Neutral;
        gate.NoteConversation(entry.Source);
    }

    private static bool Completes(in Segment segment) => segment.Payload > 0 || segment.Has(TcpFlags.Fin);

    private void TakeStray(in Segment segment)
    {
        // Data and a stack's timestamps belong to a connection.
        var carries = segment.Payload > 0 || segment.HasStackOptions;
        var reply = ReplyShape.Is(segment.SourcePort, segment.DestinationPort);
        if ((reply && (carries || ReplyShape.IsEphemeral(segment.DestinationPort))) || (segment.Payload > 0 && !IsQuestionShaped(segment)))
        {
            // A conversation that began before us. Remember who serves, so that its end accuses nobody.
            gate.Open(reply ? segment.Backward : segment.Forward, ContactState.Neutral, ProbeKind.TcpAck, Traits.None, 0);
            return;
        }
        var kind = segment.Has(TcpFlags.Fin) ? ProbeKind.TcpMaimon : ProbeKind.TcpAck;
        // The lower port serves, as a rule.
        var traits = carries || IsFromLowerPort(segment) ? segment.Traits | Traits.Laden : segment.Traits;
        var slot = gate.Open(segment.Forward, ContactState.Stray, kind, traits, (byte)segment.Flags);
        if (segment.Payload > 0) gate.NoteConversation(segment.Source);
        // A FIN ends many an idle connection whose peer is long gone.
        if (slot >= 0 && kind == ProbeKind.TcpAck && !carries && !reply) gate.AwaitAnswer(slot);
    }

    private static bool IsQuestionShaped(in Segment segment) => ReplyShape.Is(segment.DestinationPort, segment.SourcePort);

    private static bool IsFromLowerPort(in Segment segment) =>
        segment.SourcePort < segment.DestinationPort && segment.DestinationPort >= 1024 && !ReplyShape.IsEphemeral(segment.SourcePort);

    private void TakeRst(in Segment segment)
    {
        var slot = gate.Find(segment.Backward);
        if (slot >= 0)
        {
            Refuse(slot, segment);
            return;
        }
        slot = gate.Find(segment.Forward);
        if (slot >= 0) Abandon(slot, segment);
        else InferFromRst(segment);
    }

    private void Refuse(int slot, in Segment segment)
    {
        ref var entry = ref gate.At(slot);
        switch (entry.State)
        {
            case ContactState.Asked or ContactState.Stray:
                gate.NoteAnswer(segment.Source);
                gate.Fail(slot, Outcome.Refused);
                break;
            case ContactState.Answered or ContactState.Connected:
                entry.State = ContactState.Neutral; // the server's own doing
                break;
        }
    }

    private void Abandon(int slot, in Segment segment)
    {
        ref var entry = ref gate.At(slot);
        entry.Packets++;
        if (entry.State is not (ContactState.Answered or ContactState.Connected)) return;
        // A stack without a socket answers our SYN-ACK with a bare RST (RFC 9293 3.10.7.1); a socket that was connected and then
        // thrown away sends RST with ACK, and its number proves that it got our answer.
        if (segment.Has(TcpFlags.Ack) || entry.State == ContactState.Connected)
        {
            if (segment.Has(TcpFlags.Ack) && segment.Acknowledgement == entry.Cookie) entry.Flags |= ContactFlags.Proven;
            entry.Kind = ProbeKind.TcpConnect;
            gate.Fail(slot, Outcome.Abandoned);
        }
        else if (gate.Now - entry.FirstSeen > HalfOpenWithin) entry.State = ContactState.Neutral;
        else gate.Fail(slot, Outcome.HalfOpen);
    }

    /// <summary>
    /// A RST without the segment that asked for it: the kernel filter held that back, or the capture lacks it (a file of answers). Without
    /// ACK it answers a segment with ACK; with ACK and sequence number 0 it answers one without (RFC 9293 3.10.7.1). In a file only the
    /// latter says something, and little: connections that began before it end with the former. So do those to our services that we lost with a restart.
    /// </summary>
    private void InferFromRst(in Segment segment)
    {
        if (!gate.Vantage.IsHome(segment.Source) || ReplyShape.Is(segment.DestinationPort, segment.SourcePort)) return;
        var isLive = gate.Vantage.HidesAcks;
        var answersAck = !segment.Has(TcpFlags.Ack);
        if (answersAck ? !isLive || gate.Vantage.IsServed(IpProtocol.Tcp, segment.SourcePort, segment.Source) : segment.Sequence != 0) return;
        var slot = gate.Open(
            segment.Backward, ContactState.Stray, answersAck ? ProbeKind.TcpAck : ProbeKind.TcpSyn, Traits.None, (byte)(answersAck ? TcpFlags.Ack : TcpFlags.Syn));
        if (slot >= 0) gate.Fail(slot, isLive ? Outcome.Refused : Outcome.Inferred);
    }

    /// <summary>Flags that open nothing and belong to nothing: evidence by themselves.</summary>
    private void Odd(in Segment segment, TcpFlags flags)
    {
        var slot = gate.Find(segment.Forward);
        if (slot < 0)
        {
            if (gate.Find(segment.Backward) >= 0) return; // from the other end of a conversation we know
            slot = gate.Open(segment.Forward, ContactState.Stray, KindOf(flags), segment.Traits, (byte)segment.Flags);
            if (slot >= 0) gate.Fail(slot, Outcome.Odd);
            return;
        }
        ref var entry = ref gate.At(slot);
        entry.Packets++;
        if (entry.State is ContactState.Connected or ContactState.Served or ContactState.Neutral) return; // damage within a conversation
        if (entry.State is ContactState.Asked or ContactState.Answered && flags == TcpFlags.Fin) return; // macOS gives a connection up so
        var kind = KindOf(flags);
        if (entry.State == ContactState.Failed && gate.Gave(slot, kind) && !gate.Reopen(slot, kind)) return;
        entry.Kind = kind;
        entry.TcpFlags = (byte)segment.Flags;
        entry.Traits |= segment.Traits;
        gate.Fail(slot, Outcome.Odd);
    }

    private static ProbeKind KindOf(TcpFlags flags) => flags switch
    {
        TcpFlags.None => ProbeKind.TcpNull,
        TcpFlags.Fin => ProbeKind.TcpFin,
        TcpFlags.Fin | TcpFlags.Psh | TcpFlags.Urg => ProbeKind.TcpXmas,
        _ => ProbeKind.TcpOther,
    };
}
