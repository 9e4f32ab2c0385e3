using System.Runtime.Versioning;

[assembly: SupportedOSPlatform("linux")]

// Timings and the two cores are shared: one pair of hosts at a time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
