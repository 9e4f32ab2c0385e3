using System.Net;

namespace PortSentry.Daemon.Configuration;

/// <param name="Address">By which the other nodes reach this one; its name too.</param>
/// <param name="SeedNodes">At least one; the first founds the cluster.</param>
public sealed record ClusterOptions(IPAddress Address, int Port, IReadOnlyList<IPEndPoint> SeedNodes);
