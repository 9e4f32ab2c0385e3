using PortSentry.Core.Detection;

namespace PortSentry.Daemon.Configuration;

public enum ClassicMode
{
    Off,

    /// <summary>tcp, udp: ports are really bound.</summary>
    Bound,

    /// <summary>stcp, sudp: the listed ports are watched.</summary>
    Stealth,

    /// <summary>atcp, audp: every port below a limit that no service holds.</summary>
    Advanced,
}

/// <summary>BLOCK_TCP and BLOCK_UDP: 0, 1, 2.</summary>
public enum ClassicAnswer
{
    None,
    All,
    Command,
}

/// <param name="Below">Ports from 1 to the one before this are watched.</param>
public sealed record ClassicAdvanced(int Below, IReadOnlyList<PortRange> Exclude);

/// <summary>What a classic portsentry.conf said.</summary>
public sealed record ClassicOptions
{
    public required bool Enabled { get; init; }

    public required ClassicMode TcpMode { get; init; }

    public required ClassicMode UdpMode { get; init; }

    public required IReadOnlyList<PortRange> TcpPorts { get; init; }

    public required IReadOnlyList<PortRange> UdpPorts { get; init; }

    public required ClassicAdvanced AdvancedTcp { get; init; }

    public required ClassicAdvanced AdvancedUdp { get; init; }

    /// <summary>Distinct ports forgiven: the answer comes at number ScanTrigger + 1.</summary>
    public required int ScanTrigger { get; init; }

    public required ClassicAnswer BlockTcp { get; init; }

    public required ClassicAnswer BlockUdp { get; init; }

    /// <summary>Empty is none.</summary>
    public required string Banner { get; init; }

    public required bool ResolveHost { get; init; }

    public required string? HistoryFile { get; init; }

    /// <summary>Without the mode's suffix.</summary>
    public required string? BlockedFile { get; init; }
}
