using PortSentry.Core.Addresses;

namespace PortSentry.Daemon.Configuration;

public enum HomeKind
{
    /// <summary>The addresses of this machine (live), or all (files; what never answers weighs less).</summary>
    Auto,

    /// <summary>Every destination.</summary>
    Any,

    Networks,
}

/// <param name="Networks">Empty unless the kind is Networks.</param>
public sealed record HomeOptions(HomeKind Kind, IReadOnlyList<Prefix> Networks);
