using PortSentry.Actors.Sources;
using PortSentry.Core;
using PortSentry.Core.Addresses;
using PortSentry.Core.Detection;
using PortSentry.Core.Response;

namespace PortSentry.Actors.Tests.Sources;

/// <summary>A region of sources that tells its verdicts to the test.</summary>
public abstract class SourceSpec : ActorSpec
{
    protected static readonly Prefix Attacker = Prefix.Parse("192.0.2.1");
    protected static readonly TimeSpan Idle = TimeSpan.FromMinutes(2);

    private TestProbe? _response;
    private IActorRef? _region;

    protected TestProbe Response => _response ??= CreateTestProbe();

    protected IActorRef Region => _region ??= Sys.ActorOf(SourceRegion.PropsFor(Settings));

    protected SourceSettings Settings => new(new LivePolicy(DetectionPolicy.Default, ResponsePolicy.Default), Response, Idle) { EventsKept = 16 };

    protected void Refuse(int port, bool proven = false, string source = "192.0.2.1", TimeSpan? after = null)
    {
        var at = new Instant(1_700_000_000_000_000_000) + (after ?? TimeSpan.Zero);
        Region.Tell(
            new FactSeen(new Fact(
                Address.Parse(source), Address.Parse("198.51.100.1"), IpProtocol.Tcp, (ushort)port, ProbeKind.TcpSyn, Outcome.Refused, Traits.None, 2, proven, 0, 1, at, at)),
            TestActor);
    }

    /// <summary>Asked after everything told before.</summary>
    protected SourceState State(Prefix? source = null)
    {
        Region.Tell(new ExplainSource(source ?? Attacker), TestActor);
        return ExpectMsg<SourceExplained>().State;
    }

    protected RegionStatus Status()
    {
        Region.Tell(GetRegionStatus.Instance, TestActor);
        return ExpectMsg<RegionStatus>();
    }
}
