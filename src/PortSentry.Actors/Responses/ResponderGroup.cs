using System.Collections.Immutable;
using PortSentry.Core;
using PortSentry.Core.Addresses;
using PortSentry.Core.Response;
using PortSentry.Responders;

namespace PortSentry.Actors.Responses;

/// <summary>The responders as children of <see cref="ResponseActor"/>; used on its turns only.</summary>
internal sealed class ResponderGroup(ResponseSettings settings)
{
    private readonly Dictionary<string, IActorRef> _children = [];
    private readonly Dictionary<string, IBlockResponder> _responders = [];

    // Those that end, with who comes after them: two would fight over the same traces.
    private readonly Dictionary<string, (IActorRef Child, IBlockResponder? Next)> _retiring = [];
    private readonly HashSet<string> _starting = [];
    private readonly HashSet<string> _comparing = [];
    private ImmutableArray<IActorRef> _first = [], _others = [];
    private int _changes;

    /// <summary>False while the policy is to log only: then nobody is asked to do anything but to undo.</summary>
    public bool IsRunning { get; private set; }

    /// <summary>Some have not said yet that what should be in force is.</summary>
    public bool IsStarting => _starting.Count > 0;

    public IReadOnlyList<IActorRef> Running => IsRunning ? [.. _children.Values] : [];

    /// <summary>Somebody will answer what is asked of them.</summary>
    public bool IsAnswering => IsRunning && _children.Count > 0;

    public string Names => string.Join(", ", _children.Keys);

    public void Create(IActorContext context)
    {
        foreach (var responder in settings.Responders()) Add(context, responder);
    }

    /// <summary>Other ones are configured.</summary>
    /// <param name="handovers">Names of those that leave what they hold to a successor.</param>
    /// <param name="wanted">Put in force by the new ones.</param>
    public void Change(IActorContext context, IReadOnlyList<string> handovers, IReadOnlyList<Block> wanted)
    {
        _changes++;
        var now = settings.Responders();
        foreach (var (name, responder) in _responders.ToList())
        {
            if (now.Contains(responder)) continue;
            _retiring[name] = (_children[name], null);
            _children[name].Tell(new ResponderActor.Retire(IsRunning && !handovers.Contains(name)));
            _responders.Remove(name);
            _children.Remove(name);
            _starting.Remove(name);
            _comparing.Remove(name);
        }
        foreach (var responder in now.Where(one => !_responders.ContainsValue(one)))
        {
            if (!_retiring.TryGetValue(responder.Name, out var before)) Start(context, responder, wanted);
            else _retiring[responder.Name] = (before.Child, responder);
        }
        Order();
    }

    /// <summary>One has ended.</summary>
    public void Retired(IActorContext context, string responder, IReadOnlyList<Block> wanted)
    {
        if (!_retiring.Remove(responder, out var ended)) return;
        context.Stop(ended.Child);
        if (ended.Next is { } next && settings.Responders().Contains(next)) Start(context, next, wanted);
    }

    /// <param name="wanted">Put in force at once.</param>
    public void Start(IReadOnlyList<Block> wanted)
    {
        IsRunning = true;
        foreach (var name in _children.Keys) Start(name, wanted);
    }

    /// <summary>One has just started: says to it what should be in force.</summary>
    public void Restore(string responder, IReadOnlyList<Block> wanted)
    {
        if (!_children.TryGetValue(responder, out var child)) return;
        _comparing.Add(responder);
        child.Tell(new ResponderActor.Reconcile(wanted, AtStart: true, Work: 0));
    }

    /// <summary>True when it was awaited.</summary>
    public bool HasStarted(string responder) => _starting.Remove(responder);

    // Those who want their turn first have it, and the last of them passes the word on.
    public void Apply(Block block, Undertaking? work, Instant? evidence)
    {
        var apply = new ResponderActor.Apply(block, Expect(work), []) { Evidence = evidence };
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
        if (IsRunning && _children.TryGetValue(responder, out var child) && _comparing.Add(responder)) child.Tell(new ResponderActor.Reconcile(wanted, AtStart: false, Work: 0));
    }

    public void Compared(string responder) => _comparing.Remove(responder);

    /// <summary>Null where it is no longer configured.</summary>
    public string? Describe(string responder, BlockRequest request) => _responders.GetValueOrDefault(responder)?.Describe(request);

    private void Start(IActorContext context, IBlockResponder responder, IReadOnlyList<Block> wanted)
    {
        Add(context, responder);
        if (IsRunning) Start(responder.Name, wanted);
    }

    private void Start(string name, IReadOnlyList<Block> wanted)
    {
        _starting.Add(name);
        _children[name].Tell(new ResponderActor.Start());
        Restore(name, wanted);
    }

    private void Add(IActorContext context, IBlockResponder responder)
    {
        // The name of one that ends is free a moment later.
        var path = _changes == 0 ? responder.Name : $"{responder.Name}-{_changes}";
        _children.Add(responder.Name, context.ActorOf(ResponderActor.PropsFor(responder, new ResponderSettings(settings.Time, settings.CallPatience)), path));
        _responders.Add(responder.Name, responder);
        Order();
    }

    private void Order()
    {
        _first = [.. _children.Where(child => _responders[child.Key].First).Select(static child => child.Value)];
        _others = [.. _children.Where(child => !_responders[child.Key].First).Select(static child => child.Value)];
    }

    private long Expect(Undertaking? work)
    {
        if (work is null) return 0;
        foreach (var name in _children.Keys) work.Expect(name);
        return work.Id;
    }
}
