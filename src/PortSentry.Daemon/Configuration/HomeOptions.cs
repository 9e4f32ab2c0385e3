using PortSentry.Core.Addresses;

namespace PortSentry.Daemon.Configuration;

public enum HomeKind
{
    /// <summary>The addresses of this machine (live), or those that answer (files).</summary>
    Auto,

    /// <summary>Every destination.</summary>
    Any,

    Networks,
}

/// <param name="Networks">Empty unless the kind is Networks.</param>
public sealed record HomeOptions(HomeKind Kind, IReadOnlyList<Prefix> Networks);
