using System.Collections.Concurrent;
using PortSentry.Actors.Responses;
using PortSentry.Capture.Contacts;
using PortSentry.Core.Addresses;

namespace PortSentry.Actors.Capture;

/// <summary>Commands for one gate, carried out by the capture thread that owns it. Survives the restart of a capture loop.</summary>
public sealed class GateCommands
{
    private readonly ConcurrentQueue<(Prefix Target, bool Block)> _queue = new();
    private readonly ConcurrentDictionary<Prefix, bool> _blocked = new();

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
        foreach (var target in _blocked.Keys) gate.Block(target.Network);
    }

    internal void Enqueue(Prefix target, bool block)
    {
        if (block) _blocked[target] = true;
        else _blocked.TryRemove(target, out _);
        _queue.Enqueue((target, block));
    }
}

/// <summary>All gates of this daemon.</summary>
public sealed class GateControl(IReadOnlyList<GateCommands> gates) : IGateControl
{
    public void Block(Prefix target) => Tell(target, true);

    public void Forget(Prefix target) => Tell(target, false);

    private void Tell(Prefix target, bool block)
    {
        foreach (var gate in gates) gate.Enqueue(target, block);
    }
}
