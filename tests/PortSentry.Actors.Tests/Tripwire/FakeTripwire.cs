using System.Collections.Concurrent;
using PortSentry.Core;
using PortSentry.Core.Addresses;
using PortSentry.Responders;
using PortSentry.Responders.Tripwire;

namespace PortSentry.Actors.Tests.Tripwire;

/// <summary>Writes down what is asked of the kernel.</summary>
internal sealed class FakeTripwire : ITripwire
{
    private readonly ConcurrentQueue<string> _calls = new();

    public IReadOnlyList<string> Calls => [.. _calls];

    public bool IsInstalled { get; private set; }

    /// <summary>As after somebody's 'nft flush ruleset'.</summary>
    public void Vanish() => IsInstalled = false;

    public event Action? Disturbed;

    /// <summary>The kernel says that somebody touched the rules.</summary>
    public void Disturb() => Disturbed?.Invoke();

    public bool IsIntact() => IsInstalled;

    public ResponderResult Install()
    {
        IsInstalled = true;
        return Note("install");
    }

    public ResponderResult Remove()
    {
        IsInstalled = false;
        return Note("remove");
    }

    public ResponderResult StayAwake(TimeSpan lasts) => Note($"awake {lasts.TotalSeconds}");

    public ResponderResult SetFriends(IReadOnlyCollection<Prefix> friends) => Note($"friends {string.Join(' ', friends)}");

    public ResponderResult SetNear(IReadOnlyCollection<Address> own) => Note($"near {string.Join(' ', own)}");

    public ResponderResult Exempt(IpProtocol protocol, ushort port) => Note($"exempt {protocol} {port}");

    public ResponderResult Count(IpProtocol protocol, ushort port) => Note($"count {protocol} {port}");

    public ResponderResult Release(Prefix target) => Note($"release {target}");

    public ResponderResult Spare(Prefix target, TimeSpan lasts) => Note($"spare {target} {lasts.TotalSeconds}");

    private ResponderResult Note(string call)
    {
        _calls.Enqueue(call);
        return IsInstalled || call == "remove" ? ResponderResult.Done : ResponderResult.Later("no such table");
    }
}

/// <summary>Nothing is ever reported: tests tell the actor themselves.</summary>
internal sealed class SilentLog : ITripwireLog
{
    public long Lost => 0;

    public void Run(TripwireReport report, Func<bool> isRelieved, CancellationToken stop) => stop.WaitHandle.WaitOne();

    public void Dispose()
    {
    }
}
