using PortSentry.Core.Addresses;

namespace PortSentry.Actors.Sources;

/// <summary>
/// The parent of all source actors of this node: makes one at its first fact, and lets idle ones go without losing what arrives
/// meanwhile. In a cluster, sharding stands in its place.
/// </summary>
public sealed class SourceRegion : ReceiveActor
{
    private readonly SourceSettings _settings;
    private readonly Dictionary<Prefix, IActorRef> _sources = [];

    // Sources on their way out, with what arrived for them meanwhile.
    private readonly Dictionary<Prefix, Queue<(object Message, IActorRef Sender)>> _leaving = [];
    private long _facts;
    private long _passivated;

    public SourceRegion(SourceSettings settings)
    {
        _settings = settings;
        Receive<ISourceMessage>(Route);
        Receive<Passivate>(Release);
        Receive<SourceGone>(gone => Gone(gone.Source));
        Receive<GetLiveSources>(_ => Sender.Tell(new LiveSources([.. _sources.Keys])));
        Receive<GetRegionStatus>(_ => Sender.Tell(new RegionStatus(_sources.Count, _facts, _passivated)));
    }

    public static Props PropsFor(SourceSettings settings) => Props.Create(() => new SourceRegion(settings));

    private void Route(ISourceMessage message)
    {
        if (message is FactSeen) _facts++;
        if (_leaving.TryGetValue(message.Source, out var waiting)) waiting.Enqueue((message, Sender));
        else SourceOf(message.Source).Forward(message);
    }

    private IActorRef SourceOf(Prefix source)
    {
        if (_sources.TryGetValue(source, out var actor)) return actor;
        actor = Context.ActorOf(SourceActor.PropsFor(source, _settings), source.ToString().Replace('/', '-'));
        Context.WatchWith(actor, new SourceGone(source));
        return _sources[source] = actor;
    }

    private void Release(Passivate passivate)
    {
        if (!_sources.TryGetValue(passivate.Source, out var actor) || !_leaving.TryAdd(passivate.Source, new())) return;
        _passivated++;
        actor.Tell(LeaveMemory.Instance);
    }

    private void Gone(Prefix source)
    {
        _sources.Remove(source);
        if (!_leaving.Remove(source, out var waiting)) return;
        foreach (var (message, sender) in waiting) SourceOf(source).Tell(message, sender);
    }

    private sealed record SourceGone(Prefix Source);
}
