namespace PortSentry.Core.Detection;

/// <summary>
/// Every number the verdict depends on. Defaults are those of config/portsentry.conf, where each says what moving it costs.
/// </summary>
public sealed record DetectionPolicy
{
    public static readonly DetectionPolicy Default = new();

    /// <summary>θ0: how often a first contact of an honest source succeeds.</summary>
    public double HonestSuccess { get; init; } = 0.8;

    /// <summary>θ1: how often a first contact of a scanner succeeds.</summary>
    public double ScannerSuccess { get; init; } = 0.2;

    /// <summary>P_D: the chance wanted of flagging a scanner.</summary>
    public double Detection { get; init; } = 0.99;

    /// <summary>P_F: the chance borne of flagging an honest source.</summary>
    public double FalseAlarm { get; init; } = 0.01;

    /// <summary>Evidence loses half its weight in this time.</summary>
    public TimeSpan HalfLife { get; init; } = TimeSpan.FromHours(12);

    /// <summary>Hosts that must have refused one port before it is a sweep.</summary>
    public int SweepHosts { get; init; } = 10;

    /// <summary>A verdict already given is reported again at most this often while the source goes on.</summary>
    public TimeSpan RepeatVerdict { get; init; } = TimeSpan.FromSeconds(60);


    public Weights Weights { get; init; } = Weights.Default;

    /// <summary>One of these on many hosts is a node looking for its peers, no sweep. What a scanner gains: it may sweep for these.</summary>
    public ServiceFamily PeerPorts { get; init; } = ServiceFamily.Peers;

    public ServiceFamilies Families { get; init; } = ServiceFamilies.Default;

    /// <summary>ln of the factor by which one failure of weight 1 multiplies the likelihood ratio (Jung et al. 2004, eq. 1).</summary>
    public double FailureStep => Math.Log((1 - ScannerSuccess) / (1 - HonestSuccess));

    /// <summary>ln of the factor of one success; negative.</summary>
    public double SuccessStep => Math.Log(ScannerSuccess / HonestSuccess);

    /// <summary>ln η1 = ln(P_D / P_F): above it the source is a scanner.</summary>
    public double UpperThreshold => Math.Log(Detection / FalseAlarm);

    /// <summary>ln η0 = ln((1 - P_D) / (1 - P_F)): the ratio is not allowed below it, so an old friend can still turn.</summary>
    public double LowerThreshold => Math.Log((1 - Detection) / (1 - FalseAlarm));

    /// <summary>Failures of weight 1 in a row that reach the verdict, as a real number (3.3 by default: the fourth decides).</summary>
    public double Strikes => UpperThreshold / FailureStep;
}
