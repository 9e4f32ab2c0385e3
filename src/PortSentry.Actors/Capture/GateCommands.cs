using System.Collections.Concurrent;
using System.Collections.Immutable;
using PortSentry.Actors.Responses;
using PortSentry.Capture.Contacts;
using PortSentry.Core.Addresses;

namespace PortSentry.Actors.Capture;

/// <summary>Commands for one gate, carried out by the capture thread that owns it. Survives the restart of a capture loop.</summary>
public sealed class GateCommands
{
    private readonly ConcurrentQueue<(Prefix Target, bool Block)> _queue = new();
    private readonly Func<IEnumerable<Prefix>> _blocked;

    internal GateCommands(Func<IEnumerable<Prefix>> blocked, ServedContacts served) => (_blocked, Served) = (blocked, served);

    /// <summary>Shared by all gates.</summary>
    public ServedContacts Served { get; }

    /// <summary>Called on the capture thread.</summary>
    public void ApplyTo(Gate gate)
    {
        while (_queue.TryDequeue(out var command))
        {
            if (command.Block) gate.Block(command.Target.Network);
            else gate.Forget(command.Target.Network);
        }
    }

    /// <summary>For a gate just made: all blocks in force.</summary>
    public void Restore(Gate gate)
    {
        // What was said to no gate is part of them.
        _queue.Clear();
        foreach (var target in _blocked()) gate.Block(target.Network);
    }

    internal void Enqueue(Prefix target, bool block) => _queue.Enqueue((target, block));
}

/// <summary>All gates of this daemon, and the blocks in force that each of them is told of.</summary>
public sealed class GateControl : IGateControl
{
    private readonly ConcurrentDictionary<Prefix, long> _blocked = new();
    private ImmutableArray<GateCommands> _gates = [];
    private long _order;

    /// <summary>What any of the gates saw succeed.</summary>
    public ServedContacts Served { get; } = new();

    public void Block(Prefix target)
    {
        _blocked[target] = Interlocked.Increment(ref _order);
        foreach (var gate in _gates) gate.Enqueue(target, true);
    }

    public void Forget(Prefix target)
    {
        _blocked.TryRemove(target, out _);
        foreach (var gate in _gates) gate.Enqueue(target, false);
    }

    /// <summary>Commands for one more gate.</summary>
    public GateCommands Open()
    {
        var gate = new GateCommands(() => _blocked.Keys, Served);
        ImmutableInterlocked.Update(ref _gates, static (gates, gate) => gates.Add(gate), gate);
        return gate;
    }

    /// <summary>The gate is gone for good.</summary>
    public void Close(GateCommands gate) => ImmutableInterlocked.Update(ref _gates, static (gates, gate) => gates.Remove(gate), gate);

    /// <summary>The blocks that came into force last, the newest first: the likeliest to be still at it.</summary>
    public IReadOnlyList<Prefix> Newest(int most)
    {
        // Of tens of thousands a few are asked for, twice a second: no sorting of all.
        var newest = new PriorityQueue<Prefix, long>();
        foreach (var (target, order) in _blocked)
        {
            if (newest.Count < most) newest.Enqueue(target, order);
            else newest.EnqueueDequeue(target, order);
        }
        var targets = new Prefix[newest.Count];
        for (var i = targets.Length - 1; i >= 0; i--) targets[i] = newest.Dequeue();
        return targets;
    }
}
