using PortSentry.Core.Detection;

namespace PortSentry.Actors.Tripwire;

/// <summary>The kernel reports a first contact with a port without a socket.</summary>
/// <param name="IsHold">It was one too many: the sender is held.</param>
public sealed record ContactReported(Fact Fact, bool IsHold);

/// <summary>Takes the rules out, for a minute.</summary>
public sealed record FlushTripwire
{
    public static readonly FlushTripwire Instance = new();
}

/// <summary>Answered by <see cref="TripwireStatus"/>.</summary>
public sealed record GetTripwireStatus
{
    public static readonly GetTripwireStatus Instance = new();
}

/// <param name="IsArmed">The rules are in force and count.</param>
/// <param name="Error">The last failure; null when all is well.</param>
/// <param name="Contacts">First contacts that the kernel reported.</param>
/// <param name="Lost">Reports that the kernel dropped.</param>
public sealed record TripwireStatus(bool IsArmed, string? Error, long Contacts, long Holds, long Confirmed, long Released, bool IsFlooded, long Lost);
