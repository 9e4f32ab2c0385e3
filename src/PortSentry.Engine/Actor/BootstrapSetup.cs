using PortSentry.Engine.Configuration;

namespace PortSentry.Engine.Actor;

/// <summary>The part of a setup that holds the settings.</summary>
public sealed class BootstrapSetup : Setup.Setup
{
    private BootstrapSetup(Config config) => Config = config;

    public Config Config { get; }

    public static BootstrapSetup Create() => new(Config.Empty);

    public BootstrapSetup WithConfig(Config config) => new(config);

    public BootstrapSetup WithConfigFallback(Config config) => new(Config.WithFallback(config));
}
