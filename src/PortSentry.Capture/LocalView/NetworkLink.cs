namespace PortSentry.Capture.LocalView;

/// <param name="IsUp">Switched on by its administrator; a cable may still be missing.</param>
/// <param name="HasMaster">A port of a bridge or a member of a bond: what is for this host is seen at the master.</param>
public sealed record NetworkLink(string Name, bool IsUp, bool IsLoopback, bool HasMaster);
