namespace PortSentry.Daemon.Configuration;

/// <summary>portsentry.classic</summary>
internal static class ClassicSection
{
    public static ClassicOptions Bind(Section section)
    {
        var advanced = section.Inner("advanced");
        var options = new ClassicOptions
        {
            Enabled = section.Switch("enabled"),
            TcpMode = section.Choice("tcp-mode", ("off", ClassicMode.Off), ("tcp", ClassicMode.Bound), ("stcp", ClassicMode.Stealth), ("atcp", ClassicMode.Advanced)),
            UdpMode = section.Choice("udp-mode", ("off", ClassicMode.Off), ("udp", ClassicMode.Bound), ("sudp", ClassicMode.Stealth), ("audp", ClassicMode.Advanced)),
            TcpPorts = section.Ports("tcp-ports"),
            UdpPorts = section.Ports("udp-ports"),
            AdvancedTcp = Advanced(advanced.Inner("tcp")),
            AdvancedUdp = Advanced(advanced.Inner("udp")),
            ScanTrigger = section.Whole("scan-trigger", 0, 1000),
            BlockTcp = Answer(section, "block-tcp"),
            BlockUdp = Answer(section, "block-udp"),
            Banner = section.Text("banner", "at most 1000 characters", t => t.Length <= 1000),
            ResolveHost = section.Switch("resolve-host"),
            HistoryFile = section.PathOrNone("history-file"),
            BlockedFile = section.PathOrNone("blocked-file"),
        };
        advanced.Finish();
        section.Finish();
        return options;
    }

    private static ClassicAnswer Answer(Section section, string key) =>
        section.Choice(key, ("none", ClassicAnswer.None), ("all", ClassicAnswer.All), ("command", ClassicAnswer.Command));

    private static ClassicAdvanced Advanced(Section section)
    {
        var advanced = new ClassicAdvanced(section.Whole("below", 1, 65536), section.Ports("exclude"));
        section.Finish();
        return advanced;
    }
}
