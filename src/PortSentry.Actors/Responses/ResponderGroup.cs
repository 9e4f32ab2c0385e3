using System.Collections.Immutable;
using PortSentry.Core.Addresses;
using PortSentry.Core.Response;
using PortSentry.Responders;

namespace PortSentry.Actors.Responses;

/// <summary>The responders as children of <see cref="ResponseActor"/>; used on its turns only.</summary>
internal sealed class ResponderGroup(ResponseSettings settings)
{
    private readonly Dictionary<string, IActorRef> _children = [];
    private readonly HashSet<string> _starting = [];
    private readonly HashSet<string> _comparing = [];
    private ImmutableArray<IActorRef> _first = [], _others = [];

    /// <summary>False while the policy is to log only: then nobody is asked to do anything but to undo.</summary>
    public bool IsRunning { get; private set; }

    /// <summary>Some have not said yet that what should be in force is.</summary>
    public bool IsStarting => _starting.Count > 0;

    public IReadOnlyList<IActorRef> Running => IsRunning ? [.. _children.Values] : [];

    public string Names => string.Join(", ", _children.Keys);

    public void Create(IActorContext context)
    {
        foreach (var responder in settings.Responders)
        {
            var child = context.ActorOf(ResponderActor.PropsFor(responder, new ResponderSettings(settings.Time, settings.CallPatience)), responder.Name);
            _children.Add(responder.Name, child);
            if (responder.First) _first = _first.Add(child);
            else _others = _others.Add(child);
        }
    }

    /// <param name="wanted">Put in force at once.</param>
    public void Start(IReadOnlyList<Block> wanted)
    {
        IsRunning = true;
        foreach (var (name, child) in _children)
        {
            _starting.Add(name);
            child.Tell(new ResponderActor.Start());
            Restore(name, wanted);
        }
    }

    /// <summary>One has just started: says to it what should be in force.</summary>
    public void Restore(string responder, IReadOnlyList<Block> wanted)
    {
        _comparing.Add(responder);
        _children[responder].Tell(new ResponderActor.Reconcile(wanted, AtStart: true, Work: 0));
    }

    /// <summary>True when it was awaited.</summary>
    public bool HasStarted(string responder) => _starting.Remove(responder);

    // Those who want their turn first have it, and the last of them passes the word on.
    public void Apply(Block block, Undertaking? work)
    {
        var apply = new ResponderActor.Apply(block, Expect(work), []);
        for (var i = 0; i < _first.Length; i++) _first[i].Tell(i == _first.Length - 1 ? apply with { Then = _others } : apply);
        if (!_first.IsEmpty) return;
        foreach (var child in _others) child.Tell(apply);
    }

    public void Lift(Prefix target, Undertaking? work)
    {
        if (!IsRunning && work is null) return;
        var lift = new ResponderActor.Lift(target, Expect(work));
        foreach (var child in _children.Values) child.Tell(lift);
    }

    public void Flush(Undertaking work)
    {
        var flush = new ResponderActor.Flush(Expect(work));
        foreach (var child in _children.Values) child.Tell(flush);
    }

    /// <summary>Asked by nobody, it passes over those that have not answered the last time.</summary>
    public void Compare(IReadOnlyList<Block> wanted, Undertaking? work = null)
    {
        if (!IsRunning) return;
        var compare = new ResponderActor.Reconcile(wanted, AtStart: false, Expect(work));
        foreach (var (name, child) in _children)
            if (_comparing.Add(name) || work is not null) child.Tell(compare);
    }

    /// <summary>One has reason to believe that somebody else changed what it holds.</summary>
    public void Compare(string responder, IReadOnlyList<Block> wanted)
    {
        if (IsRunning && _comparing.Add(responder)) _children[responder].Tell(new ResponderActor.Reconcile(wanted, AtStart: false, Work: 0));
    }

    public void Compared(string responder) => _comparing.Remove(responder);

    public string Describe(string responder, BlockRequest request) => settings.Responders.First(one => one.Name == responder).Describe(request);

    private long Expect(Undertaking? work)
    {
        if (work is null) return 0;
        foreach (var name in _children.Keys) work.Expect(name);
        return work.Id;
    }
}
