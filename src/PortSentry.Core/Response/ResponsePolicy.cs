namespace PortSentry.Core.Response;

/// <summary>How long a block lasts and who gets one. Defaults are those of config/portsentry.conf.</summary>
public sealed record ResponsePolicy
{
    public static readonly ResponsePolicy Default = new();

    /// <summary>False: everything is seen, journalled and reported, nobody is blocked.</summary>
    public bool Enforce { get; init; }

    /// <summary>Protocols whose scanners are reported and never blocked (BLOCK_TCP and BLOCK_UDP 0).</summary>
    public IReadOnlyCollection<IpProtocol> LogOnly { get; init; } = [];

    /// <summary>The classic words that <c>$MODE$</c> stands for; by default every port without a socket is watched: the advanced mode.</summary>
    public string TcpMode { get; init; } = "atcp";

    /// <inheritdoc cref="TcpMode"/>
    public string UdpMode { get; init; } = "audp";

    /// <summary>The first block of a proven source.</summary>
    public TimeSpan First { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Each further block lasts this many times as long.</summary>
    public double Escalation { get; init; } = 6;

    /// <summary>No block by rule is longer.</summary>
    public TimeSpan Longest { get; init; } = TimeSpan.FromDays(365);

    /// <summary>An offence is half forgotten after this time without a new one.</summary>
    public TimeSpan Forgiveness { get; init; } = TimeSpan.FromDays(30);

    /// <summary>
    /// A source that only ever sent forgeable packets: long enough to stop a scan, short enough that forging a friend's
    /// address harms little.
    /// </summary>
    public TimeSpan Unproven { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Blocks of unproven sources in one minute; above it, log only and one alarm.</summary>
    public int UnprovenBudgetPerMinute { get; init; } = 60;

    /// <summary>Share of the recent clients, 0 to 1, that may be blocked within five minutes (five always may); above it clients are only logged. 1: no bound.</summary>
    public double ClientShare { get; init; } = 0.2;

    public string ModeOf(IpProtocol protocol) => protocol == IpProtocol.Udp ? UdpMode : TcpMode;

    /// <summary>The n-th block (1-based) of a proven source.</summary>
    public TimeSpan Duration(int offence)
    {
        var seconds = First.TotalSeconds * Math.Pow(Escalation, Math.Max(0, offence - 1));
        return seconds >= Longest.TotalSeconds ? Longest : TimeSpan.FromSeconds(seconds);
    }
}
