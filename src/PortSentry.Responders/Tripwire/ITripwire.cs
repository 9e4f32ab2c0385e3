using PortSentry.Core;
using PortSentry.Core.Addresses;

namespace PortSentry.Responders.Tripwire;

/// <summary>The kernel's side of the tripwire. Expected failures are values. Safe to call from several threads.</summary>
public interface ITripwire
{
    /// <summary>Installs the rules anew, inert and without a friend; what was held is held no longer.</summary>
    ResponderResult Install();

    /// <summary>Raised on any thread: somebody else touched our table, which may no longer be <see cref="IsIntact"/>.</summary>
    event Action? Disturbed;

    /// <summary>False where somebody else changed or deleted the rules since <see cref="Install"/>.</summary>
    bool IsIntact();

    /// <summary>Takes everything of ours out. Succeeds where nothing is there.</summary>
    ResponderResult Remove();

    /// <summary>Lets it count and hold for this long; call again before it is over. Fails where the table is gone.</summary>
    ResponderResult StayAwake(TimeSpan lasts);

    /// <summary>Who passes before anything is asked.</summary>
    ResponderResult SetFriends(IReadOnlyCollection<Prefix> friends);

    /// <summary>Our own IPv6 addresses: their /64 networks hold neighbours, each of which is counted by itself.</summary>
    ResponderResult SetNear(IReadOnlyCollection<Address> own);

    /// <summary>The port does not count until <see cref="Count"/>.</summary>
    ResponderResult Exempt(IpProtocol protocol, ushort port);

    /// <summary>The port counts again.</summary>
    ResponderResult Count(IpProtocol protocol, ushort port);

    /// <summary>Nobody of the target is held any longer.</summary>
    ResponderResult Release(Prefix target);

    /// <summary>Lets the address (or /64) pass for this long.</summary>
    ResponderResult Spare(Prefix target, TimeSpan lasts);
}
