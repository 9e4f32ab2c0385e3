using PortSentry.Actors.Responses;
using PortSentry.Core;
using PortSentry.Core.Addresses;
using PortSentry.Core.Detection;
using PortSentry.Core.Response;
using PortSentry.Responders;

namespace PortSentry.Actors.Tests.Responses;

/// <summary>A ResponseActor with fakes around it.</summary>
public abstract class ResponseSpec : ActorSpec
{
    protected static readonly Prefix Attacker = Prefix.Parse("192.0.2.1");

    // Of a loaded machine.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly List<Notice> _heard = [];
    private IActorRef? _response;

    private protected FakeProtection Protection { get; } = new();

    private protected FakeGates Gates { get; } = new();

    private protected LivePolicy Policy { get; } = new(DetectionPolicy.Default, ResponsePolicy.Default with { Enforce = true });

    /// <summary>The configuration.</summary>
    private protected IReadOnlyList<FakeResponder> Configured { get; set; } = [];

    protected IActorRef Response => _response ?? throw new InvalidOperationException("Start it first.");

    private TestProbe? _notices;
    private TestProbe? _sources;

    protected TestProbe Sources => _sources ??= CreateTestProbe();

    private TestProbe Reporter => _notices ??= CreateTestProbe();

    /// <summary>All notices of what the actor has answered so far, in order.</summary>
    protected IReadOnlyList<Notice> Notices
    {
        get
        {
            // The probe is an actor: what it was told before this mark it has taken in when the mark comes back.
            var mark = new object();
            Reporter.Ref.Tell(mark, TestActor);
            while (Reporter.ExpectMsg<object>(Patience) is Notice notice) _heard.Add(notice);
            return _heard;
        }
    }

    private protected void Start(params FakeResponder[] responders)
    {
        StartWithoutWaiting(responders);
        Response.Tell(AwaitReady.Instance, TestActor);
        ExpectMsg<ResponseReady>();
    }

    private protected void StartWithoutWaiting(params FakeResponder[] responders)
    {
        Configured = responders;
        var settings = new ResponseSettings(Policy, () => Configured, Protection, Gates, Reporter, () => Sources, Time);
        _response = Sys.ActorOf(ResponseActor.PropsFor(settings));
    }

    /// <summary>As a kill and a start would, but for what the fakes hold.</summary>
    private protected void Restart(params FakeResponder[] responders)
    {
        Stop();
        Start(responders);
    }

    protected void Stop()
    {
        Watch(Response);
        Sys.Stop(Response);
        ExpectTerminated(Response);
    }

    /// <param name="source">An address; its source key is the target.</param>
    protected static ScanSeen Scan(string source, bool proven = true, bool isNew = true, ushort port = 111)
    {
        var address = Address.Parse(source);
        var at = new Instant(1_700_000_000_000_000_000);
        var fact = new Fact(
            address, Address.Parse("198.51.100.1"), IpProtocol.Tcp, port, ProbeKind.TcpSyn, Outcome.Refused, Traits.None, 2, proven, 0, 1, at, at);
        var verdict = new ScanDetected(at, ScanShape.Vertical, [ProbeKind.TcpSyn], 5, 4, 1, 4, proven, at, IpProtocol.Tcp, port);
        return new ScanSeen(SourceKey.Of(address), fact, verdict, isNew, proven);
    }

    protected void See(ScanSeen scan) => Response.Tell(scan, TestActor);

    /// <summary>Asked after everything told before.</summary>
    protected IReadOnlyList<Block> Active()
    {
        Response.Tell(GetActiveBlocks.Instance, TestActor);
        return ExpectMsg<ActiveBlocks>(Patience).Blocks;
    }

    protected Answer Command(object command)
    {
        Response.Tell(command, TestActor);
        return ExpectMsg<Answer>();
    }

    protected int CountOf(string text) => Notices.Count(notice => notice.Text.Contains(text, StringComparison.Ordinal));
}
