namespace PortSentry.Core.Detection;

/// <summary>What makes failures a scan.</summary>
public enum ScanShape : byte
{
    None,

    /// <summary>Many ports of one host.</summary>
    Vertical,

    /// <summary>One port of many hosts.</summary>
    Sweep,

    /// <summary>Many ports of many hosts.</summary>
    BlockScan,

    /// <summary>Vertical or sweep, but with a mean of more than a minute between probes.</summary>
    Slow,

    /// <summary>Several sources of one prefix share the work.</summary>
    Distributed,
}

public static class ScanShapes
{
    public static string Name(this ScanShape shape) => shape switch
    {
        ScanShape.Vertical => "vertical",
        ScanShape.Sweep => "sweep",
        ScanShape.BlockScan => "block-scan",
        ScanShape.Slow => "slow",
        ScanShape.Distributed => "distributed",
        _ => "none",
    };
}
